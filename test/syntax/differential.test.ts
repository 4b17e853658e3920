import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadParser } from '../support/parser.ts';
import { randomNumbers } from '../support/random.ts';
import { dump, moduleOf } from './dump.ts';
import { edit } from './edits.ts';
import { SOURCES } from './sources.ts';

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

test.runIf(version)(
  'reads what CPython compiles as it does, after thousands of random edits',
  { timeout: 120_000 },
  async () => {
    const parser = await loadParser();
    const random = randomNumbers(11);
    const texts: string[] = [];
    for (const source of Object.values(SOURCES)) {
      const statements = parser.parse(source).chunks.filter(({ parent }) => parent < 0);
      for (let i = 0; i < 5000; i++) {
        // Of a few lines, edits leave more that is Python.
        const { chunk } = statements[Math.floor(random() * statements.length)]!;
        texts.push(edit(chunk.text, random).replace(/[\ud800-\udfff]/g, 'é'));
      }
    }
    const input = texts.map((text) => JSON.stringify(text)).join('\n');
    const { stdout } = spawnSync(PYTHON, [SCRIPT, '-'], {
      input,
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    });
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as string | null);
    expect(answers).toHaveLength(texts.length);
    const differing: Record<string, string> = {};
    let compiled = 0;
    for (const [i, expected] of answers.entries()) {
      if (expected === null) continue;
      compiled++;
      const text = texts[i]!;
      const actual = dump(moduleOf(parser.parse(text)), text);
      if (actual !== expected) differing[text] = firstDifference(expected, actual);
    }
    console.log(`differential: of ${texts.length} edited texts, ${compiled} compile`);
    expect(compiled).toBeGreaterThan(1000);
    expect(differing).toEqual({});
  },
);

function firstDifference(expected: string, actual: string): string {
  let at = 0;
  while (expected[at] === actual[at]) at++;
  const around = (dumped: string) => dumped.slice(Math.max(0, at - 80), at + 80);
  return `CPython: …${around(expected)}… ours: …${around(actual)}…`;
}
