/** What we owe to the authors of what we ship: their licences, as the last build needs them. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { thirdPartyNotices } from '../../scripts/notices.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

it('there is a build to speak of', () => {
  expect(existsSync(join(root, 'dist/inputs.json')), 'run `npm run build` first').toBe(true);
});

it('THIRD_PARTY_NOTICES.md is what `npm run notices` writes', () => {
  expect(read('THIRD_PARTY_NOTICES.md')).toBe(thirdPartyNotices());
});

it('it credits every dependency that runs with the extension, the grammar and the stubs', () => {
  const { dependencies } = JSON.parse(read('package.json'));
  const notices = thirdPartyNotices();
  for (const name of [...Object.keys(dependencies), 'tree-sitter-python', 'typeshed']) {
    expect(notices).toMatch(new RegExp(`^- ${name} `, 'm'));
  }
});

it('it names the commit of typeshed that the facts come from', () => {
  const { typeshed } = JSON.parse(read('server/src/knowledge/stdlib.json'));
  expect(thirdPartyNotices()).toContain(`- typeshed ${typeshed.slice(0, 7)} `);
});
