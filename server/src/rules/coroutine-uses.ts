/** What becomes of a coroutine where an expression denotes it: shared by the rules on coroutines. */
import { every, isProjectId, type Kind, membersOf, type Semantics } from '../semantics/index.ts';
import {
  type Attribute,
  ancestors,
  type BinOp,
  type Call,
  type Compare,
  type Expr,
  type Node,
  type WithItem,
} from '../syntax/index.ts';
import type { Related } from './rule.ts';
import { isCoroutine } from './tasks.ts';
import { typeName } from './wording.ts';

/** A place where a coroutine can only be a mistake: its result is meant. */
export interface ValueUse {
  /** French, what becomes of a coroutine there: the end of a message. */
  readonly problem: string;
  /** Python raises there, or an annotation excludes it. Else the object itself may be meant. */
  readonly isCertain: boolean;
}

/** How the expression's value is used, where a coroutine has no place; null elsewhere. */
export function valueUse(expr: Expr, context: Semantics): ValueUse | null {
  const used = passedOnBy(expr, mayGive);
  return useAt(used, context) ?? useByAnnotation(used, context);
}

export type CoroutineUse =
  /** Awaited, or handed to what runs it. */
  | 'started'
  /** Taken for its result, or only looked at: compared, tested, printed, subscripted… */
  | 'value'
  /** The whole of an expression statement. */
  | 'dropped'
  /** Stored, passed on, returned, closed: somebody else may see to it. */
  | 'kept';

export function coroutineUse(expr: Expr, context: Semantics): CoroutineUse {
  if (isStarted(expr, context)) return 'started';
  const used = passedOnBy(expr, isKeptBy);
  if (used.parent?.kind === 'Expr') return 'dropped';
  const isValue = used.parent?.kind === 'Compare' || useAt(used, context) !== null;
  return isValue ? 'value' : 'kept';
}

/** Is what the expression gives awaited there, or handed to what awaits it? */
export function isStarted(expr: Expr, semantics: Semantics): boolean {
  const { parent } = expr;
  if (parent?.kind === 'Await') return true;
  return parent?.kind === 'Call' && awaitablesGiven(parent, semantics).includes(expr);
}

/** The arguments of a call that asyncio awaits, by itself or as a task. */
export function awaitablesGiven(call: Call, semantics: Semantics): readonly Expr[] {
  const { func, args } = call;
  if (args.length === 0 || (func.kind === 'Attribute' && !STARTERS.test(func.attr))) return [];
  const callee = semantics.callee(call) ?? '';
  if (!callee.startsWith('asyncio.') || !STARTERS.test(callee)) return [];
  return callee.endsWith('.gather') ? args : args.slice(0, 1);
}

const STARTERS =
  /(?:^|\.)(?:run|run_until_complete|create_task|ensure_future|gather|shield|wait_for|run_coroutine_threadsafe)$/;

/** The largest expression around that hands on the value of this one. */
function passedOnBy(expr: Expr, hands: (parent: Node, value: Expr) => boolean): Expr {
  let passed = expr;
  while (passed.parent !== null && hands(passed.parent, passed)) passed = passed.parent as Expr;
  return passed;
}

/** Whatever else becomes of it: `x := f()`, `f() if a else b`, `a or f()`. */
function mayGive(parent: Node, value: Expr): boolean {
  return (
    (parent.kind === 'NamedExpr' && parent.value === value) ||
    (parent.kind === 'IfExp' && parent.test !== value) ||
    (parent.kind === 'BoolOp' && parent.values.at(-1) === value)
  );
}

/** A name is another hold on it; a coroutine is true, so `f() or b` gives it. */
function isKeptBy(parent: Node, value: Expr): boolean {
  if (parent.kind === 'NamedExpr') return false;
  return mayGive(parent, value) || (parent.kind === 'BoolOp' && parent.op === 'or');
}

