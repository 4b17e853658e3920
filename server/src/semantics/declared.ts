/** What is declared for the place where a value goes: an annotation says what may stand there. */
import { ancestors, type Call, type Expr, type FunctionDef } from '../syntax/index.ts';
import { argumentsOf, matched } from './arguments.ts';
import { type Evaluator, isFunctionNode } from './evaluator.ts';
import { type Kind, UNKNOWN } from './kinds.ts';
import { scopeHolding } from './scopes.ts';

export interface Declared {
  readonly kind: Kind;
  readonly as: 'result' | 'item' | 'variable' | 'argument';
  /** Of the function, the variable, the attribute or the parameter. */
  readonly name: string;
}

/** Null when nothing is declared, or nothing that is understood. */
export function declaredFor(expr: Expr, evaluator: Evaluator): Declared | null {
  const { parent } = expr;
  switch (parent?.kind) {
    case 'Return':
      return ofResult(expr, evaluator);
    case 'Yield':
      return ofItem(expr, evaluator);
    case 'AnnAssign':
      return parent.value === expr
        ? ofVariable(parent.target, evaluator.annotation(parent.annotation))
        : null;
    case 'Assign': {
      const [target] = parent.targets;
      if (parent.value !== expr || parent.targets.length > 1 || target === undefined) return null;
      return ofVariable(target, ofTarget(target, evaluator));
    }
    case 'Tuple': {
      const whole = declaredFor(parent, evaluator);
      if (whole?.kind.k !== 'instance' || whole.kind.cls !== 'builtins.tuple') return null;
      const part = whole.kind.args[parent.elts.indexOf(expr)];
      return part === undefined || part.k === 'rest' ? null : { ...whole, kind: part };
    }
    case 'Call':
      return parent.func === expr ? null : ofArgument(parent, expr, evaluator);
    case 'keyword':
      return parent.arg === null || parent.parent?.kind !== 'Call'
        ? null
        : ofArgument(parent.parent, expr, evaluator);
    default:
      return null;
  }
}

/** Only of coroutines: what a plain function hands back, its caller may well await. */
function ofResult(expr: Expr, evaluator: Evaluator): Declared | null {
  const around = functionAround(expr);
  if (around?.kind !== 'AsyncFunctionDef' || around.returns === null) return null;
  return { kind: evaluator.annotation(around.returns), as: 'result', name: around.name };
}

function ofItem(expr: Expr, evaluator: Evaluator): Declared | null {
  const around = functionAround(expr);
  if (around?.kind !== 'AsyncFunctionDef' || around.returns === null) return null;
  const kind = evaluator.facts.values.iterated(evaluator.annotation(around.returns), true);
  return { kind, as: 'item', name: around.name };
}

function functionAround(expr: Expr): FunctionDef | null {
  for (const parent of ancestors(expr))
    if (isFunctionNode(parent)) return parent.kind === 'Lambda' ? null : parent;
  return null;
}

function ofVariable(target: Expr, kind: Kind): Declared | null {
  if (target.kind === 'Name') return { kind, as: 'variable', name: target.id };
  return target.kind === 'Attribute' ? { kind, as: 'variable', name: target.attr } : null;
}

/** What an annotation elsewhere says of a variable, or of an attribute. */
function ofTarget(target: Expr, evaluator: Evaluator): Kind {
  if (target.kind === 'Attribute')
    return evaluator.facts.values.declared(evaluator.kindOf(target.value), target.attr);
  if (target.kind !== 'Name') return UNKNOWN;
  const holder = scopeHolding(target.id, evaluator.scopeAround(target));
  for (const { origin } of holder?.bindings.get(target.id) ?? []) {
    const annotation =
      origin.how === 'annotated'
        ? origin.annotation
        : origin.how === 'parameter'
          ? origin.arg.annotation
          : null;
    if (annotation !== null) return evaluator.annotation(annotation);
  }
  return UNKNOWN;
}

function ofArgument(call: Call, expr: Expr, evaluator: Evaluator): Declared | null {
  const parameters = evaluator.facts.values.parameters(evaluator.kindOf(call.func));
  if (parameters === null) return null;
  const given = argumentsOf(call, (argument) => argument);
  for (const [{ name, type }, argument] of matched(parameters, given))
    if (argument === expr) return { kind: type ?? UNKNOWN, as: 'argument', name };
  return null;
}
