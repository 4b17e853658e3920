import type { Rule } from './rule.ts';
import page from './yield-from-dans-coroutine.md';

export const yieldFromDansCoroutine: Rule = {
  code: 'ATT113',
  slug: 'yield-from-dans-coroutine',
  level: 'warning',
  peers: [],
  page,
  handlers: {},
};