function useAt(used: Expr, context: Semantics): ValueUse | null {
  const { parent } = used;
  switch (parent?.kind) {
    case 'If':
    case 'While':
    case 'IfExp':
    case 'Assert':
      return parent.test === used ? TRUTH : null;
    case 'BoolOp':
      return TRUTH;
    case 'UnaryOp':
      return parent.op === 'not'
        ? TRUTH
        : refusal(`\`${parent.op}\` ne s’applique pas à une coroutine`);
    case 'match_case':
      return parent.guard === used ? TRUTH : null;
    case 'comprehension':
      return parent.iter === used ? NOT_ITERABLE : TRUTH;
    case 'For':
    case 'AsyncFor':
      return parent.iter === used ? NOT_ITERABLE : null;
    case 'Starred':
    case 'Slice':
      return parent.kind === 'Slice'
        ? refusal('une coroutine ne peut pas servir d’indice')
        : NOT_ITERABLE;
    case 'Assign':
      return parent.value === used && parent.targets.some(isPattern)
        ? refusal('une coroutine ne se décompose pas')
        : null;
    case 'AugAssign':
      return ARITHMETIC.has(parent.op)
        ? refusal(`\`${parent.op}=\` ne s’applique pas à une coroutine`)
        : null;
    case 'Compare':
      return comparison(parent, used);
    case 'BinOp':
      return operation(parent, used, context);
    case 'Attribute':
      return isOfCoroutines(parent)
        ? null
        : refusal(`une coroutine n’a pas d’attribut \`${parent.attr}\``);
    case 'Subscript':
      return parent.value === used ? refusal('une coroutine n’a pas d’éléments') : keyUse(used);
    case 'FormattedValue':
      if (parent.value !== used) return null;
      return parent.conversion === 'r' && used.kind === 'Name' ? null : SHOWN;
    case 'Match':
      return parent.subject === used ? COMPARED : null;
    case 'withitem':
      return parent.context_expr === used
        ? refusal('une coroutine n’est pas un gestionnaire de contexte')
        : null;
    case 'Raise':
      return refusal('une coroutine n’est pas une exception');
    case 'keyword':
      return parent.arg === null ? NOT_ITERABLE : null;
    case 'Call':
      return parent.func === used
        ? refusal('une coroutine ne peut pas être appelée')
        : argument(parent, used, context);
    case 'Dict':
      // Where all the keys are coroutines, they are what is meant.
      if (parent.keys.includes(used))
        return parent.keys.some((key) => key !== null && !isCoroutine(key, context))
          ? keyUse(used)
          : null;
      if (parent.keys[parent.values.indexOf(used)] === null) return NOT_ITERABLE;
      return written(parent, context);
    case 'List':
    case 'Tuple':
      return written(parent, context);
    case 'ListComp':
    case 'SetComp':
    case 'GeneratorExp':
      return parent.elt === used ? reduction(parent, context) : null;
    default:
      return null;
  }
}

const refusal = (problem: string): ValueUse => ({ problem, isCertain: true });
const silence = (problem: string): ValueUse => ({ problem, isCertain: false });

const TRUTH = silence('une coroutine est toujours vraie');
const COMPARED = silence('c’est l’objet coroutine qui est comparé');
const KEY = silence('c’est l’objet coroutine qui sert de clé');
const SHOWN = silence('le texte sera `<coroutine object …>`');
const NOT_ITERABLE = refusal('une coroutine ne se parcourt pas');

/** Where an annotation asks for a plain value. */
function useByAnnotation(used: Expr, context: Semantics): ValueUse | null {
  // Asking what it is may cost the reading of the project.
  if (used.parent?.kind === 'Await' || !isCoroutine(used, context)) return null;
  return refusedByAnnotation(used, used, context);
}

/** The same of a coroutine that stands at that place on some path only. */
export function refusedByAnnotation(
  place: Expr,
  coroutine: Expr,
  context: Semantics,
): ValueUse | null {
  const declared = context.misplaced(place, coroutine);
  if (declared === null) return null;
  const { as, name, kind } = declared;
  const of = {
    result: `de \`${name}()\``,
    item: `de \`${name}()\``,
    variable: `de \`${name}\``,
    argument: `du paramètre \`${name}\``,
  }[as];
  const type = kind.k === 'unknown' ? 'ce résultat' : `\`${typeName(kind)}\``;
  return refusal(`l’annotation ${of} annonce ${type}`);
}

function isPattern(target: Node): boolean {
  return target.kind === 'Tuple' || target.kind === 'List';
}

/** An attribute that coroutines have. */
export function isOfCoroutines({ attr }: Attribute): boolean {
  return /^(?:send|throw|close|cr_\w+|__\w+__)$/.test(attr);
}

/** What has a name may be kept, or looked up, under the object itself. */
function keyUse(used: Expr): ValueUse | null {
  return used.kind === 'Name' ? null : KEY;
}

function comparison({ left, ops, comparators }: Compare, used: Expr): ValueUse | null {
  const place = left === used ? 0 : comparators.indexOf(used) + 1;
  const around = [ops[place - 1], ops[place]].filter((op) => op !== undefined);
  // A coroutine made here is no other object; one that has a name may be the one looked for.
  if (around.some((op) => op.startsWith('is'))) return used.kind === 'Call' ? COMPARED : null;
  if (ops[place - 1]?.endsWith('in')) return NOT_ITERABLE;
  const ordering = around.find((op) => op.startsWith('<') || op.startsWith('>'));
  return ordering === undefined
    ? COMPARED
    : refusal(`\`${ordering}\` ne s’applique pas à une coroutine`);
}

/** Not `|`, `>>`, `@` and their like, which mean anything to libraries. */
const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '//', '%', '**']);

