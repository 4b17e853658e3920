import { mayRead } from '../semantics/index.ts';
import type { Call, Expr, If, IfExp, Name, Stmt, While } from '../syntax/index.ts';
import { offerTaskGroup } from './await-tasks.ts';
import { discardedCalls, dropsResults } from './discarded.ts';
import { keepingLines, keepTask } from './keep-task.ts';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import page from './tache-non-conservee.md';
import { type Started, startedBy, startedByHelper } from './tasks.ts';
import { callName } from './wording.ts';

export const tacheNonConservee: Rule = {
  code: 'ATT301',
  slug: 'tache-non-conservee',
  level: 'warning',
  peers: ['RUF006', 'ASYNC300', 'S7502', 'CH006', 'reportUnusedCallResult'],
  yieldsTo: ['ATT309', 'ATT505'],
  page,
  handlers: {
    Expr(statement, context) {
      for (const call of discardedCalls(statement.value)) {
        const chained = chainedOn(call);
        if (chained === null) check(call, context);
        else checkChained(chained, context);
      }
    },
    Assign(statement, context) {
      if (statement.targets.every((target) => isUnreadUnderscore(target, context)))
        check(statement.value, context);
    },
    If: checkTest,
    While: checkTest,
    IfExp: checkTest,
    comprehension({ ifs }, context) {
      for (const test of ifs) check(test, context);
    },
    Lambda(node, context) {
      // A callback's result is dropped by whoever calls it.
      const { parent } = node;
      if (parent?.kind === 'Call' && parent.args.includes(node) && dropsResults(parent, context))
        check(node.body, context);
    },
  },
  fixes,
};

/** A task is always true: nothing is learnt of it, and it is gone. */
function checkTest({ test }: If | While | IfExp, context: RuleContext): void {
  check(test, context);
}

function check(value: Expr, context: RuleContext): void {
  if (value.kind !== 'Call') return;
  const started = startedBy(value, context);
  if (started !== null)
    context.report({
      at: value,
      message: messageFor(value, started, context),
      ...(isPut(started.coroutine, context) && { level: 'information' }),
    });
  else if (startedByHelper(value, context))
    context.report({
      at: value,
      message: `La tâche que rend \`${callName(value, context)}\` n’est conservée nulle part : ${LOST}.`,
    });
}

/** `queue.put(x)`: done at once, or held by the queue that it waits for. */
function isPut(coroutine: Expr | null, context: RuleContext): boolean {
  return coroutine?.kind === 'Call' && context.callee(coroutine) === 'asyncio.Queue.put';
}

/** A callback is held by the task, not the other way round. */
function checkChained(call: Call, context: RuleContext): void {
  const { coroutine = null } = startedBy(call, context) ?? {};
  if (coroutine === null) return;
  const task = taskName(call, coroutine, context);
  const { parent } = call;
  const called = parent?.kind === 'Attribute' && parent.attr === 'add_done_callback';
  context.report({
    at: call,
    message: `${task} n’est conservée nulle part : ${called ? CALLBACK_LOST : LOST}.`,
  });
}

const LOST = 'elle peut disparaître avant d’avoir fini, et son exception passer inaperçue';
const CALLBACK_LOST =
  'elle peut disparaître avant d’avoir fini, et sa fonction de rappel n’être jamais appelée';

function messageFor(call: Call, { name, coroutine }: Started, context: RuleContext): string {
  const written = `\`${callName(call, context)}\``;
  if (name === 'asyncio.gather')
    return `Le résultat de ${written} n’est ni attendu ni conservé : ses tâches peuvent disparaître avant d’avoir fini, et leurs exceptions passer inaperçues.`;
  if (name === 'asyncio.wrap_future' || name.endsWith('run_in_executor'))
    return `Le résultat de ${written} n’est ni attendu ni conservé : si le travail échoue, son exception peut passer inaperçue.`;
  return `${taskName(call, coroutine, context)} n’est conservée nulle part : ${LOST}.`;
}

function taskName(call: Call, coroutine: Expr | null, context: RuleContext): string {
  return coroutine?.kind === 'Call'
    ? `La tâche qui exécute \`${callName(coroutine, context)}\``
    : `La tâche que crée \`${callName(call, context)}\``;
}

/** `create_task(…)` of `create_task(…).add_done_callback(…)`, which gives nothing to keep. */
function chainedOn({ func }: Call): Call | null {
  const isChained =
    func.kind === 'Attribute' && (func.attr === 'add_done_callback' || func.attr === 'set_name');
  return isChained && func.value.kind === 'Call' ? func.value : null;
}

function isUnreadUnderscore(target: Expr, context: RuleContext): boolean {
  return target.kind === 'Name' && target.id === '_' && !isRead(target, context);
}

function isRead(target: Name, context: RuleContext): boolean {
  const scope = context.scopeAround(target);
  // At module level `_` is more often the translation of texts.
  if (scope.kind !== 'function') return false;
  return context.reads(target.id, scope).some((use) => mayRead(use, target, context));
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const statement = statementOf(call);
  const where = context.surroundings(call);
  if (statement === null || where === 'lambda' || where === 'class') return [];
  const offers = new Offers(context);
  const sure = where === 'coroutine' || where === 'notebook' ? 'safe' : 'review';
  const value = statement.kind === 'Expr' || statement.kind === 'Assign' ? statement.value : null;

  if (value?.kind === 'Call' && chainedOn(value) === call) {
    offers.add(KEEP, sure, (edits) => {
      const name = edits.freshName('tache', statement);
      const lines = keepingLines(edits, statement, name);
      edits.insertLinesBefore(statement, [`${name} = ${context.text(call)}`, ...lines]);
      edits.replace(call, name);
    });
    return offers.fixes;
  }
  if (value === call) {
    const whole = statement.kind === 'Expr' ? call : statement;
    offers.add(KEEP, sure, (edits) => keepTask(edits, statement, whole, context.text(call)));
    if (sure === 'safe') offerToAwait(offers, statement, call);
  } else if (sure === 'safe' && (value?.kind === 'ListComp' || value?.kind === 'SetComp')) {
    offers.add('Attendre toutes les tâches avec `asyncio.gather()`', 'review', (edits) => {
      edits.insertBefore(value, `await ${edits.name('asyncio', 'gather', value)}(*`);
      edits.insertAfter(value, ')');
    });
  }
  return offers.fixes;
}

const KEEP = 'Conserver la tâche jusqu’à sa fin';

function offerToAwait(offers: Offers, statement: Stmt, call: Call): void {
  const { context } = offers;
  const { name, coroutine } = startedBy(call, context) ?? { name: '', coroutine: null };
  if (name === 'asyncio.run_coroutine_threadsafe') return;
  const [creates, ensures] = ['create_task', 'ensure_future'].map((end) => name.endsWith(end));
  const [given] = call.args;
  if ((!creates && !ensures) || given === undefined || given.kind === 'Starred') {
    offers.add('Ajouter `await`', 'review', (edits) => edits.awaitExpr(call));
    return;
  }
  offers.add('Attendre directement la coroutine', 'review', (edits) =>
    edits.reduce(statement.kind === 'Expr' ? call : statement, given, 'await '),
  );
  const isCoroutine = creates || coroutine !== null;
  if (isCoroutine && context.surroundings(call) === 'coroutine')
    offerTaskGroup(offers, statement, [call]);
}
