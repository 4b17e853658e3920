import { localReads, mayRead, type Semantics } from '../semantics/index.ts';
import type { Await, Call, ExceptHandler, Expr, Name, Stmt } from '../syntax/index.ts';
import { isProvoked } from './coroutine-uses.ts';
import { cleansUp, isAnyLeftTo, keywordOf, mayFailUnseen, runsInExecutor } from './groups.ts';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import page from './wait-resultat-ignore.md';
import { callName } from './wording.ts';

export const waitResultatIgnore: Rule = {
  code: 'ATT305',
  slug: 'wait-resultat-ignore',
  level: 'warning',
  peers: [],
  page,
  handlers: {
    Await(node, context) {
      const call = node.value;
      if (call.kind !== 'Call' || context.callee(call) !== 'asyncio.wait') return;
      const problem = problemWith(node, call, context);
      if (problem === null || isProvoked(call)) return;
      context.report({
        at: call,
        message: `\`${callName(call, context)}\` ${PROBLEMS[problem]}.`,
        // Written `_`, it was seen, and left on purpose.
        ...(problem === 'pending' && isWaived(node) ? { level: 'information' } : {}),
        data: { problem },
      });
    },
  },
  fixes,
};

const PROBLEMS = {
  timeout:
    'ne lève jamais `TimeoutError`\u00a0: au bout du délai, il rend la main et les tâches continuent',
  pending:
    'n’annule pas les tâches qui ne sont pas finies\u00a0: elles continuent, et personne ne les attend',
  exceptions: 'ne lève pas les exceptions des tâches\u00a0: si l’une échoue, personne ne le saura',
} as const;

type Problem = keyof typeof PROBLEMS;

function problemWith(node: Await, call: Call, context: Semantics): Problem | null {
  if (keywordOf(call, 'timeout') !== null && expectsTimeout(node, context)) return 'timeout';
  const { done, pending } = unread(node, context);
  if (pending && mayLeave(call)) return isAnyLeftTo(call, context, isStoppable) ? 'pending' : null;
  if (!done) return null;
  return !cleansUp(node) && isAnyLeftTo(call, context, mayFail) ? 'exceptions' : null;
}

function isStoppable(work: Expr, context: Semantics): boolean {
  return !runsInExecutor(work, context);
}

function mayFail(work: Expr, context: Semantics): boolean {
  return runsInExecutor(work, context) || mayFailUnseen(work, context);
}

/** Is it all that a `try` with `except TimeoutError` does? */
function expectsTimeout(node: Await, context: Semantics): boolean {
  const statement = statementOf(node);
  const around = statement?.parent;
  if (around?.kind !== 'Try' || around.body.length !== 1 || around.body[0] !== statement)
    return false;
  const isTimeout = ({ type }: ExceptHandler) =>
    type !== null && /^(?:asyncio\.|builtins\.)?TimeoutError$/.test(context.resolve(type) ?? '');
  return around.handlers.some(isTimeout);
}

/** Which of the two sets that `wait` gives nothing ever looks at. */
function unread(node: Await, context: Semantics): { done: boolean; pending: boolean } {
  const { parent } = node;
  if (parent?.kind === 'Expr') return { done: true, pending: true };
  const [target] = parent?.kind === 'Assign' && parent.targets.length === 1 ? parent.targets : [];
  if (target?.kind === 'Name') {
    const isUnread = isNeverRead(target, context);
    return { done: isUnread, pending: isUnread };
  }
  const [done, pending] = target?.kind === 'Tuple' && target.elts.length === 2 ? target.elts : [];
  return {
    done: done?.kind === 'Name' && isNeverRead(done, context),
    pending: pending?.kind === 'Name' && isNeverRead(pending, context),
  };
}

function isNeverRead(target: Name, context: Semantics): boolean {
  const reads = localReads(target, context);
  return reads?.every((use) => isCount(use) || !mayRead(use, target, context)) ?? false;
}

/** `finies, _ = …`. */
function isWaived(node: Await): boolean {
  const pending = targetsOf(statementOf(node)!)?.pending;
  return pending?.id === '_';
}

/** `len(finies)`. */
function isCount({ parent }: Name): boolean {
  return parent?.kind === 'Call' && parent.func.kind === 'Name' && parent.func.id === 'len';
}

/** May some of the tasks not be finished when it returns? */
function mayLeave(call: Call): boolean {
  const limit = keywordOf(call, 'timeout');
  const until = keywordOf(call, 'return_when');
  const word = until === null ? '' : lastWord(until);
  return (
    (limit !== null && !(limit.kind === 'Constant' && limit.type === 'None')) ||
    word.startsWith('FIRST_')
  );
}

function lastWord(expr: Expr): string {
  if (expr.kind === 'Attribute') return expr.attr;
  if (expr.kind === 'Name') return expr.id;
  return expr.kind === 'Constant' && expr.type === 'str' ? (expr.value ?? '') : '';
}

function fixes({ node, data }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const statement = statementOf(call)!;
  const offers = new Offers(context);
  const problem = data.problem as Problem;
  const names = targetsOf(statement);
  if (names === null || problem === 'timeout') return [];
  const leaves = mayLeave(call);
  const title = leaves
    ? 'Annuler les tâches restantes et lire les résultats'
    : 'Lire les résultats';
  offers.add(title, 'review', (edits) => {
    const nameFor = (target: Expr | null, base: string) => {
      if (target !== null && (target as Name).id !== '_') return context.text(target);
      const name = edits.freshName(base, call);
      if (target !== null) edits.replace(target, name);
      return name;
    };
    const done = nameFor(names.done, 'finies');
    const pending = leaves ? nameFor(names.pending, 'en_cours') : '_';
    if (names.done === null) {
      const before = `${done}, ${pending} = `;
      if (names.whole === null) edits.insertBefore(statement, before);
      else edits.replaceRange(names.whole, names.whole.start, call.parent!.start, before);
    }
    const task = edits.freshName('tache', call);
    const unit = edits.indentUnit;
    const gather = leaves ? edits.name('asyncio', 'gather', call) : undefined;
    const isRead =
      problem === 'pending' && names.done !== null && !isNeverRead(names.done, context);
    edits.insertLinesAfter(statement, [
      ...(leaves
        ? [
            `for ${task} in ${pending}:`,
            `${unit}${task}.cancel()`,
            `await ${gather}(*${pending}, return_exceptions=True)`,
          ]
        : []),
      ...(isRead ? [] : [`for ${task} in ${done}:`, `${unit}${task}.result()`]),
    ]);
  });
  return offers.fixes;
}

interface Targets {
  readonly done: Name | null;
  readonly pending: Name | null;
  /** The one name of both sets. */
  readonly whole: Name | null;
}

/** What the statement binds to what `wait` gives; null when it is of another form. */
function targetsOf(statement: Stmt): Targets | null {
  if (statement.kind === 'Expr') return { done: null, pending: null, whole: null };
  const target = statement.kind === 'Assign' ? statement.targets[0] : undefined;
  if (target?.kind === 'Name') return { done: null, pending: null, whole: target };
  const [done, pending] = target?.kind === 'Tuple' ? target.elts : [];
  return done?.kind === 'Name' && pending?.kind === 'Name' ? { done, pending, whole: null } : null;
}
