import {
  type Binding,
  bothRun,
  type Flow,
  type FlowPoint,
  isRerun,
  type Semantics,
} from '../semantics/index.ts';
import { ancestors, type Call, type Expr, type FunctionDef, type Name } from '../syntax/index.ts';
import page from './coroutine-attendue-deux-fois.md';
import { canBeTask, coroutineUse, isProvoked, isStarted } from './coroutine-uses.ts';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { isCoroutine } from './tasks.ts';

export const coroutineAttendueDeuxFois: Rule = {
  code: 'ATT104',
  slug: 'coroutine-attendue-deux-fois',
  level: 'error',
  peers: [],
  page,
  handlers: {
    Await({ value }, context) {
      check(value, context);
    },
    Call({ args }, context) {
      for (const argument of args) check(argument, context);
    },
  },
  fixes,
};

function check(use: Expr, context: RuleContext): void {
  if (use.kind !== 'Name' || !isStarted(use, context) || !isCoroutine(use, context)) return;
  const variable = variableOf(use, context);
  if (variable === null || !runsIt(use) || isProvoked(use)) return;
  const { binding, flow, isCut } = variable;
  const created = { at: binding.node, message: 'L’objet coroutine vient d’ici.' };
  const first = startsOf(variable, context).find(
    (start) => start.parent !== use.parent && bothRun(start, use, flow, isCut),
  );
  if (first !== undefined)
    context.report({
      at: use,
      message: `La coroutine \`${use.id}\` a déjà été ${verbFor(first)}\u00a0: un objet coroutine ne s’exécute qu’une fois.`,
      related: [{ at: first, message: 'Elle sert ici une première fois.' }, created],
    });
  else if (isRerun(use, flow, isCut)) {
    const origin =
      binding.origin.how === 'parameter' ? 'reçue en paramètre' : 'créée avant la boucle';
    context.report({
      at: use,
      message: `La coroutine \`${use.id}\`, ${origin}, est ${verbFor(use)} à chaque tour\u00a0: un objet coroutine ne s’exécute qu’une fois.`,
      related: [created],
    });
  }
}

function verbFor(use: Name): string {
  return isAwaited(use) ? 'attendue' : 'planifiée';
}

interface Variable {
  /** The one place that binds the coroutine that the use sees. */
  readonly binding: Binding;
  readonly flow: Flow;
  /** Where the name begins to mean something else. */
  readonly isCut: (point: FlowPoint) => boolean;
}

/** The local variable of the use, when it holds one coroutine made by a call, or given as a parameter. */
function variableOf(use: Name, context: Semantics): Variable | null {
  const fn = context.functionAround(use);
  const { holder, bindings } = context.reaching(use) ?? { holder: null, bindings: [] };
  const [binding] = bindings;
  if (holder === null || fn === null || fn.kind === 'Lambda' || holder.node !== fn) return null;
  if (binding === undefined || bindings.length !== 1 || !isFresh(binding)) return null;
  const flow = context.flow(fn as FunctionDef);
  if (flow === undefined) return null;
  const cuts = new Set(
    (holder.bindings.get(use.id) ?? [])
      .filter(({ node }) => node.kind !== 'arg')
      .map(({ node }) => flow.pointOf(node)),
  );
  return { binding, flow, isCut: (point) => cuts.has(point) };
}

function isFresh({ origin }: Binding): boolean {
  if (origin.how === 'assign') return origin.path.length === 0 && origin.value.kind === 'Call';
  return (
    origin.how === 'parameter' || (origin.how === 'annotated' && origin.value?.kind === 'Call')
  );
}

/** All the places that run what the variable's binding holds. */
function startsOf({ binding }: Variable, context: Semantics): readonly Name[] {
  return context
    .reads(binding.name, binding.scope)
    .filter(
      (read) =>
        isStarted(read, context) &&
        runsIt(read) &&
        context.reaching(read)?.bindings.every((seen) => seen === binding),
    );
}

/**
 * Does the coroutine surely run there? What hands it over may refuse it (`asyncio.run()` where a loop runs),
 * and `except` then tries another way; what `wait_for` gives has to be awaited too.
 */
function runsIt(use: Name): boolean {
  if (isAwaited(use)) return true;
  const { func } = use.parent as Call;
  const name = func.kind === 'Attribute' ? func.attr : func.kind === 'Name' ? func.id : '';
  return name !== 'wait_for' && !isGuarded(use);
}

/** `await c`, `await f(c)`. */
function isAwaited({ parent }: Name): boolean {
  return parent?.kind === 'Await' || parent?.parent?.kind === 'Await';
}

function isGuarded(use: Name): boolean {
  return [...ancestors(use)].some((node) => node.kind === 'Try' || node.kind === 'With');
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const use = node as Name;
  const variable = variableOf(use, context);
  const origin = variable?.binding.origin;
  if (variable === null || origin?.how !== 'assign') return [];
  const call = origin.value as Call;
  const reads = context.reads(use.id, variable.binding.scope);
  const isTaskEnough = reads.every((read) => suitsTask(read, context));
  const where = context.surroundings(statementOf(call)!);
  if (where !== 'coroutine' || !isTaskEnough || !canBeTask(call, context)) return [];
  const offers = new Offers(context);
  offers.add(`Faire de \`${use.id}\` une tâche dès sa création`, 'review', (edits) => {
    const createTask = edits.name('asyncio', 'create_task', call);
    edits.insertBefore(call, `${createTask}(`);
    edits.insertAfter(call, ')');
  });
  return offers.fixes;
}

/**
 * Would a task do in place of the coroutine? It gives its result again and again, but its exception too:
 * an `except` that tries again gains nothing by it.
 */
function suitsTask(use: Name, context: Semantics): boolean {
  if (coroutineUse(use, context) !== 'started' || isGuarded(use)) return false;
  const { parent } = use;
  return (
    parent?.kind === 'Await' ||
    /^asyncio\.(?:gather|shield|ensure_future)$/.test(context.callee(parent as Call) ?? '')
  );
}
