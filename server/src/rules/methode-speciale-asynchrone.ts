import page from './methode-speciale-asynchrone.md';
import type { Rule } from './rule.ts';

export const methodeSpecialeAsynchrone: Rule = {
  code: 'ATT115',
  slug: 'methode-speciale-asynchrone',
  level: 'warning',
  peers: [],
  page,
  handlers: {},
};
