import { atLeast, isProjectId, isRepeated, type Semantics } from '../semantics/index.ts';
import type { Await, Call, Expr, FunctionDef, Stmt, Try } from '../syntax/index.ts';
import page from './attente-sous-annulation.md';
import { cancellableCoroutine, exitsOf } from './cancellation.ts';
import {
  type Clause,
  clauseAround,
  isChosen,
  isReachedByCancellation,
  statementsOf,
} from './cancelled-clauses.ts';
import { isCleanup } from './groups.ts';
import { keepingLines } from './keep-task.ts';
import { isLimited, waitingFor } from './open-waits.ts';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { isCoroutine } from './tasks.ts';
import { exprName } from './wording.ts';

export const attenteSousAnnulation: Rule = {
  code: 'ATT322',
  slug: 'attente-sous-annulation',
  level: 'hint',
  peers: ['ASYNC102', 'ASYNC120'],
  page,
  handlers: {
    Await(node, context) {
      const clause = clauseAround(node, context);
      const fn = clause === null ? null : cancellableCoroutine(node, context);
      // What closes or stops something is seldom cancelled itself.
      if (clause === null || fn === null || isCleanup(fn.name)) return;
      if (isLimited(node, clause.of, context) || isChosen(node, clause, context)) return;
      if (isReachedByCancellation(clause, fn, context)) check(node, clause, fn, context);
    },
  },
  fixes,
};

function check(node: Await, clause: Clause, fn: FunctionDef, context: RuleContext): void {
  const { value } = node;
  const name =
    value.kind === 'Call' ? exprName(value, context) : `await ${exprName(value, context)}`;
  const where = clause.keyword === 'finally' ? 'dans ce `finally`' : 'dans cet `except`';
  if (isPause(value, clause, context)) {
    const pause = context.text(value).replace(/\s+/g, ' ');
    context.report({
      at: node,
      message: `\`${pause.length <= 40 ? pause : name}\`, ${where}, retarde d’autant l’annulation de \`${fn.name}()\`.`,
    });
    return;
  }
  const waiting = waitingFor(value, statementsOf(clause), context);
  if (waiting === null) return;
  const { until, through } = waiting;
  context.report({
    at: node,
    message: `\`${name}\` attend sans limite de temps${until === null ? '' : ` ${until}`}\u00a0: ${where}, cela retient aussi l’annulation de \`${fn.name}()\`.`,
    ...(through === null
      ? {}
      : {
          related: [{ at: { definition: through }, message: `C’est ici que \`${name}\` attend.` }],
        }),
  });
}

/**
 * `asyncio.sleep(…)` of a second or more, or that paces a loop. Where the clause keeps the cancellation for itself,
 * nothing is delayed: it is lost.
 */
function isPause(awaited: Expr, { of, around }: Clause, context: Semantics): awaited is Call {
  if (awaited.kind !== 'Call' || context.callee(awaited) !== 'asyncio.sleep') return false;
  if (of.kind === 'ExceptHandler' && exitsOf(of)?.normal !== false) return false;
  const [delay] = awaited.args;
  if (delay === undefined) return false;
  if (delay.kind !== 'Constant') return isRepeated(around);
  return Number(delay.value?.replaceAll('_', '')) >= 1;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const awaited = node as Await;
  const clause = clauseAround(awaited, context);
  const statement = statementOf(awaited);
  const offers = new Offers(context);
  if (clause === null || statement === null || !SIMPLE.test(statement.kind)) return [];
  if (isPause(awaited.value, clause, context)) {
    offerToPauseAfter(offers, statement, clause.around);
    return offers.fixes;
  }
  offerLimit(offers, awaited, statement);
  const { value } = awaited;
  if (statement.kind === 'Expr' && statement.value === awaited && isOfProject(value, context))
    offers.add('Confier cette attente à une tâche protégée par `shield()`', 'review', (edits) => {
      const task = edits.freshName('tache', statement);
      const createTask = edits.name('asyncio', 'create_task', statement);
      edits.insertLinesBefore(statement, [
        `${task} = ${createTask}(${context.text(value)})`,
        ...keepingLines(edits, statement, task),
      ]);
      edits.replace(value, `${edits.name('asyncio', 'shield', statement)}(${task})`);
    });
  return offers.fixes;
}

const SIMPLE = /^(?:Expr|Assign|AnnAssign|AugAssign|Return)$/;

function offerLimit(offers: Offers, { value }: Await, statement: Stmt): void {
  const { context } = offers;
  if (atLeast(context.target, [3, 11]))
    offers.add('Limiter cette attente avec `asyncio.timeout()`', 'review', (edits) =>
      edits.wrap(`async with ${edits.name('asyncio', 'timeout', statement)}(10):`, [statement]),
    );
  else
    offers.add('Limiter cette attente avec `asyncio.wait_for()`', 'review', (edits) => {
      edits.insertBefore(value, `${edits.name('asyncio', 'wait_for', statement)}(`);
      edits.insertAfter(value, ', 10)');
    });
}

/** Puts the pause below the `try`, when whatever does not raise comes there anyway. */
function offerToPauseAfter(offers: Offers, statement: Stmt, around: Try): void {
  const last = around.orelse.at(-1) ?? around.handlers.at(-1);
  if (around.finalbody.length !== 1 || around.finalbody[0] !== statement || !last) return;
  // `continue` would start the next turn at once.
  if (/\bcontinue\b/.test(offers.context.text(around))) return;
  offers.add('Placer la pause après le `try`', 'review', (edits) => {
    const { text } = offers.context.chunk;
    if (!/^\s*finally\s*:\s*$/.test(text.slice(last.end, statement.start))) edits.abandon();
    const pause = text.slice(statement.start, statement.end);
    edits.replaceRange(statement, last.end, statement.end, `\n${edits.indentOf(around)}${pause}`);
  });
}

function isOfProject(value: Expr, context: Semantics): value is Call {
  const kind = value.kind === 'Call' ? context.kindOf(value.func) : undefined;
  return kind?.k === 'function' && isProjectId(kind.fn) && isCoroutine(value, context);
}
