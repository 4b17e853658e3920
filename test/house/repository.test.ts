/** What the repository may not hold. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Places that exist on one machine or in one network only. */
const ELSEWHERE = [
  { name: 'a folder of somebody', pattern: /\/(?:home|Users)\/(?!moi\b)[\w.-]+\// },
  { name: 'a folder of the administrator', pattern: /(?<![\w/.])\/root\// },
  { name: 'a place of work', pattern: /(?<![\w/.-])\/work\/\w/ },
  {
    name: 'the address of a registry',
    pattern:
      /"resolved":|registry\.npmjs|\/\/[\w.-]*(?:artifactory|nexus|verdaccio|pypi)[\w.-]*[:/]/,
  },
  { name: 'a private address', pattern: /\/\/(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.[\d.]+/ },
];

it('the repository names no machine', () => {
  const found = trackedFiles()
    .filter((path) => path !== 'test/house/repository.test.ts')
    .flatMap((path) =>
      elsewhereIn(readFileSync(join(root, path), 'utf8')).map((name) => `${path}: ${name}`),
    );
  expect(found).toEqual([]);
});

it.each([
  'const home = "/home/anna/projet/a.ts";',
  'cd /root/.cache',
  'see /work/projet',
  '"resolved": "https://registry.npmjs.org/a/-/a-1.0.0.tgz"',
  'index = "https://nexus.exemple.fr/simple"',
  'http://10.1.2.3:8080/',
])('refuses %s', (text) => {
  expect(elsewhereIn(text)).toHaveLength(1);
});

it.each(['/home/moi/projet/a.py', 'server/root/', 'https://docs.python.org/fr/3/', './work/a'])(
  'accepts %s',
  (text) => expect(elsewhereIn(text)).toEqual([]),
);

function elsewhereIn(text: string): string[] {
  return ELSEWHERE.filter(({ pattern }) => pattern.test(text)).map(({ name }) => name);
}

/** Those that git follows or would follow. */
function trackedFiles(): string[] {
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  return execFileSync('git', listed, { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
}
