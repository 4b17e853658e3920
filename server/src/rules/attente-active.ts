import { type Semantics, truth } from '../semantics/index.ts';
import type { Expr, Stmt, While } from '../syntax/index.ts';
import page from './attente-active.md';
import { isFlag, offerToWaitInstead, waitedBy } from './busy-wait.ts';
import { turnIntoEvent } from './flag-to-event.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';

export const attenteActive: Rule = {
  code: 'ATT212',
  slug: 'attente-active',
  level: 'information',
  peers: ['ASYNC110', 'S7484'],
  page,
  handlers: {
    While(loop, context) {
      if (loop.orelse.length > 0 || loop.body.length > 2) return;
      const polled = polledBy(loop, context);
      if (polled === null || (polled.test !== null && !isFlag(polled.test, context))) return;
      const { test } = polled;
      const { start } = loop;
      context.report({
        at: loop,
        span: { start, end: loop.test.end },
        message: message(test, context),
      });
    },
  },
  fixes,
};

function message(test: Expr | null, context: RuleContext): string {
  if (test === null)
    return 'Cette boucle ne fait que dormir\u00a0: elle réveille le programme à chaque tour, pour rien.';
  const waited = waitedBy(test, context);
  const how =
    waited === null
      ? 'un `asyncio.Event` préviendrait aussitôt'
      : waited.of === 'event'
        ? `\`await ${context.text(waited.subject)}.wait()\` attend sans se réveiller`
        : `attendre \`${context.text(waited.subject)}\` suffit`;
  return `Cette boucle se réveille sans cesse pour regarder \`${context.text(test)}\`\u00a0: ${how}.`;
}

/** What a loop that only sleeps looks at between two naps: null, nothing. Null when it does anything else. */
function polledBy(loop: While, context: Semantics): { readonly test: Expr | null } | null {
  const nap = loop.body.find((statement) => isNap(statement, context));
  if (nap === undefined) return null;
  const [other, ...more] = loop.body.filter((statement) => statement !== nap);
  const isEndless = truth(loop.test) === true;
  if (other === undefined) return { test: isEndless ? null : loop.test };
  const leaves =
    isEndless &&
    more.length === 0 &&
    other.kind === 'If' &&
    other.orelse.length === 0 &&
    other.body.length === 1 &&
    other.body[0]!.kind === 'Break';
  return leaves ? { test: other.test } : null;
}

/** `await asyncio.sleep(…)`. */
function isNap(statement: Stmt, context: Semantics): boolean {
  const value = statement.kind === 'Expr' ? statement.value : null;
  return (
    value?.kind === 'Await' &&
    value.value.kind === 'Call' &&
    context.callee(value.value) === 'asyncio.sleep'
  );
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const loop = node as While;
  const offers = new Offers(context);
  const isPlain = loop.body.length === 1;
  if (!isPlain) return [];
  offerToWaitInstead(offers, loop, truth(loop.test) === true ? null : loop.test);
  const flag = loop.test.kind === 'UnaryOp' && loop.test.op === 'not' ? loop.test.operand : null;
  if (flag?.kind === 'Attribute' && offers.fixes.length === 0)
    offers.add(`Faire de \`${context.text(flag)}\` un \`asyncio.Event\``, 'review', (edits) =>
      turnIntoEvent(edits, flag, loop, context),
    );
  return offers.fixes;
}
