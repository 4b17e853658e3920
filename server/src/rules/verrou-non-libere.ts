import { type FlowPoint, localReads, type Semantics, someAt } from '../semantics/index.ts';
import {
  type Attribute,
  ancestors,
  type Call,
  type Expr,
  type FunctionDef,
  type Node,
  type Stmt,
  type Try,
  walk,
} from '../syntax/index.ts';
import { isAwaitedHere, isOneOf } from './locks.ts';
import { blockOf, Offers, removeStatement, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { isTestCode } from './test-code.ts';
import page from './verrou-non-libere.md';

export const verrouNonLibere: Rule = {
  code: 'ATT410',
  slug: 'verrou-non-libere',
  level: 'warning',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      const { func } = call;
      if (func.kind !== 'Attribute' || func.attr !== 'acquire') return;
      const fn = context.functionAround(call);
      if (fn?.kind !== 'AsyncFunctionDef' || !isAwaitedHere(call, context)) return;
      if (!isOneOf(func.value, LOCKS, context) || isTestCode(context)) return;
      const releases = releasesOf(func.value, fn.body, context);
      if (releases.length === 0) checkForgotten(call, func.value, context);
      else if (releases.every((release) => isCalledIn(fn, release, context)))
        checkExposed(call, func.value, fn, releases, context);
    },
  },
  fixes,
};

const LOCKS = ['asyncio.Lock', 'asyncio.Semaphore', 'asyncio.Condition'];

/** A lock that is released, but not whatever happens before. */
function checkExposed(
  call: Call,
  lock: Expr,
  fn: FunctionDef,
  releases: readonly Attribute[],
  context: RuleContext,
): void {
  const flow = context.flow(fn);
  const from = flow?.pointOf(call);
  if (flow === undefined || from === undefined) return;
  const released = new Set(releases.map((release) => flow.pointOf(release)));
  const isEnd = (point: FlowPoint) => released.has(point) || point.kind === 'ExceptHandler';
  // Left without being released on a normal path: it may be handed to the caller.
  if (flow.canAvoid(from, isEnd)) return;
  const [exposed] = [...flow.after(from, isEnd)].filter(
    (point) => !isEnd(point) && mayRaise(point, context) && !isProtected(point, releases),
  );
  if (exposed === undefined) return;
  const name = context.text(lock);
  context.report({
    at: call,
    message: `\`${name}\` n’est pas libéré si une exception ou une annulation survient avant \`${name}.release()\`\u00a0: les tâches qui l’attendent resteront bloquées.`,
    related: [{ at: exposed, message: `Une exception ici laisse \`${name}\` pris.` }],
  });
}

/** A lock that nothing in the file ever releases. */
function checkForgotten(call: Call, lock: Expr, context: RuleContext): void {
  // What a semaphore counts may be given back by anybody.
  if (!isOneOf(lock, ['asyncio.Lock'], context) || !isOnlyUsedHere(lock, context)) return;
  if (['release', '__aexit__'].some((name) => context.isAttributeReadAnywhere(name))) return;
  context.report({
    at: call,
    message: `Rien ne libère \`${context.text(lock)}\`\u00a0: la prochaine tâche qui voudra le prendre attendra sans fin.`,
  });
}

/** Is the lock out of reach of other files and of what it could be given to? */
function isOnlyUsedHere(lock: Expr, context: Semantics): boolean {
  if (lock.kind === 'Attribute') return lock.attr.startsWith('_') && lock.value.kind === 'Name';
  if (lock.kind !== 'Name') return false;
  const reaching = context.reaching(lock);
  if (reaching === null) {
    const isImported = context.resolve(lock) !== undefined;
    return !isImported && !context.isNameGivenElsewhere(lock.id);
  }
  const [binding, ...others] = reaching.bindings;
  if (binding?.origin.how !== 'assign' || binding.node.kind !== 'Name' || others.length > 0)
    return false;
  const isMade = binding.origin.value.kind === 'Call' && binding.origin.path.length === 0;
  const reads = localReads(binding.node, context);
  const isPlain = ({ parent }: Node) => parent?.kind === 'Attribute' || parent?.kind === 'withitem';
  return isMade && (reads?.every(isPlain) ?? false);
}

/** All that may release the lock in these statements, inner functions included. */
function releasesOf(lock: Expr, body: readonly Node[], context: Semantics): readonly Attribute[] {
  const written = context.text(lock);
  const found: Attribute[] = [];
  walk(body, (node) => {
    if (node.kind === 'Attribute' && /^(?:release|__aexit__)$/.test(node.attr))
      if (context.text(node.value) === written) found.push(node);
  });
  return found;
}

function isCalledIn(fn: FunctionDef, { parent }: Attribute, context: Semantics): boolean {
  return (
    parent?.kind === 'Call' &&
    parent.parent?.kind === 'Expr' &&
    context.functionAround(parent) === fn
  );
}

/** Does the statement, or the header of the compound one, do something that may well fail? */
function mayRaise(point: FlowPoint, context: Semantics): boolean {
  const isSafe = (call: Call) => /^(?:print$|logging\.)/.test(context.callee(call) ?? '');
  return (
    RAISING.has(point.kind) ||
    someAt(point, (node) => node.kind === 'Await' || (node.kind === 'Call' && !isSafe(node)))
  );
}

const RAISING: ReadonlySet<string> = new Set(['Raise', 'Assert', 'AsyncFor', 'AsyncWith']);

/** Is there a `try` around that releases in its `finally`, or where it catches what is raised? */
function isProtected(point: Node, releases: readonly Attribute[]): boolean {
  let child = point;
  for (const parent of ancestors(point)) {
    if (parent.kind === 'Try' || parent.kind === 'TryStar') {
      const rescues = rescuesOf(parent, child);
      if (releases.some((release) => rescues.some((rescue) => holds(rescue, release)))) return true;
    }
    child = parent;
  }
  return false;
}

function rescuesOf({ body, handlers, finalbody }: Try, child: Node): readonly Node[] {
  if (finalbody.includes(child as Stmt)) return [];
  return body.includes(child as Stmt) ? [...handlers, ...finalbody] : finalbody;
}

function holds(outer: Node, inner: Node): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const lock = (call.func as Attribute).value;
  const statement = statementOf(call);
  const isAlone = statement?.kind === 'Expr' && statement.value === call.parent;
  if (!isAlone || call.parent?.kind !== 'Await') return [];
  const after = blockOf(statement, context.file).slice();
  after.splice(0, after.indexOf(statement) + 1);
  const at = after.findIndex((other) => releasesOf(lock, [other], context).length > 0);
  const held = at < 0 ? after : after.slice(0, at);
  const release = after[at];
  // Where it is released in an inner block, the end of this one is not known.
  if (held.length === 0 || (release !== undefined && release.kind !== 'Expr')) return [];
  const offers = new Offers(context);
  offers.add('Remplacer par `async with`', release === undefined ? 'review' : 'safe', (edits) => {
    if (!edits.standsAlone(statement)) edits.abandon();
    edits.replace(statement, `async with ${context.text(lock)}:`);
    edits.indentBelow(edits.file.end(statement), held);
    if (release !== undefined) removeStatement(edits, release);
  });
  return offers.fixes;
}
