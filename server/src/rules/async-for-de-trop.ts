import {
  bodyFacts,
  every,
  isProjectId,
  type Kind,
  membersOf,
  splitProjectId,
} from '../semantics/index.ts';
import type { Comprehension, Expr, For } from '../syntax/index.ts';
import page from './async-for-de-trop.md';
import type { Edits } from './edits.ts';
import { isErrorExpected } from './foreseen.ts';
import { isOnlyAsync, isOnlySync, needOf } from './iterations.ts';
import { insideGeneratorExpression, Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { isCoroutine } from './tasks.ts';
import { nameOf } from './wording.ts';

export const asyncForDeTrop: Rule = {
  code: 'ATT407',
  slug: 'async-for-de-trop',
  level: 'error',
  peers: ['E1133', 'not-an-iterable', 'not-iterable', 'S3862'],
  page,
  handlers: {
    AsyncFor: check,
    comprehension(part, context) {
      if (part.is_async) check(part, context);
    },
  },
  fixes,
};

function check(node: For | Comprehension, context: RuleContext): void {
  const { iter } = node;
  // What a name holds is spoken of by the rules on coroutines.
  const isMade = iter.kind === 'Call' && isCoroutine(iter, context);
  if (!isMade && !every(context.kindOf(iter), (member) => isOnlySync(member, context))) return;
  if (isErrorExpected(node, 'TypeError', context)) return;
  if (membersOf(context.kindOf(iter)).some((member) => isToBeDefined(member, context))) return;
  const what = isMade
    ? 'est une coroutine, pas un itérable asynchrone'
    : 'n’est pas un itérable asynchrone';
  const advice = isMade ? '' : ', il faut `for`';
  context.report({
    at: node,
    span: { start: node.start, end: iter.end },
    message: `${nameOf(iter, context)} ${what}\u00a0: \`async for\` lèvera une \`TypeError\`${advice}.`,
  });
}

/** An empty method is there for others to define, with `yield`. */
function isToBeDefined(kind: Kind, context: RuleContext): boolean {
  if (kind.k !== 'coroutine' || kind.fn === null || !isProjectId(kind.fn)) return false;
  const isMethod = splitProjectId(kind.fn).qualname.includes('.');
  return isMethod && context.summary(kind.fn, 'is a stub', (fn) => bodyFacts(fn).isStub);
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const part = node as For | Comprehension;
  const { iter } = part;
  const offers = new Offers(context);
  const drop = (edits: Edits) => dropAsync(edits, part, context);
  if (!isCoroutine(iter, context)) {
    offers.add('Remplacer par `for`', 'safe', drop);
    return offers.fixes;
  }
  const where = context.surroundings(iter);
  if ((where !== 'coroutine' && where !== 'notebook') || insideGeneratorExpression(iter)) return [];
  const result = context.awaited(context.kindOf(iter));
  const is = (holds: typeof isOnlySync) => every(result, (kind: Kind) => holds(kind, context));
  const isKnown = result.k !== 'unknown';
  const applicability = isKnown ? 'safe' : 'review';
  if (!isKnown || is(isOnlySync))
    offers.add(
      'Attendre la coroutine et parcourir son résultat avec `for`',
      applicability,
      (edits) => {
        edits.awaitExpr(iter);
        drop(edits);
      },
    );
  if (!isKnown || is(isOnlyAsync))
    offers.add(
      'Attendre la coroutine et parcourir son résultat avec `async for`',
      applicability,
      (edits) => edits.awaitExpr(iter),
    );
  return offers.fixes;
}

function dropAsync(edits: Edits, part: For | Comprehension, context: FixContext): void {
  const [keyword] = /^async\s+/.exec(context.text(part)) ?? [];
  if (keyword === undefined || !keepsItsConsumer(part, context)) edits.abandon();
  else edits.replaceRange(part, part.start, part.start + keyword.length, '');
}

/** Without `async`, a generator expression suits only what goes through it with `for`. */
function keepsItsConsumer(part: For | Comprehension, context: FixContext): boolean {
  const whole = part.parent;
  if (part.kind !== 'comprehension' || whole?.kind !== 'GeneratorExp') return true;
  const call = whole.parent;
  return call?.kind === 'Call' && needOf(call, whole as Expr, context) !== null;
}
