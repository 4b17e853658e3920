import {
  advanceOf,
  type Binding,
  bothRun,
  type Flow,
  type FlowPoint,
  isAsyncGenerator,
  isRerun,
  type Semantics,
  steppedBy,
  waits,
} from '../semantics/index.ts';
import {
  ancestors,
  type Call,
  type Expr,
  type FunctionDef,
  type Name,
  walk,
} from '../syntax/index.ts';
import { lastName } from './cancellation.ts';
import { isErrorExpected } from './foreseen.ts';
import page from './generateur-partage.md';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { awaitInTurn, takeInTurn } from './take-in-turn.ts';

export const generateurPartage: Rule = {
  code: 'ATT403',
  slug: 'generateur-partage',
  level: 'warning',
  peers: [],
  page,
  handlers: { Call: check },
  fixes,
};

function check(call: Call, context: RuleContext): void {
  const generator = usedBy(call, context);
  const variable = generator === null ? null : variableOf(generator, context);
  if (generator === null || variable === null) return;
  const start = startOf(call, context);
  if (start === null && call.parent?.kind !== 'Await') return;
  if (isErrorExpected(call, 'RuntimeError', context)) return;
  const first = usesBefore(call, generator, variable, context).find(
    (earlier) =>
      // Both of one `gather()`, or a task that nothing has waited for yet.
      earlier.start === start || bothRun(earlier.use, call, variable.flow, variable.isCut),
  );
  const isRepeated = start !== null && startsAgain(call, start, variable);
  if (first === undefined && !isRepeated) return;
  const when = 'dès qu’il attend au milieu d’un pas, l’une d’elles reçoit une `RuntimeError`';
  context.report({
    at: generator,
    message: `Plusieurs tâches font avancer le générateur asynchrone \`${generator.id}\` en même temps\u00a0: ${when}.`,
    related:
      first === undefined
        ? []
        : [{ at: first.use, message: 'Une autre tâche s’en sert déjà ici.' }],
  });
}

/** The generator that a call advances or closes: `g` of `anext(g)`, `g.aclose()`, `worker(g)`. */
function usedBy(call: Call, context: Semantics): Name | null {
  const { func } = call;
  const ends = func.kind === 'Attribute' && (func.attr === 'aclose' || func.attr === 'athrow');
  const stepped = ends ? func.value : steppedBy(call, context);
  if (stepped !== null) return isShareable(stepped, context) ? stepped : null;
  const given = [...call.args, ...call.keywords.map(({ value }) => value)];
  return (
    given.find(
      (argument): argument is Name =>
        isShareable(argument, context) && advanceOf(call, argument, context) === 'free',
    ) ?? null
  );
}

/** A generator that waits for nothing ends each step before anybody else has a turn. */
function isShareable(expr: Expr, context: Semantics): expr is Name {
  const isGenerator = expr.kind === 'Name' && isAsyncGenerator(context.kindOf(expr));
  return isGenerator && waits(context.kindOf(expr), context);
}

interface Variable {
  readonly binding: Binding;
  readonly flow: Flow;
  /** Where something is waited for, perhaps the task, or the name is bound again. */
  readonly isCut: (point: FlowPoint) => boolean;
}

function variableOf(generator: Name, context: Semantics): Variable | null {
  const fn = context.functionAround(generator);
  const { holder, bindings } = context.reaching(generator) ?? { holder: null, bindings: [] };
  const [binding] = bindings;
  if (fn === null || fn.kind === 'Lambda' || holder?.node !== fn || bindings.length !== 1)
    return null;
  const flow = context.flow(fn as FunctionDef);
  if (flow === undefined || binding === undefined) return null;
  const cuts = new Set<unknown>(
    (holder.bindings.get(generator.id) ?? [])
      .filter(({ node }) => node.kind !== 'arg')
      .map(({ node }) => flow.pointOf(node)),
  );
  walk(fn.body, (node) => {
    const isRun = node.kind === 'Call' && RUNS.test(lastName(node.func));
    if (isRun || WAITING.has(node.kind)) cuts.add(flow.pointOf(node));
  });
  return { binding, flow, isCut: (point) => cuts.has(point) };
}

