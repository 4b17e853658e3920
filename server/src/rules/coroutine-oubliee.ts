import type { Assign, Call, Expr, Name } from '../syntax/index.ts';
import { offerToAwait } from './await-call.ts';
import page from './coroutine-oubliee.md';
import { canBeTask, definitionRelated } from './coroutine-uses.ts';
import { usesOfForgotten } from './held-coroutines.ts';
import { keepingLines, keepTask } from './keep-task.ts';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { isCoroutine } from './tasks.ts';
import { callName } from './wording.ts';

export const coroutineOubliee: Rule = {
  code: 'ATT102',
  slug: 'coroutine-oubliee',
  level: 'warning',
  peers: [],
  page,
  handlers: {
    Assign({ targets, value }, context) {
      if (targets.length !== 1) return;
      for (const [target, part] of pairsOf(targets[0]!, value)) check(target, part, context);
    },
    AnnAssign({ target, value }, context) {
      if (value !== null) check(target, value, context);
    },
    NamedExpr({ parent, target, value }, context) {
      if (parent?.kind === 'Expr') check(target, value, context);
    },
  },
  fixes,
};

/** `a, b = f(), g()` binds each name to its own value. */
function pairsOf(target: Expr, value: Expr): readonly (readonly [Expr, Expr])[] {
  if (target.kind !== 'Tuple' || value.kind !== 'Tuple') return [[target, value]];
  const isPlain = [...target.elts, ...value.elts].every(({ kind }) => kind !== 'Starred');
  if (!isPlain || target.elts.length !== value.elts.length) return [];
  return target.elts.map((name, at) => [name, value.elts[at]!]);
}

function check(target: Expr, value: Expr, context: RuleContext): void {
  if (target.kind !== 'Name' || value.kind !== 'Call' || !isCoroutine(value, context)) return;
  const uses = usesOfForgotten(target, context);
  if (uses === null) return;
  const name = `La coroutine \`${callName(value, context)}\``;
  const fate =
    target.id === '_'
      ? `${name} est jetée dans \`_\` sans être attendue`
      : `${name}, gardée dans \`${target.id}\`, n’est jamais attendue`;
  context.report({
    at: value,
    message: `${fate}\u00a0: son corps ne s’exécutera pas.`,
    related: [
      ...definitionRelated(context.kindOf(value)),
      ...uses.map((use) => ({ at: use, message: 'Ici sert l’objet coroutine, pas son résultat.' })),
    ],
  });
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const statement = statementOf(call)!;
  const offers = new Offers(context);
  // What annotates the coroutine would not suit its result.
  offerToAwait(offers, [call], statement.kind === 'AnnAssign' ? 'review' : 'safe');
  if (statement.kind === 'Assign' && statement.value === call) offerTask(offers, statement, call);
  return offers.fixes;
}

/** A task has no more of a result to read than the coroutine: offered when nothing reads the name. */
function offerTask(offers: Offers, statement: Assign, call: Call): void {
  const { context } = offers;
  const where = context.surroundings(call);
  const target = statement.targets[0] as Name;
  const isUnread = usesOfForgotten(target, context)?.length === 0;
  if ((where !== 'coroutine' && where !== 'notebook') || !isUnread || !canBeTask(call, context))
    return;
  offers.add('En faire une tâche conservée jusqu’à sa fin', 'review', (edits) => {
    const task = `${edits.name('asyncio', 'create_task', call)}(${context.text(call)})`;
    if (target.id === '_') {
      keepTask(edits, statement, statement, task);
      return;
    }
    edits.replace(call, task);
    edits.insertLinesAfter(statement, keepingLines(edits, statement, target.id));
  });
}
