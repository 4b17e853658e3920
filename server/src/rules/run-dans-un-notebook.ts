import { insideGeneratorExpression, Offers } from './repairs.ts';
import type { Rule } from './rule.ts';
import page from './run-dans-un-notebook.md';
import { awaitRun, isForeseen, runsLoop } from './running-loop.ts';
import { callName } from './wording.ts';

export const runDansUnNotebook: Rule = {
  code: 'ATT507',
  slug: 'run-dans-un-notebook',
  level: 'error',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      if (!context.notebook || context.surroundings(call) !== 'notebook') return;
      if (!runsLoop(call, context) || isForeseen(call, context)) return;
      if (insideGeneratorExpression(call)) return;
      const forever = call.args.length === 0;
      context.report({
        at: call,
        message: `\`${callName(call, context)}\` lève ici une \`RuntimeError\`\u00a0: dans un notebook, une boucle d’évènements tourne déjà${forever ? '' : ', et une cellule peut écrire `await`'}.`,
      });
    },
  },
  fixes({ node }, context) {
    const offers = new Offers(context);
    if (node.kind === 'Call')
      offers.add('Remplacer par `await`', 'safe', (edits) => awaitRun(edits, node));
    return offers.fixes;
  },
};