const WAITING: ReadonlySet<string> = new Set(['Await', 'AsyncFor', 'AsyncWith']);

/** Where the loop is run for a while, from outside. */
const RUNS = /^run(?:_until_complete|_forever)?$/;

/** What starts a task, and another before the first ends, of what the call gives: `gather`, `create_task`. */
function startOf(call: Call, context: Semantics): Call | null {
  let given: Expr = call;
  for (const parent of ancestors(call)) {
    if (parent.kind === 'Call') {
      if (!parent.args.includes(given)) return null;
      const callee = context.callee(parent) ?? '';
      // `await create_task(…)` has nothing beside it.
      const isAlone = parent.parent?.kind === 'Await' && !SEVERAL.test(callee);
      return STARTS.test(callee) && !isAlone ? parent : null;
    }
    if (!PASSING.has(parent.kind)) return null;
    given = parent as Expr;
  }
  return null;
}

const STARTS = /^asyncio\.(?:\w+\.)*(?:gather|create_task|ensure_future|wait|as_completed)$/;
const SEVERAL = /\.(?:gather|wait|as_completed)$/;
const PASSING: ReadonlySet<string> = new Set([
  'ListComp',
  'SetComp',
  'GeneratorExp',
  'Starred',
  'List',
  'Tuple',
  'Set',
]);

interface Started {
  readonly use: Call;
  readonly start: Call;
}

/** The tasks that use the generator, started above. */
function usesBefore(
  call: Call,
  generator: Name,
  { binding }: Variable,
  context: Semantics,
): readonly Started[] {
  const found: Started[] = [];
  for (const read of context.reads(generator.id, binding.scope)) {
    if (read.start >= generator.start) continue;
    const use = callOf(read);
    if (use === null || use === call || usedBy(use, context) !== read) continue;
    const start = startOf(use, context);
    const isSame = context.reaching(read)?.bindings.every((seen) => seen === binding);
    if (start !== null && isSame) found.push({ use, start });
  }
  return found;
}

function callOf({ parent }: Name): Call | null {
  const call = parent?.kind === 'Attribute' || parent?.kind === 'keyword' ? parent.parent : parent;
  return call?.kind === 'Call' ? call : null;
}

/** Does a comprehension, or a loop that waits for nothing, start it several times? */
function startsAgain(call: Call, start: Call, { flow, isCut }: Variable): boolean {
  const point = flow.pointOf(start)!;
  let isGiven = true;
  for (const parent of ancestors(call)) {
    if (parent === point) break;
    if (parent === start) isGiven = false;
    const isRepeating = /Comp$|^GeneratorExp$/.test(parent.kind);
    if (isRepeating && (isGiven || start.parent?.kind !== 'Await')) return true;
  }
  return !isCut(point) && isRerun(start, flow, isCut);
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const generator = node as Name;
  const variable = variableOf(generator, context);
  if (variable === null || context.surroundings(generator) !== 'coroutine') return [];
  const uses = context.reads(generator.id, variable.binding.scope).filter((read) => {
    const use = callOf(read);
    return use !== null && usedBy(use, context) === read && startOf(use, context) !== null;
  });
  const offers = new Offers(context);
  const call = callOf(generator)!;
  if (steppedBy(call, context) === generator)
    offers.add('Attendre un pas après l’autre', 'review', (edits) =>
      awaitInTurn(edits, startOf(call, context), generator, context),
    );
  else if (uses.every((use) => steppedBy(callOf(use)!, context) !== use))
    offers.add('Faire avancer le générateur tour à tour, sous un verrou', 'review', (edits) =>
      takeInTurn(edits, uses, variable.binding, context),
    );
  return offers.fixes;
}
