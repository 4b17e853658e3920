import { localReads, mayRead, type Semantics } from '../semantics/index.ts';
import type { Call, ExprStmt, For, FunctionDef, Name, Node, Stmt } from '../syntax/index.ts';
import page from './annulation-non-attendue.md';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import { startedBy, useOf } from './tasks.ts';

export const annulationNonAttendue: Rule = {
  code: 'ATT311',
  slug: 'annulation-non-attendue',
  level: 'hint',
  peers: [],
  page,
  handlers: {
    Expr(statement, context) {
      const name = cancelledBy(statement);
      if (name === null || context.surroundings(statement) !== 'coroutine') return;
      const loop = loopOver(name, statement);
      const held = loop === null ? name : (loop.iter as Name);
      const isForgotten = loop === null ? isTaskLeft : isPendingLeft;
      if (!isForgotten(held, loop ?? statement, context)) return;
      const what = loop === null ? `la tâche \`${held.id}\`` : `les tâches de \`${held.id}\``;
      context.report({
        at: statement,
        message: `\`${context.text(statement.value)}\` demande seulement l’annulation\u00a0: rien n’attend ensuite ${what}.`,
      });
    },
  },
  fixes,
};

/** The variable of `tache.cancel()`. */
function cancelledBy({ value }: ExprStmt): Name | null {
  const func = value.kind === 'Call' ? value.func : null;
  return func?.kind === 'Attribute' && func.attr === 'cancel' && func.value.kind === 'Name'
    ? func.value
    : null;
}

/** The loop that cancels one by one what a variable holds: `for t in taches: t.cancel()`. */
function loopOver(name: Name, statement: Stmt): For | null {
  let around: Node | null = statement.parent;
  if (around?.kind === 'If') around = around.parent;
  const isLoop =
    around?.kind === 'For' && around.target.kind === 'Name' && around.target.id === name.id;
  return isLoop && (around as For).iter.kind === 'Name' ? (around as For) : null;
}

/** A task that this function started and that no one else has, of which nothing is asked once cancelled. */
function isTaskLeft(name: Name, from: Stmt, context: Semantics): boolean {
  const bindings = context.reaching(name)?.bindings ?? [];
  const isOurs = bindings.every(
    ({ node, origin }) =>
      node.kind === 'Name' &&
      node.parent?.kind === 'Assign' &&
      node.parent.targets.length === 1 &&
      origin.how === 'assign' &&
      origin.value === node.parent.value &&
      origin.value.kind === 'Call' &&
      startedBy(origin.value, context)?.coroutine != null,
  );
  return (
    bindings.length > 0 &&
    isOurs &&
    bindings.every(({ node }) => isLeft(node as Name, from, context))
  );
}

/** What `asyncio.wait()` gave back as not finished. */
function isPendingLeft(name: Name, from: Stmt, context: Semantics): boolean {
  const bindings = context.reaching(name)?.bindings ?? [];
  const isPending = bindings.every(({ node, origin }) => {
    const { parent } = node;
    if (node.kind !== 'Name' || parent?.kind !== 'Tuple' || parent.elts[1] !== node) return false;
    const awaited =
      origin.how === 'assign' && origin.value.kind === 'Await' ? origin.value.value : null;
    return (
      awaited?.kind === 'Call' &&
      context.callee(awaited) === 'asyncio.wait' &&
      areMadeHere(awaited, context)
    );
  });
  return (
    bindings.length > 0 &&
    isPending &&
    bindings.every(({ node }) => isLeft(node as Name, from, context))
  );
}

/** Are the tasks given to `wait()` written there, so that nobody else has them? */
function areMadeHere(call: Call, context: Semantics): boolean {
  const [given] = call.args;
  const items =
    given?.kind === 'List' || given?.kind === 'Set' || given?.kind === 'Tuple' ? given.elts : [];
  return (
    items.length > 0 &&
    items.every((item) => item.kind === 'Call' && startedBy(item, context)?.coroutine != null)
  );
}

/** Is every use of what the target binds blind, or a wait that comes before and not after? */
function isLeft(target: Name, from: Stmt, context: Semantics): boolean {
  const fn = context.functionAround(from) as FunctionDef;
  const after = context.flow(fn)?.after(from);
  const uses = localReads(target, context)?.filter((use) => mayRead(use, target, context));
  if (after === undefined || uses === undefined) return false;
  return uses.every((use) => {
    if (useOf(use, context) !== 'consumed') return true;
    if (from.start <= use.start && use.end <= from.end) return true;
    const point = context.flow(fn)?.pointOf(use);
    return point !== undefined && !after.has(point) && isWaitedFor(use, context);
  });
}

/** `await asyncio.wait([tache])`, `await asyncio.wait_for(asyncio.shield(tache), 1)`: nobody keeps it. */
function isWaitedFor(use: Name, context: Semantics): boolean {
  let node: Node | null = use.parent;
  while (node !== null && node.kind !== 'Await') {
    if (node.kind === 'Call' && !WAITING.has(context.callee(node) ?? '')) return false;
    if (!/^(?:Call|List|Set|Tuple|Starred|keyword)$/.test(node.kind)) return false;
    node = node.parent;
  }
  return node !== null;
}

const WAITING: ReadonlySet<string> = new Set([
  'asyncio.wait',
  'asyncio.wait_for',
  'asyncio.shield',
  'asyncio.gather',
]);

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const statement = node as ExprStmt;
  const name = cancelledBy(statement)!;
  const loop = loopOver(name, statement);
  const offers = new Offers(context);
  offers.add('Attendre la fin de l’annulation', 'review', (edits) => {
    const gather = edits.name('asyncio', 'gather', statement);
    const waited = loop === null ? name.id : `*${(loop.iter as Name).id}`;
    edits.insertLinesAfter(loop ?? statement, [
      `await ${gather}(${waited}, return_exceptions=True)`,
    ]);
  });
  return offers.fixes;
}
