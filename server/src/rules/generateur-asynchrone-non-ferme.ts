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
  type Assign,
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
  context.report({
    at: generator,
    level: cleans === 'no' ? 'hint' : 'warning',
    message: `${how} le générateur asynchrone \`${callName(generator, context)}\` sans le fermer : ${FATES[cleans]}.`,
  });
}

function isGenerator(kind: Kind): boolean {
  return every(kind, (member) => member.k === 'asyncGenerator');
}

/** Does the generator hold something to release where it yields? */
type Cleanup = 'yes' | 'no' | 'unknown';

const FATES: Record<Cleanup, string> = {
  yes: 'son nettoyage (`finally`, `with`) s’exécutera plus tard, dans une autre tâche',
  unknown: 'son nettoyage éventuel s’exécutera plus tard, dans une autre tâche',
  no: 'il reste suspendu jusqu’à ce que la boucle d’évènements le ferme',
};

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

/** The loop in whose body the node stands; its `else` is no part of it. */
function loopOf(node: Node): Node | undefined {
  let child = node;
  for (const parent of ancestors(node)) {
    const isLoop = parent.kind === 'For' || parent.kind === 'AsyncFor' || parent.kind === 'While';
    if (isLoop && !parent.orelse.includes(child as Stmt)) return parent;
    child = parent;
  }
  return undefined;
}

function isCaughtWithin(node: Node, loop: For): boolean {
  let child = node;
  for (const parent of ancestors(node)) {
    if (parent === loop) return false;
    const isTry = parent.kind === 'Try' || parent.kind === 'TryStar';
    if (isTry && parent.handlers.length > 0 && parent.body.includes(child as Stmt)) return true;
    child = parent;
  }
  return false;
}

/** An `await` in the body that no `try` around it protects. */
function mayRaise(loop: For): boolean {
  let found = false;
  walk(loop.body, (node) => {
    if (opensFunction(node)) return SKIP;
    if (AWAITING.has(node.kind) && !isCaughtWithin(node, loop)) found = true;
    return undefined;
  });
  return found;
}

const AWAITING: ReadonlySet<string> = new Set(['Await', 'AsyncFor', 'AsyncWith']);

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
  const where = context.surroundings(generator);
  if (statement === null || (where !== 'coroutine' && where !== 'notebook')) return [];
  const offers = new Offers(context);
  if (statement.kind === 'AsyncFor' && statement.iter === generator)
    offers.add('Entourer la boucle de `aclosing()`', 'safe', (edits) =>
      closeAround(edits, statement, generator),
    );
  else if (statement.kind === 'Assign' && statement.value === generator && where === 'coroutine')
    offers.add('Ouvrir le générateur avec `aclosing()`', 'safe', (edits) =>
      closeAtEnd(edits, statement, context),
    );
  else if (isAwaitedOnce(generator, statement))
    offers.add('Ouvrir le générateur avec `aclosing()`', 'safe', (edits) =>
      closeAround(edits, statement, generator),
    );
  return offers.fixes;
}

/** `async with aclosing(flux()) as generateur:` around the statement that uses it. */
function closeAround(edits: Edits, statement: Stmt, generator: Call): void {
  const name = edits.freshName('generateur', statement);
  const written = edits.file.at(generator).text(generator);
  edits.wrap(`async with ${aclosingName(edits, statement)}(${written}) as ${name}:`, [statement]);
  edits.replace(generator, name);
}

/** `g = flux()` → `async with aclosing(flux()) as g:`, with what follows in the block. */
function closeAtEnd(edits: Edits, statement: Assign, context: FixContext): void {
  const target = statement.targets[0] as Name;
  const block = blockOf(statement, edits.file);
  const after = block.slice(block.indexOf(statement) + 1);
  const { end } = block.at(-1)!;
  const uses = context.reads(target.id, context.scopeAround(target));
  const isClosable = after.length > 0 && edits.standsAlone(statement);
  if (!isClosable || uses.some((use) => use.start > end)) {
    edits.abandon();
    return;
  }
  const aclosing = aclosingName(edits, statement);
  const written = context.text(statement.value);
  edits.replace(statement, `async with ${aclosing}(${written}) as ${target.id}:`);
  edits.indentBelow(edits.file.end(statement), after);
}

/** Does the statement run the call just once, to its end: not as an operand, nor in a comprehension? */
function isAwaitedOnce(generator: Call, statement: Stmt): boolean {
  let isAwaited = false;
  for (const parent of ancestors(generator)) {
    if (parent === statement) break;
    if (!ONCE.has(parent.kind)) return false;
    if (parent.kind === 'Await') isAwaited = true;
  }
  return isAwaited && SIMPLE.has(statement.kind);
}

const ONCE: ReadonlySet<string> = new Set([
  'Await',
  'Call',
  'keyword',
  'Attribute',
  'Subscript',
  'Tuple',
  'List',
  'BinOp',
  'JoinedStr',
  'FormattedValue',
]);

const SIMPLE: ReadonlySet<string> = new Set(['Assign', 'AnnAssign', 'AugAssign', 'Expr', 'Return']);

/** `contextlib.aclosing`, or before Python 3.10 the same written out in the module. */
function aclosingName(edits: Edits, at: Stmt): string | undefined {
  const { target } = edits.file.at(at);
  if (atLeast(target, [3, 10])) return edits.name('contextlib', 'aclosing', at);
  for (const [name, bindings] of edits.file.table.bindings)
    if (
      /^aclosing(_\d+)?$/.test(name) &&
      bindings.every(({ item }) => item.origin.how === 'function')
    )
      return name;
  const manager = edits.name('contextlib', 'asynccontextmanager', at);
  const name = edits.freshName('aclosing');
  const unit = edits.indentUnit;
  edits.insertModuleLines([
    `@${manager}`,
    `async def ${name}(generateur):`,
    `${unit}try:`,
    `${unit}${unit}yield generateur`,
    `${unit}finally:`,
    `${unit}${unit}await generateur.aclose()`,
  ]);
  return name;
}
