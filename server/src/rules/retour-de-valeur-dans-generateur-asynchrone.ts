import page from './retour-de-valeur-dans-generateur-asynchrone.md';
import type { Rule } from './rule.ts';

export const retourDeValeurDansGenerateurAsynchrone: Rule = {
  code: 'ATT114',
  slug: 'retour-de-valeur-dans-generateur-asynchrone',
  level: 'warning',
  peers: [],
  page,
  handlers: {},
};
