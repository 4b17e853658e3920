import { isRepeated, localReads, type Semantics } from '../semantics/index.ts';
import type { Assign, Await, Call, Expr, Name } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { Offers, siblingsOf, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import page from './tache-attendue-aussitot.md';
import { isCoroutine, startedBy } from './tasks.ts';
import { callName } from './wording.ts';

export const tacheAttendueAussitot: Rule = {
  code: 'ATT307',
  slug: 'tache-attendue-aussitot',
  level: 'hint',
  peers: [],
  page,
  handlers: {
    Await({ value }, context) {
      if (value.kind !== 'Call') return;
      const coroutine = onlyCoroutine(value, context);
      if (coroutine !== null) report(value, coroutine, context);
    },
    Assign({ targets, value }, context) {
      const [target] = targets;
      if (value.kind !== 'Call' || target?.kind !== 'Name' || targets.length > 1) return;
      const coroutine = createdTask(value, context);
      if (coroutine === null || awaitedNext(target, context) === null) return;
      report(value, coroutine, context);
    },
  },
  fixes,
};

function report(call: Call, coroutine: Expr, context: RuleContext): void {
  const written =
    coroutine.kind === 'Call' ? callName(coroutine, context) : context.text(coroutine);
  const isGather = context.callee(call) === 'asyncio.gather';
  const what = isGather
    ? `\`${callName(call, context)}\` ne reçoit que \`${written}\`\u00a0: rien ne s’exécute en même temps`
    : `La tâche qui exécute \`${written}\` est attendue aussitôt\u00a0: ${isRepeated(call) ? 'les tours se suivent, rien' : 'rien'} ne s’exécute en même temps`;
  context.report({ at: call, message: `${what}, \`await ${written}\` suffit.` });
}

/** What `await create_task(f())`, `await gather(f())` run; null for anything else. */
function onlyCoroutine(call: Call, context: Semantics): Expr | null {
  const [given] = call.args;
  if (call.args.length !== 1 || call.keywords.length > 0 || given === undefined) return null;
  if (context.callee(call) === 'asyncio.gather') return isCoroutine(given, context) ? given : null;
  return createdTask(call, context);
}

/** The coroutine of `create_task(f())`. A name, a context, are reasons to have a task. */
function createdTask(call: Call, context: Semantics): Expr | null {
  if (call.args.length !== 1 || call.keywords.length > 0) return null;
  const started = startedBy(call, context);
  const creates = started !== null && /(?:create_task|ensure_future)$/.test(started.name);
  return creates ? started.coroutine : null;
}

/** `await t` that the next statement begins with, when it is all that `t` serves for. */
function awaitedNext(target: Name, context: Semantics): Await | null {
  const uses = localReads(target, context);
  const [use] = uses ?? [];
  const awaiting = use?.parent;
  if (uses?.length !== 1 || awaiting?.kind !== 'Await') return null;
  const { parent } = awaiting;
  const isWhole =
    parent?.kind === 'Expr' ||
    (parent?.kind === 'Return' && parent.value === awaiting) ||
    ((parent?.kind === 'Assign' || parent?.kind === 'AnnAssign') && parent.value === awaiting);
  if (!isWhole) return null;
  const statement = statementOf(target)!;
  const block = siblingsOf(statement);
  return block[block.indexOf(statement) + 1] === parent ? awaiting : null;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const given = call.args[0]!;
  const awaiting = call.parent?.kind === 'Await' ? call.parent : null;
  const offers = new Offers(context);
  offers.add('Attendre directement la coroutine', 'safe', (edits) => {
    if (awaiting === null) joinStatements(edits, statementOf(call) as Assign, given, context);
    else if (context.callee(call) !== 'asyncio.gather' || awaiting.parent?.kind === 'Expr')
      edits.awaitInstead(call, given);
    else {
      // The result of `gather` is a list.
      const { start, end } = awaiting;
      if (/#/.test(context.text(awaiting).replace(context.text(given), ''))) edits.abandon();
      edits.replaceRange(awaiting, start, given.start, '[await ');
      edits.replaceRange(awaiting, given.end, end, ']');
    }
  });
  return offers.fixes;
}

/** `t = create_task(f())` and `x = await t` become `x = await f()`. */
function joinStatements(edits: Edits, first: Assign, given: Expr, context: FixContext): void {
  const name = awaitedNext(first.targets[0] as Name, context)!.value;
  const second = statementOf(name)!;
  const { text } = context.chunk;
  const dropped = text.slice(first.start, given.start) + text.slice(given.end, second.start);
  if (dropped.includes('#')) edits.abandon();
  const before = text.slice(second.start, name.start);
  const after = text.slice(name.end, second.end);
  edits.replaceRange(first, first.start, second.end, before + context.text(given) + after);
}
