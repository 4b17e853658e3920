import { bodyFacts } from '../semantics/index.ts';
import { type FunctionDef, type Return, walk } from '../syntax/index.ts';
import { Offers } from './repairs.ts';
import page from './retour-de-valeur-dans-generateur-asynchrone.md';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';

export const retourDeValeurDansGenerateurAsynchrone: Rule = {
  code: 'ATT114',
  slug: 'retour-de-valeur-dans-generateur-asynchrone',
  level: 'error',
  peers: [],
  page,
  handlers: {
    AsyncFunctionDef(fn, context) {
      const { returns, yields } = bodyFacts(fn);
      const cause = yields.find(({ kind }) => kind === 'Yield');
      if (cause === undefined) return;
      for (const statement of returns) {
        if (statement.value === null) continue;
        context.report({
          at: statement,
          message: `\`${fn.name}()\` est un générateur asynchrone, où \`return\` n’admet pas de valeur\u00a0: Python refuse d’exécuter ce fichier.`,
          related: [{ at: cause, message: 'Ce `yield` en fait un générateur.' }],
        });
      }
    },
  },
  fixes,
};

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const statement = node as Return;
  const value = statement.value!;
  const offers = new Offers(context);
  const written = context.text(statement);
  const isNone = value.kind === 'Constant' && value.type === 'None';
  if (!isNone)
    offers.add('Remplacer par `yield`, puis `return`', 'review', (edits) => {
      const { start } = statement;
      edits.replaceRange(statement, start, start + 'return'.length, 'yield');
      const fn = context.functionAround(statement) as FunctionDef;
      if (fn.body.at(-1) === statement) return;
      if (edits.standsAlone(statement)) edits.insertLinesAfter(statement, ['return']);
      else edits.insertAfter(statement, '; return');
    });
  let doesSomething = false;
  walk(value, ({ kind }) => {
    if (/^(?:Call|Await|Yield|NamedExpr)$/.test(kind)) doesSomething = true;
  });
  if (!doesSomething && !written.includes('#'))
    offers.add('Retirer la valeur', isNone ? 'safe' : 'review', (edits) =>
      edits.replace(statement, 'return'),
    );
  return offers.fixes;
}
