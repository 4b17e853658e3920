import type { Call } from '../syntax/index.ts';
import { canBeTask } from './coroutine-uses.ts';
import page from './ensure-future-pour-une-coroutine.md';
import { insideGeneratorExpression, Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { isCoroutine } from './tasks.ts';
import { callName } from './wording.ts';

export const ensureFuturePourUneCoroutine: Rule = {
  code: 'ATT504',
  slug: 'ensure-future-pour-une-coroutine',
  level: 'hint',
  since: [3, 7],
  peers: [],
  page,
  handlers: { Call: check },
  fixes,
};

function check(call: Call, context: RuleContext): void {
  const { func, args, keywords } = call;
  if (func.kind === 'Attribute' && func.attr !== 'ensure_future') return;
  const [given] = args;
  // A loop that is named may be another one than that which runs here.
  if (given === undefined || args.length > 1 || keywords.length > 0) return;
  if (context.callee(call) !== 'asyncio.ensure_future' || !isCoroutine(given, context)) return;
  if (given.kind === 'Call' && !canBeTask(given, context)) return;
  const where = context.surroundings(call);
  if ((where !== 'coroutine' && where !== 'notebook') || insideGeneratorExpression(call)) return;
  const what = given.kind === 'Call' ? callName(given, context) : context.text(given);
  context.report({
    at: call,
    span: func,
    message: `\`${what}\` est une coroutine\u00a0: \`asyncio.create_task()\` dit mieux que \`ensure_future()\` qu’elle devient une tâche.`,
  });
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const { func } = node as Call;
  const offers = new Offers(context);
  offers.add('Remplacer par `asyncio.create_task()`', 'safe', (edits) =>
    edits.replace(func, edits.name('asyncio', 'create_task', func) ?? ''),
  );
  return offers.fixes;
}
