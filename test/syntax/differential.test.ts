import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadParser } from '../support/parser.ts';
import { dump, moduleOf } from './dump.ts';

const PYTHON = process.env.PYTHON ?? 'python3';
const SCRIPT = fileURLToPath(new URL('dump_ast.py', import.meta.url));
const version = spawnSync(PYTHON, ['--version'], { encoding: 'utf8' }).stdout?.trim();
if (!version) console.warn(`differential: skipped, no ${PYTHON} to compare with`);

/** Files of the standard library on which we differ from CPython, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {};

interface Row {
  readonly path: string;
  readonly text: string;
  readonly dump: string;
}

test.runIf(version)(
  'reads the whole standard library as CPython does',
  { timeout: 600_000 },
  async () => {
    const parser = await loadParser();
    const python = spawn(PYTHON, [SCRIPT], { stdio: ['ignore', 'pipe', 'inherit'] });
    const differing: Record<string, string> = {};
    let files = 0;
    for await (const line of createInterface({ input: python.stdout })) {
      const { path, text, dump: expected } = JSON.parse(line) as Row;
      const actual = dump(moduleOf(parser.parse(text)), text);
      files++;
      if (actual !== expected) differing[path] = firstDifference(expected, actual);
    }
    const agree = files - Object.keys(differing).length;
    console.log(`differential: ${files} files, ${agree} agree (${version})`);
    expect(files).toBeGreaterThan(1000);
    for (const path of Object.keys(EXCEPTIONS)) delete differing[path];
    expect(differing).toEqual({});
  },
);

function firstDifference(expected: string, actual: string): string {
  let at = 0;
  while (expected[at] === actual[at]) at++;
  const around = (dumped: string) => dumped.slice(Math.max(0, at - 80), at + 80);
  return `CPython: …${around(expected)}… ours: …${around(actual)}…`;
}
