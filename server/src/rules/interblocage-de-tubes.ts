import type { Call, Expr } from '../syntax/index.ts';
import { communicate, isOutput, type Waiting, waitingOf } from './communicate.ts';
import page from './interblocage-de-tubes.md';
import {
  pipesOf,
  type Read,
  readsOfProcess,
  type Started,
  sinceStart,
  startOf,
} from './processes.ts';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';

export const interblocageDeTubes: Rule = {
  code: 'ATT601',
  slug: 'interblocage-de-tubes',
  level: 'warning',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      const waiting = waitingOf(call);
      if (waiting === null || !isAwaited(call, context)) return;
      check(call, waiting, context);
    },
    AsyncFor({ iter }, context) {
      const child = iter.kind === 'Attribute' ? iter.value : null;
      if (child?.kind !== 'Name' || iter.kind !== 'Attribute') return;
      if (isOutput(iter.attr)) check(iter, { child, on: iter.attr }, context);
    },
  },
  fixes,
};

/** Waited for there and then, alone. */
function isAwaited({ parent }: Call, context: RuleContext): boolean {
  if (parent?.kind === 'Await') return true;
  return (
    parent?.kind === 'Call' &&
    parent.parent?.kind === 'Await' &&
    context.callee(parent) === 'asyncio.wait_for'
  );
}

function check(at: Expr, { child, on }: Waiting, context: RuleContext): void {
  const started = startOf(child, context);
  if (started === null || context.functionAround(at)?.kind !== 'AsyncFunctionDef') return;
  const pipes = pipesOf(started.call, context);
  const full = (['stdout', 'stderr'] as const).filter((pipe) => pipes.has(pipe) && pipe !== on);
  if (full.length === 0) return;
  const before = readsBefore(at, started, context);
  // What was stopped does not write any more.
  if (before === null || before.some(({ attr }) => ENDING.test(attr))) return;
  const unread = full.find((pipe) => !before.some(({ attr }) => attr === pipe));
  if (unread === undefined) return;
  const name = child.id;
  const waiting = at.kind === 'Call' ? context.text(at) : `async for … in ${context.text(at)}`;
  context.report({
    at,
    message: `\`${waiting}\` peut attendre pour toujours\u00a0: rien ne lit \`${name}.${unread}\` pendant ce temps, et le processus se bloque quand ce tube est plein.`,
    related: [{ at: started.call, message: 'Le tube est demandé ici.' }],
  });
}

const ENDING = /^(?:kill|terminate|send_signal|communicate)$/;

/** What the child was asked before; null when somebody else may look after it. */
function readsBefore(at: Expr, started: Started, context: RuleContext): readonly Read[] | null {
  const fn = context.functionAround(at);
  const flow = fn?.kind === 'AsyncFunctionDef' ? context.flow(fn) : undefined;
  const point = flow?.pointOf(at);
  const reads = readsOfProcess(started.target, context);
  if (flow === undefined || point === undefined || reads === null) return null;
  const since = sinceStart(started, point, context);
  return reads.filter(({ name }) => {
    if (name.start >= at.start && name.end <= at.end) return false;
    const its = flow.pointOf(name);
    return its !== undefined && (its === point || since.has(its));
  });
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const waiting = node.kind === 'Call' ? waitingOf(node) : null;
  const started = waiting === null ? null : startOf(waiting.child, context);
  const statement = statementOf(node);
  if (waiting === null || started === null || statement === null) return [];
  const offers = new Offers(context);
  offers.add('Utiliser `communicate()`', 'safe', (edits) =>
    communicate(edits, node as Call, waiting, started, statement, context),
  );
  return offers.fixes;
}
