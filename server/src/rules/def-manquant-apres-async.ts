import type { FunctionDef } from '../syntax/index.ts';
import page from './def-manquant-apres-async.md';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';

export const defManquantApresAsync: Rule = {
  code: 'ATT107',
  slug: 'def-manquant-apres-async',
  level: 'error',
  ofDamage: true,
  peers: [],
  page,
  handlers: {
    AsyncFunctionDef(node, context) {
      const { name, start, nameStart, nameEnd, parent } = node;
      if (parent?.kind !== 'ErrorStmt') return;
      // The error may be another one, further on in the header.
      if (/\bdef\b/.test(context.chunk.text.slice(start, nameStart))) return;
      context.report({
        at: node,
        span: { start, end: nameEnd },
        message: `\`def\` manque entre \`async\` et \`${name}\`\u00a0: Python ne peut pas lire ce fichier.`,
      });
    },
  },
  fixes,
};

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const { start, nameStart } = node as FunctionDef;
  const offers = new Offers(context);
  offers.add('Ajouter `def`', 'safe', (edits) =>
    edits.replaceRange(node, start, nameStart, 'async def '),
  );
  return offers.fixes;
}
