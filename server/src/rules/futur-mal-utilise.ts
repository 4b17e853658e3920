import {
  bothRun,
  type FlowPoint,
  isRerun,
  localReads,
  type Semantics,
  someAt,
  suspends,
  suspendsAt,
} from '../semantics/index.ts';
import { ancestors, type Call, type Expr, type Name } from '../syntax/index.ts';
import { isErrorExpected } from './foreseen.ts';
import page from './futur-mal-utilise.md';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { isFuture, startedBy, useOf } from './tasks.ts';

export const futurMalUtilise: Rule = {
  code: 'ATT607',
  slug: 'futur-mal-utilise',
  level: 'error',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      const { func } = call;
      if (func.kind !== 'Attribute' || !METHODS.has(func.attr)) return;
      const { value: future, attr } = func;
      if (!isFuture(context.kindOf(future), context)) return;
      if (SETTERS.has(attr)) checkSetting(call, future, context);
      else checkReading(call, future, attr, context);
    },
  },
  fixes,
};

const SETTERS: ReadonlySet<string> = new Set(['set_result', 'set_exception']);
const METHODS: ReadonlySet<string> = new Set([...SETTERS, 'result', 'exception']);

function checkReading(call: Call, future: Expr, attr: string, context: RuleContext): void {
  const written = `\`${context.text(future)}.${attr}()\``;
  if (call.args.length + call.keywords.length > 0) {
    if (!isErrorExpected(call, 'TypeError', context))
      context.report({
        at: call,
        message: `${written} n’attend pas et ne prend pas de délai\u00a0: avec un futur d’asyncio, cet appel lève une \`TypeError\`.`,
      });
    return;
  }
  const made = madeJustBefore(call, future, context);
  if (made === null || isErrorExpected(call, 'InvalidStateError', context)) return;
  const what = startedBy(made, context) === null ? 'ce futur vient' : 'cette tâche vient';
  context.report({
    at: call,
    message: `${written} n’attend pas\u00a0: ${what} d’être créé${what.startsWith('cette') ? 'e' : ''} et n’a pas encore de résultat.`,
    ...(made === future ? {} : { related: [{ at: made, message: 'Cet objet est créé ici.' }] }),
  });
}

/** The call that makes the future, when nothing can have run since then but this very function. */
function madeJustBefore(call: Call, future: Expr, context: Semantics): Call | null {
  if (context.surroundings(call) !== 'coroutine') return null;
  if (future.kind === 'Call') return isMaking(future, context) ? future : null;
  if (future.kind !== 'Name') return null;
  const [binding, ...others] = context.reaching(future)?.bindings ?? [];
  if (binding?.origin.how !== 'assign' || binding.origin.path.length > 0) return null;
  const { value } = binding.origin;
  if (others.length > 0 || value.kind !== 'Call' || !isMaking(value, context)) return null;
  const fn = context.functionAround(call);
  const flow = fn?.kind === 'AsyncFunctionDef' ? context.flow(fn) : undefined;
  const [from, to] = [flow?.pointOf(value), flow?.pointOf(call)];
  if (from === undefined || to === undefined || context.functionAround(value) !== fn) return null;
  // The end of a group waits for its tasks.
  for (const around of ancestors(value))
    if (
      around.kind === 'AsyncWith' &&
      !around.body.some((s) => s.start <= to.start && to.end <= s.end)
    )
      return null;
  const before = flow!.before(to, (point) => point === from);
  const between = [...flow!.after(from, (point) => point === to)].filter((p) => before.has(p));
  if (between.some((point) => point !== from && suspendsAt(point))) return null;
  if (someAt(to, (node) => suspends(node) && node.end <= call.start)) return null;
  // Whoever else knows it may have given it a result, or found that it has one.
  const reads = localReads(binding.node as Name, context);
  const isUntouched = reads?.every((read) => {
    if (read === future || isReading(read)) return true;
    if (context.functionAround(read) !== fn) return false;
    const point = flow!.pointOf(read)!;
    return (point !== to && !between.includes(point)) || point === from || isQuiet(read, context);
  });
  return isUntouched ? value : null;
}

function isReading({ parent }: Name): boolean {
  return parent?.kind === 'Attribute' && (parent.attr === 'result' || parent.attr === 'exception');
}

