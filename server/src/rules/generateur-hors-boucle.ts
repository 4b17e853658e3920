import page from './generateur-hors-boucle.md';
import type { Rule } from './rule.ts';

export const generateurHorsBoucle: Rule = {
  code: 'ATT402',
  slug: 'generateur-hors-boucle',
  level: 'warning',
  peers: [],
  page,
  handlers: {},
};
