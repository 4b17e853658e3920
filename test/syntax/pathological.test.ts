import { beforeAll, describe, expect, test } from 'vitest';
import {
  ancestors,
  childrenOf,
  type Node,
  nodeAt,
  type PythonParser,
  walk,
} from '../../server/src/syntax/index.ts';
import { loadParser } from '../support/parser.ts';

let parser: PythonParser;

beforeAll(async () => {
  parser = await loadParser();
});

/** Depth of the deepest node, and how many there are. */
function measure(text: string): { depth: number; nodes: number; damaged: number } {
  const file = parser.parse(text);
  let depth = 0;
  let deepest = 0;
  let nodes = 0;
  let damaged = 0;
  for (const { chunk } of file.chunks) {
    damaged += chunk.damaged.length;
    let last: Node | null = null;
    walk(
      chunk.body,
      (node) => {
        nodes++;
        last = node;
        deepest = Math.max(deepest, ++depth);
        for (const child of childrenOf(node)) if (child.parent !== node) throw new Error('parent');
      },
      () => depth--,
    );
    if (last !== null) {
      const { start, end, kind } = last as Node;
      expect(nodeAt(chunk, start, end, kind)).not.toBeNull();
      expect([...ancestors(last)].length).toBeLessThan(deepest);
    }
  }
  return { depth: deepest, nodes, damaged };
}

describe('as deep as it gets, without recursion', () => {
  const many = (n: number, of: string) => of.repeat(n);
  const DEEP: Readonly<Record<string, [text: string, depth: number]>> = {
    'a sum of 50,000 terms': [`x = ${many(50_000, '1+')}1\n`, 50_000],
    '10,000 lambdas': [`x = ${many(10_000, 'lambda: ')}1\n`, 10_000],
    'an attribute of an attribute, 50,000 times': [`x = a${many(50_000, '.b')}\n`, 50_000],
    'not, 50,000 times': [`x = ${many(50_000, 'not ')}y\n`, 50_000],
    'minus, 50,000 times': [`x = ${many(50_000, '-')}y\n`, 50_000],
    'a call of a call, 20,000 times': [`x = f${many(20_000, '()')}\n`, 20_000],
    'a power of a power, 20,000 times': [`x = ${many(20_000, 'a**')}a\n`, 20_000],
    'a conditional in a conditional, 20,000 times': [
      `x = ${many(20_000, 'a if b else ')}c\n`,
      20_000,
    ],
    '10,000 elif': [`if a: pass\n${many(10_000, 'elif a: pass\n')}`, 10_000],
    '99 blocks in blocks': [
      Array.from({ length: 99 }, (_, i) => `${many(i, ' ')}if a:\n`).join('') +
        `${many(99, ' ')}pass\n`,
      99,
    ],
    '2,000 blocks in blocks': [
      Array.from({ length: 2000 }, (_, i) => `${many(i, ' ')}while a:\n`).join('') +
        `${many(2000, ' ')}pass\n`,
      2000,
    ],
    '200 brackets, as many as CPython takes': [`x = ${many(200, '[')}${many(200, ']')}\n`, 200],
    'an f-string in an f-string, 60 times': [`x = ${many(60, "f'{")}1${many(60, "}'")}\n`, 120],
  };
  for (const [name, [text, depth]] of Object.entries(DEEP)) {
    test(name, { timeout: 30_000 }, () => {
      const measured = measure(text);
      expect(measured.depth).toBeGreaterThanOrEqual(depth);
      expect(measured.damaged).toBe(0);
    });
  }
});

describe('as wide as it gets', () => {
  const WIDE: Readonly<Record<string, string>> = {
    '50,000 and': `x = ${'a and '.repeat(50_000)}a\n`,
    '50,000 comparisons': `x = ${'a < '.repeat(50_000)}a\n`,
    '20,000 targets': `${'x = '.repeat(20_000)}1\n`,
    '50,000 elements': `x = [${'1, '.repeat(50_000)}]\n`,
    '20,000 adjacent literals': `x = ${'"a" '.repeat(20_000)}\n`,
    '20,000 fields': `x = f"${'{a}'.repeat(20_000)}"\n`,
    '20,000 lines of one chunk': `def f():\n${'    a = b\n'.repeat(20_000)}`,
    '20,000 patterns': `match x:\n    case ${'1 | '.repeat(20_000)}2: pass\n`,
    'a line of a million characters': `x = "${'a'.repeat(1_000_000)}"\n`,
  };
  for (const [name, text] of Object.entries(WIDE)) {
    test(name, { timeout: 30_000 }, () => {
      expect(measure(text).damaged).toBe(0);
    });
  }
});

describe('beyond what CPython takes, damage and nothing worse', () => {
  const REFUSED: Readonly<Record<string, string>> = {
    '10,000 parentheses': `x = ${'('.repeat(10_000)}1${')'.repeat(10_000)}\n`,
    '10,000 lists': `x = ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`,
    '100,000 brackets never closed': `x = ${'['.repeat(100_000)}\n`,
    '100,000 closing brackets': `${')'.repeat(100_000)}\n`,
    '3,000 f-strings never closed': "f'{\n".repeat(3000),
    '10,000 nested f-strings': `x = ${"f'{".repeat(10_000)}1${"}'".repeat(10_000)}\n`,
    'a triple-quoted string never closed': `x = 1\n'''${'def f(): pass\n'.repeat(20_000)}`,
    '20,000 lines with an error each': `def f():\n${'    a b\n'.repeat(20_000)}`,
    'no Python at all': '\0\u0001 $?! {"a": [1, 2}, <html> 𝄞€ ` \\ \n'.repeat(2000),
  };
  for (const [name, text] of Object.entries(REFUSED)) {
    test(name, { timeout: 30_000 }, () => {
      expect(measure(text).damaged).toBeGreaterThan(0);
    });
  }
});
