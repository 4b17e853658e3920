import page from './generateur-partage.md';
import type { Rule } from './rule.ts';

export const generateurPartage: Rule = {
  code: 'ATT403',
  slug: 'generateur-partage',
  level: 'warning',
  peers: [],
  page,
  handlers: {},
};