function operation({ left, op, right }: BinOp, used: Expr, context: Semantics): ValueUse | null {
  const isFormat = op === '%' && right === used && isA(left, 'builtins.str', context);
  if (isFormat) return SHOWN;
  return ARITHMETIC.has(op) ? refusal(`\`${op}\` ne s’applique pas à une coroutine`) : null;
}

function isA(expr: Expr, cls: string, context: Semantics): boolean {
  return every(context.kindOf(expr), (kind) => kind.k === 'instance' && kind.cls === cls);
}

const SHOWING =
  /^(?:print|str|repr|ascii|format|str\.format|logging\.(?:Logger\.|LoggerAdapter\.)?(?:debug|info|warning|warn|error|exception|critical|fatal|log))$/;
const REFUSING =
  /^(?:len|int|float|complex|abs|round|divmod|pow|sum|min|max|sorted|reversed|enumerate|zip|list|tuple|set|frozenset|dict|bytes|bytearray|any|all|range|chr|ord|open|str\.join|(?:list|bytearray)\.extend|struct\.unpack(?:_from)?|set\.update|dict\.update|json\.loads?|json\.dumps?)$/;
/** What takes a function, or what to do, first. */
const REFUSING_SECOND = /^(?:map|filter)$/;
const REFUSING_FIRST = /^(?:iter|next)$/;
/** What goes through all that is in a sequence. */
const ADDING = /^(?:sum|min|max|sorted|str\.join)$/;

function argument(call: Call, used: Expr, context: Semantics): ValueUse | null {
  const callee = context.callee(call) ?? '';
  const place = call.args.indexOf(used);
  if (callee === 'bool') return TRUTH;
  // `repr(c)` of what has a name looks at the object itself, as `{c!r}` does.
  if (callee === 'repr' && used.kind === 'Name') return null;
  if (SHOWING.test(callee)) return SHOWN;
  const refused =
    REFUSING.test(callee) ||
    (place > 0 && REFUSING_SECOND.test(callee)) ||
    (place === 0 && REFUSING_FIRST.test(callee));
  return refused && !convertsForJson(call, callee) ? refusesIt(callee) : null;
}

function refusesIt(callee: string): ValueUse {
  return refusal(`\`${callee.slice(callee.lastIndexOf('.') + 1)}()\` n’accepte pas de coroutine`);
}

function convertsForJson({ keywords }: Call, callee: string): boolean {
  return callee.startsWith('json.dump') && keywords.some(({ arg }) => arg !== 'indent');
}

/** A value somewhere in what is written as JSON. */
function written(container: Expr, context: Semantics): ValueUse | null {
  let whole: Expr = container;
  while (
    whole.parent?.kind === 'Dict' ||
    whole.parent?.kind === 'List' ||
    whole.parent?.kind === 'Tuple'
  )
    whole = whole.parent;
  const call = whole.parent;
  if (call?.kind !== 'Call' || call.args[0] !== whole) return null;
  const callee = context.callee(call) ?? '';
  return /^json\.dumps?$/.test(callee) && !convertsForJson(call, callee) ? refusesIt(callee) : null;
}

/** One of the values that `any`, `sum` … go through. */
function reduction(values: Expr, context: Semantics): ValueUse | null {
  const call = values.parent;
  if (call?.kind !== 'Call' || call.args[0] !== values) return null;
  const callee = context.callee(call) ?? '';
  if (callee === 'any' || callee === 'all') return TRUTH;
  return ADDING.test(callee) ? refusesIt(callee) : null;
}

/** Does a test expect what Python says of it: `with pytest.raises(RuntimeError):`? */
export function isProvoked(node: Node): boolean {
  const expects = ({ context_expr }: WithItem) => {
    if (context_expr.kind !== 'Call') return false;
    const { func } = context_expr;
    const name = func.kind === 'Attribute' ? func.attr : func.kind === 'Name' ? func.id : '';
    return /^(?:(?:assert)?_?(?:raises|warns)|suppress$)/i.test(name);
  };
  return [...ancestors(node)].some(
    (around) => around.kind === 'With' && around.items.some(expects),
  );
}

/** `g.aclose()`, `g.asend(…)` give what can only be awaited: no task can be made of it. */
export function canBeTask(call: Call, context: Semantics): boolean {
  return call.func.kind !== 'Attribute' || context.kindOf(call.func.value).k !== 'asyncGenerator';
}

/** Where the coroutine function that made it is defined, when the project defines it. */
export function definitionRelated(coroutine: Kind): Related[] {
  const [member] = membersOf(coroutine);
  if (member?.k !== 'coroutine' || member.fn === null || !isProjectId(member.fn)) return [];
  return [{ at: { definition: member.fn }, message: 'Elle est définie ici, avec `async def`.' }];
}
