/** `npm run regle` starts a rule that compiles, in the form that the tests ask for. */

import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { examplesOf, readPage } from '../support/pages.ts';
import { typographyFaults } from '../support/typography.ts';

const root = join(import.meta.dirname, '../..');
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'attendu-regle-'));
  for (const path of ['server', 'scripts', 'test/rules', 'tsconfig.base.json', 'biome.json']) {
    cpSync(join(root, path), join(copy, path), { recursive: true });
  }
  // The folder is the copy's own: the compiler writes below it.
  mkdirSync(join(copy, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name === '.cache') continue;
    symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
  }
});
afterAll(() => rmSync(copy, { recursive: true }));

it('writes a rule that compiles, and its pages', () => {
  const rules = join(copy, 'server/src/rules');
  const before = namesIn(join(rules, 'index.ts'));
  succeed('scripts/regle.ts', 'une-regle-de-plus', 'ATT299');

  const names = namesIn(join(rules, 'index.ts'));
  expect(names.filter((name) => name !== 'uneRegleDePlus')).toEqual(before);
  const codes = names.map((name) => {
    const slug = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return /code: '(ATT\d{3})'/.exec(readFileSync(join(rules, `${slug}.ts`), 'utf8'))![1];
  });
  expect(codes).toContain('ATT299');
  expect(codes).toEqual([...codes].sort());

  succeed('node_modules/typescript/bin/tsc', '-b', 'server/tsconfig.core.json');
  const checked = ['index.ts', 'une-regle-de-plus.ts'].map((name) => join(rules, name));
  succeed('node_modules/@biomejs/biome/bin/biome', 'check', '--vcs-enabled=false', ...checked);

  for (const path of ['server/src/rules', 'test/rules']) {
    const text = readFileSync(join(copy, path, 'une-regle-de-plus.md'), 'utf8');
    expect(typographyFaults(text)).toEqual([]);
    expect(examplesOf(readPage(path, text))).not.toEqual([]);
  }
});

it.each([
  ['a slug that is taken', ['coroutine-jamais-attendue', 'ATT298'], /exists already/],
  ['a code that is taken', ['encore-une-regle', 'ATT101'], /another rule/],
  ['no code', ['encore-une-regle'], /usage/],
  ['a slug in capitals', ['Encore', 'ATT298'], /usage/],
])('refuses %s', (_, args, problem) => {
  const { status, output } = run('scripts/regle.ts', ...args);
  expect(status).toBe(1);
  expect(output).toMatch(problem);
});

/** The names in the index's list, in order. */
function namesIn(index: string): string[] {
  const list = /= \[\n([\s\S]*?)\];/.exec(readFileSync(index, 'utf8'))![1]!;
  return [...list.matchAll(/\w+/g)].map(([name]) => name);
}

function succeed(...args: string[]): void {
  const { status, output } = run(...args);
  expect(status, output).toBe(0);
}

/** Runs a script of the copy with this Node. */
function run(...args: string[]): { status: number | null; output: string } {
  const env = { ...process.env, NODE_NO_WARNINGS: '1' };
  const run = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', env });
  return { status: run.status, output: run.stdout + run.stderr };
}
