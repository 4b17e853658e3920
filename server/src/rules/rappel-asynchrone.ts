import { every, type Handed, handedBy, localReads, type Semantics } from '../semantics/index.ts';
import type { Call, Expr } from '../syntax/index.ts';
import { isProvoked, isStarted } from './coroutine-uses.ts';
import page from './rappel-asynchrone.md';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { callableName, handedIn, offerToRun } from './run-handed.ts';
import { isCoroutine } from './tasks.ts';
import { callName } from './wording.ts';

export const rappelAsynchrone: Rule = {
  code: 'ATT110',
  slug: 'rappel-asynchrone',
  level: 'error',
  peers: [],
  yieldsTo: ['ATT111'],
  page,
  handlers: { Call: check },
  fixes,
};

function check(call: Call, context: RuleContext): void {
  const handed = handedBy(call, context);
  if (handed === null || !givesCoroutine(handed.callable, context)) return;
  if (isSeenTo(call, handed, context) || isProvoked(call)) return;
  const [taker, name] = [callName(call, context), callableName(handed.callable, context)];
  context.report({
    at: handed.callable,
    message: `\`${taker}\` appelle \`${name}\` ${fateOf(handed)}.`,
  });
}

function givesCoroutine(callable: Expr, context: Semantics): boolean {
  if (callable.kind === 'Lambda') return isCoroutine(callable.body, context);
  return every(context.called(context.kindOf(callable)), ({ k }) => k === 'coroutine');
}

/** Does the coroutine come back to code that may await it? */
function isSeenTo(call: Call, { taker }: Handed, context: Semantics): boolean {
  if (taker.result !== 'returned') return false;
  if (taker.passes === 1) return !isReduced(call, context);
  const { parent } = call;
  if (parent?.kind !== 'Await') return false;
  if (isStarted(parent, context)) return true;
  const holder = parent.parent;
  const [target] = holder?.kind === 'Assign' ? holder.targets : [];
  if (target === undefined) return false;
  const reads = target.kind === 'Name' ? localReads(target, context) : null;
  return reads === null || reads.some((read) => isStarted(read, context));
}

/** Are the values that come back one by one taken for results: `sum(map(f, …))`? */
function isReduced(call: Call, context: Semantics): boolean {
  const { parent } = call;
  return (
    parent?.kind === 'Call' &&
    parent.args[0] === call &&
    /^(?:sum|min|max|any|all|sorted|str\.join)$/.test(context.callee(parent) ?? '')
  );
}

function fateOf({ taker }: Handed): string {
  if (taker.keyword === 'key') return 'et compare les coroutines elles-mêmes, sans les attendre';
  if (taker.result === 'used')
    return 'et prend pour réponse la coroutine elle-même, qui est toujours vraie';
  return 'sans attendre la coroutine ainsi créée\u00a0: son corps ne s’exécutera pas';
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const found = handedIn(node, context);
  const offers = new Offers(context);
  if (found !== null) offerToRun(offers, found.call, found.handed);
  return offers.fixes;
}
