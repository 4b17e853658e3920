import { atLeast } from '../semantics/index.ts';
import type { Call, Stmt } from '../syntax/index.ts';
import { callName, keepTask, Offers, openTaskGroup, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import page from './tache-non-conservee.md';
import { type Started, startedBy, startedByHelper } from './tasks.ts';

export const tacheNonConservee: Rule = {
  code: 'ATT301',
  slug: 'tache-non-conservee',
  level: 'warning',
  peers: ['RUF006', 'ASYNC300', 'S7502'],
  page,
  handlers: {
    Expr: (statement, context) => check(statement.value, context),
    Assign(statement, context) {
      if (statement.targets.every((target) => target.kind === 'Name' && target.id === '_'))
        check(statement.value, context);
    },
    Lambda: (node, context) => {
      // A callback's result is dropped by whoever calls it.
      const { parent } = node;
      if (parent?.kind === 'Call' && parent.args.includes(node) && dropsResults(parent, context))
        check(node.body, context);
    },
  },
  fixes,
};

function check(value: Call | Stmt | { readonly kind: string }, context: RuleContext): void {
  if (value.kind !== 'Call') return;
  const call = value as Call;
  const started = startedBy(call, context);
  if (started !== null) context.report({ at: call, message: messageFor(call, started, context) });
  else if (startedByHelper(call, context))
    context.report({
      at: call,
      message: `La tâche que rend \`${callName(call, context)}\` n’est conservée nulle part : elle peut disparaître avant d’avoir fini, et son exception passer inaperçue.`,
    });
}

function messageFor(call: Call, started: Started, context: RuleContext): string {
  const coroutine =
    started.coroutine?.kind === 'Call' ? callName(started.coroutine, context) : null;
  const what =
    coroutine === null
      ? `Le résultat de \`${callName(call, context)}\` n’est conservé nulle part`
      : `La tâche qui exécute \`${coroutine}\` n’est conservée nulle part`;
  const fate =
    coroutine === null
      ? 'il peut disparaître avant la fin du travail'
      : 'elle peut disparaître avant d’avoir fini';
  return `${what} : ${fate}, et son exception passer inaperçue.`;
}

function dropsResults(call: Call, context: RuleContext): boolean {
  return /^asyncio\.\w+\.(call_soon|call_soon_threadsafe|call_later|call_at|add_done_callback|add_signal_handler|add_reader|add_writer)$/.test(
    context.callee(call) ?? '',
  );
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const statement = statementOf(call);
  if (
    statement === null ||
    (statement.kind !== 'Expr' && statement.kind !== 'Assign') ||
    statement.value !== call
  )
    return [];
  const offers = new Offers(context);
  const whole = statement.kind === 'Expr' ? call : statement;
  const where = context.surroundings(call);
  const started = startedBy(call, context);
  if (where === 'coroutine' || where === 'function' || where === 'notebook')
    offers.add(
      'Conserver la tâche jusqu’à sa fin',
      where === 'function' ? 'review' : 'safe',
      (edits) => keepTask(edits, statement, whole, context.text(call)),
    );
  if (where !== 'coroutine' && where !== 'notebook') return offers.fixes;
  const direct = started?.coroutine ?? null;
  const spawns = /(^|\.)(create_task|ensure_future)$/.test(started?.name ?? '') && direct !== null;
  if (started?.name !== 'asyncio.run_coroutine_threadsafe')
    offers.add(
      spawns ? 'Attendre directement la coroutine' : 'Ajouter `await`',
      'review',
      (edits) => edits.replace(whole, `await ${context.text(spawns ? direct : call)}`),
    );
  if (spawns && where === 'coroutine' && atLeast(context.target, [3, 11]))
    offers.add('Ouvrir un `asyncio.TaskGroup` autour de la suite', 'review', (edits) => {
      const group = openTaskGroup(edits, statement);
      if (group !== null) edits.replace(whole, `${group}.create_task(${context.text(direct)})`);
      else edits.abandon();
    });
  return offers.fixes;
}
