import {
  atLeast,
  bodyFacts,
  every,
  isProjectId,
  type Kind,
  membersOf,
  type Semantics,
} from '../semantics/index.ts';
import {
  ancestors,
  type Call,
  type Expr,
  type For,
  type FunctionDef,
  type Name,
  type Node,
  SKIP,
  type Stmt,
  walk,
} from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import page from './generateur-asynchrone-non-ferme.md';
import { blockOf, callName, Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';

export const generateurAsynchroneNonFerme: Rule = {
  code: 'ATT401',
  slug: 'generateur-asynchrone-non-ferme',
  level: 'warning',
  peers: ['ASYNC900'],
  page,
  handlers: {
    AsyncFor(loop, context) {
      if (loop.iter.kind !== 'Call' || !isGenerator(context.kindOf(loop.iter))) return;
      const cleans = cleanup(context.kindOf(loop.iter), context);
      const leaves = leavesEarly(loop);
      if (!leaves && !(cleans === 'yes' && mayRaise(loop))) return;
      const how = leaves
        ? 'La boucle peut quitter'
        : 'Une exception dans la boucle peut faire quitter';
      report(loop.iter, how, cleans, context);
    },
    Call(call, context) {
      // `anext(flux())`, `flux().__anext__()`: nobody will ever see this generator again.
      const generator = advanced(call, context);
      if (generator?.kind === 'Call' && isGenerator(context.kindOf(generator)))
        report(
          generator,
          'Cet appel avance puis abandonne',
          cleanup(context.kindOf(generator), context),
          context,
        );
    },
    Assign(statement, context) {
      const [target] = statement.targets;
      if (
        statement.targets.length !== 1 ||
        target?.kind !== 'Name' ||
        statement.value.kind !== 'Call'
      )
        return;
      if (!isGenerator(context.kindOf(statement.value)) || !isAbandoned(target, context)) return;
      report(
        statement.value,
        'Cette fonction abandonne en chemin',
        cleanup(context.kindOf(statement.value), context),
        context,
      );
    },
  },
  fixes,
};

function report(generator: Call, how: string, cleans: Cleanup, context: RuleContext): void {
  const fate =
    cleans === 'no'
      ? 'il restera suspendu jusqu’au passage du ramasse-miettes'
      : 'son nettoyage (`finally`, `async with`) s’exécutera plus tard, on ne sait quand';
  context.report({
    at: generator,
    level: cleans === 'no' ? 'hint' : 'warning',
    message: `${how} le générateur asynchrone \`${callName(generator, context)}\` sans le fermer : ${fate}.`,
  });
}

function isGenerator(kind: Kind): boolean {
  return every(kind, (member) => member.k === 'asyncGenerator');
}

/** Does the generator hold something to release where it yields? */
type Cleanup = 'yes' | 'no' | 'unknown';

function cleanup(kind: Kind, context: Semantics): Cleanup {
  const answers = membersOf(kind).map((member): Cleanup => {
    if (member.k !== 'asyncGenerator' || member.fn === null || !isProjectId(member.fn))
      return 'unknown';
    return context.summary(member.fn, 'yields under cleanup', yieldsUnderCleanup) ? 'yes' : 'no';
  });
  if (answers.includes('yes')) return 'yes';
  return answers.every((answer) => answer === 'no') ? 'no' : 'unknown';
}

function yieldsUnderCleanup(fn: FunctionDef): boolean {
  return bodyFacts(fn).yields.some((node) => {
    let child: Node = node;
    for (const parent of ancestors(node)) {
      if (parent === fn) return false;
      if (parent.kind === 'With' || parent.kind === 'AsyncWith') return true;
      const isTry = parent.kind === 'Try' || parent.kind === 'TryStar';
      if (isTry && parent.finalbody.length > 0 && !parent.finalbody.includes(child as Stmt))
        return true;
      child = parent;
    }
    return false;
  });
}

/** `break`, `return` or an uncaught `raise` in the loop's body. */
function leavesEarly(loop: For): boolean {
  let found = false;
  walk(loop.body, (node) => {
    if (opensFunction(node)) return SKIP;
    if (node.kind === 'Return') found = true;
    if (node.kind === 'Break' && loopOf(node) === loop) found = true;
    if (node.kind === 'Raise' && !isCaughtWithin(node, loop)) found = true;
    return undefined;
  });
  return found;
}

function loopOf(node: Node): Node | undefined {
  for (const parent of ancestors(node))
    if (parent.kind === 'For' || parent.kind === 'AsyncFor' || parent.kind === 'While')
      return parent;
  return undefined;
}

function isCaughtWithin(node: Node, loop: For): boolean {
  let child = node;
  for (const parent of ancestors(node)) {
    if (parent === loop) return false;
    if (parent.kind === 'Try' && parent.handlers.length > 0 && parent.body.includes(child as Stmt))
      return true;
    child = parent;
  }
  return false;
}

/** An `await` in the body that no `try` around it protects. */
function mayRaise(loop: For): boolean {
  let found = false;
  walk(loop.body, (node) => {
    if (opensFunction(node)) return SKIP;
    if (node.kind === 'Await' && !isCaughtWithin(node, loop)) found = true;
    return undefined;
  });
  return found;
}

function opensFunction(node: Node): boolean {
  return ['FunctionDef', 'AsyncFunctionDef', 'Lambda', 'ClassDef'].includes(node.kind);
}

/** What a call advances by one step: `anext(g)`, `g.__anext__()`, `g.asend(x)`. */
function advanced(call: Call, context: Semantics): Expr | null {
  if (call.func.kind === 'Attribute')
    return call.func.attr === '__anext__' || call.func.attr === 'asend' ? call.func.value : null;
  return call.func.kind === 'Name' && call.func.id === 'anext' && context.callee(call) === 'anext'
    ? (call.args[0] ?? null)
    : null;
}

/** A local generator that its function advances, and neither finishes, closes nor hands on. */
function isAbandoned(target: Name, context: Semantics): boolean {
  const scope = context.scopeAround(target);
  if (scope.kind !== 'function' || scope.globals.has(target.id) || scope.nonlocals.has(target.id))
    return false;
  if (
    (scope.bindings.get(target.id) ?? []).filter(({ origin }) => origin.how !== 'other').length !==
    1
  )
    return false;
  const uses = context.reads(target.id, scope);
  let steps = 0;
  for (const use of uses) {
    const { parent } = use;
    const call = parent?.kind === 'Attribute' ? parent.parent : parent;
    if (parent?.kind === 'AsyncFor' && parent.iter === use && leavesEarly(parent)) steps++;
    else if (call?.kind === 'Call' && advanced(call, context) === use && isAwaitedInPlace(call))
      steps++;
    else return false;
  }
  return steps > 0;
}

function isAwaitedInPlace(call: Call): boolean {
  // Advanced in a loop, it may well be exhausted there.
  return call.parent?.kind === 'Await' && loopOf(call) === undefined;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const generator = node as Call;
  const statement = statementOf(generator);
  if (statement === null || context.surroundings(generator) !== 'coroutine') return [];
  const offers = new Offers(context);
  const isLoop = statement.kind === 'AsyncFor' && statement.iter === generator;
  offers.add(
    isLoop ? 'Entourer la boucle de `aclosing()`' : 'Ouvrir le générateur avec `aclosing()`',
    'safe',
    (edits) => {
      const aclosing = aclosingName(edits, statement);
      const opened = `async with ${aclosing}(${context.text(generator)}) as`;
      if (statement.kind === 'Assign') {
        const rest = blockOf(statement, edits.file);
        const after = rest.slice(rest.indexOf(statement) + 1);
        if (after.length === 0) return edits.abandon();
        edits.replace(statement, `${opened} ${context.text(statement.targets[0]!)}:`);
        edits.wrap(null, after);
        return;
      }
      const name = edits.freshName('generateur');
      edits.wrap(`${opened} ${name}:`, [statement]);
      edits.replace(generator, name);
    },
  );
  return offers.fixes;
}

/** `contextlib.aclosing`, or before Python 3.10 the same written out in the module. */
function aclosingName(edits: Edits, at: Node): string | undefined {
  const { target } = edits.file.at(at);
  if (atLeast(target, [3, 10])) return edits.name('contextlib', 'aclosing', at);
  for (const [name, bindings] of edits.file.table.bindings)
    if (name.startsWith('aclosing') && bindings.every(({ item }) => item.origin.how === 'function'))
      return name;
  const manager = edits.name('contextlib', 'asynccontextmanager', at);
  const name = edits.freshName('aclosing');
  const unit = edits.indentUnit;
  edits.insertModuleLines([
    '',
    `@${manager}`,
    `async def ${name}(generateur):`,
    `${unit}try:`,
    `${unit}${unit}yield generateur`,
    `${unit}finally:`,
    `${unit}${unit}await generateur.aclose()`,
    '',
  ]);
  return name;
}
