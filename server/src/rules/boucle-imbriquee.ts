import { splitProjectId } from '../semantics/index.ts';
import type { Call, Expr, WithItem } from '../syntax/index.ts';
import page from './boucle-imbriquee.md';
import { chain } from './chain.ts';
import { makeAsync } from './make-async.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { awaitRun, isForeseen, loopReachedFrom, runningLoop, runsLoop } from './running-loop.ts';
import { callName } from './wording.ts';

export const boucleImbriquee: Rule = {
  code: 'ATT213',
  slug: 'boucle-imbriquee',
  level: 'error',
  peers: [],
  yieldsTo: ['ATT507'],
  page,
  handlers: {
    Call: (call, context) => check(call, call, context),
    withitem(item, context) {
      const { context_expr: manager } = item;
      // What the call that makes the manager leads to is told already.
      if (manager.kind !== 'Call' || loopReachedFrom(manager, context) === undefined)
        check(item, manager, context);
    },
  },
  fixes,
};

function check(from: Call | WithItem, at: Expr, context: RuleContext): void {
  const loop = runningLoop(at, context);
  if (loop === undefined) return;
  const isRun = from.kind === 'Call' && runsLoop(from, context);
  const reached = isRun ? null : loopReachedFrom(from, context);
  if (reached === undefined || isForeseen(at, context) || !context.isAlive(at)) return;
  const name = at.kind === 'Call' ? callName(at, context) : context.text(at);
  const shown = from.kind === 'Call' ? name : `with ${name}`;
  const leads = reached === null ? '' : `mène à \`${reached.what}\`, qui `;
  context.report({
    at,
    message: `\`${shown}\` ${leads}lève ici une \`RuntimeError\`\u00a0: ${loop}.`,
    related: reached === null ? [] : chain(reached),
  });
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  if (node.kind === 'Call' && runsLoop(node, context)) {
    if (context.surroundings(node) !== 'function')
      offers.add('Remplacer par `await`', 'safe', (edits) => awaitRun(edits, node));
    return offers.fixes;
  }
  const from = [node, node.parent].filter((n) => n?.kind === 'Call' || n?.kind === 'withitem');
  const reached = from.map((n) => loopReachedFrom(n, context)).find((way) => way !== undefined);
  const id = reached?.through.at(-1) ?? '';
  const found = context.file.facts.functionNode(id);
  if (splitProjectId(id).path !== context.path || found === undefined) return [];
  offers.add(`Rendre \`${found.item.name}()\` asynchrone`, 'review', (edits) =>
    makeAsync(edits, found.item),
  );
  return offers.fixes;
}