/** Neither asked whether it is done nor cancelled, nor handed on. */
function isQuiet(read: Name, context: Semantics): boolean {
  const { parent } = read;
  const asks = parent?.kind === 'Attribute' && /^(?:done|cancelled)$/.test(parent.attr);
  return !asks && useOf(read, context) === 'ignored';
}

function isMaking(call: Call, context: Semantics): boolean {
  if (isBareFuture(call, context)) return true;
  const started = startedBy(call, context);
  return started !== null && (started.coroutine !== null || /run_in_executor$/.test(started.name));
}

function isBareFuture(call: Call, context: Semantics): boolean {
  return /^asyncio\.(?:Future|(?:\w+\.)*create_future)$/.test(context.callee(call) ?? '');
}

/** `fut.set_result(…)` where it certainly has a result already. */
function checkSetting(call: Call, future: Expr, context: RuleContext): void {
  const fn = context.functionAround(call);
  if (future.kind !== 'Name' || fn === null || fn.kind === 'Lambda') return;
  const flow = context.flow(fn);
  const reaching = context.reaching(future);
  if (flow === undefined || reaching?.holder.node !== fn) return;
  const reads = context.reads(future.id, reaching.holder);
  if (isErrorExpected(call, 'InvalidStateError', context)) return;
  const binders = new Set(
    reaching.holder.bindings.get(future.id)!.map(({ node }) => flow.pointOf(node)),
  );
  const isCut = (point: FlowPoint) => binders.has(point);
  const first = reads.find(
    (read) =>
      read.start < future.start &&
      isSetting(read) &&
      context.functionAround(read) === fn &&
      !isAskedBetween(read.start, future.start) &&
      !isCaughtBy(read, future) &&
      bothRun(read, future, flow, isCut),
  );
  const isAgain = first === undefined && !isAskedBetween(0, Infinity);
  if (first === undefined && !(isAgain && isRerun(call, flow, isCut))) return;
  const where = first === undefined ? 'à chaque tour de la boucle' : 'une seconde fois';
  context.report({
    at: call,
    message: `\`${context.text(call.func)}()\` est appelé ${where}\u00a0: un futur ne reçoit qu’un résultat, l’appel suivant lève une \`InvalidStateError\`.`,
    ...(first && { related: [{ at: first, message: 'Il le reçoit ici une première fois.' }] }),
  });

  function isAskedBetween(start: number, end: number): boolean {
    return reads.some(
      ({ start: at, parent }) =>
        at > start && at < end && parent?.kind === 'Attribute' && !METHODS.has(parent.attr),
    );
  }
}

function isSetting({ parent }: Name): boolean {
  return parent?.kind === 'Attribute' && SETTERS.has(parent.attr) && parent.parent?.kind === 'Call';
}

/** `try: fut.set_result(f())` and `except …: fut.set_exception(…)`: the first may not have happened. */
function isCaughtBy(first: Name, second: Name): boolean {
  for (const handler of ancestors(second))
    if (handler.kind === 'ExceptHandler' && handler.parent!.start < first.start) return true;
  return false;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  const call = node as Call;
  const { func, args, keywords } = call;
  if (func.kind !== 'Attribute') return [];
  const future = func.value;
  if (SETTERS.has(func.attr)) {
    offerGuard(offers, call, future);
    return offers.fixes;
  }
  // Nobody would ever give a result to what was just made by hand.
  const made = madeJustBefore(call, future, context);
  const isPromise = made !== null && isBareFuture(made, context);
  if (func.attr !== 'result' || context.surroundings(call) !== 'coroutine' || isPromise)
    return offers.fixes;
  const delays = [...args, ...keywords.map(({ value }) => value)];
  if (delays.length === 0)
    offers.add('Remplacer `result()` par `await`', 'safe', (edits) =>
      edits.awaitInstead(call, future),
    );
  else if (delays.length === 1)
    offers.add('Attendre avec `asyncio.wait_for()`', 'safe', (edits) => {
      const name = edits.name('asyncio', 'wait_for', call);
      edits.awaitExpr(call);
      edits.replace(call, `${name}(${context.text(future)}, ${context.text(delays[0]!)})`);
    });
  return offers.fixes;
}

function offerGuard(offers: Offers, call: Call, future: Expr): void {
  const statement = statementOf(call);
  if (statement?.kind !== 'Expr' || statement.value !== call) return;
  const written = offers.context.text(future);
  offers.add(`Vérifier d’abord que \`${written}\` attend encore`, 'review', (edits) =>
    edits.wrap(`if not ${written}.done():`, [statement]),
  );
}
