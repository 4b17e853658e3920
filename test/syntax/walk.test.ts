import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  ancestors,
  childrenOf,
  codePointColumn,
  lineEnd,
  type Node,
  nodeAt,
  offsetAt,
  type PythonParser,
  positionAt,
  SKIP,
  walk,
} from '../../server/src/syntax/index.ts';
import { loadParser } from '../support/parser.ts';
import { SOURCES } from './sources.ts';

let parser: PythonParser;

beforeAll(async () => {
  parser = await loadParser();
});

function chunkOf(text: string) {
  const { chunks } = parser.parse(text);
  expect(chunks).toHaveLength(1);
  return chunks[0]!.chunk;
}

describe('walking', () => {
  test('goes through all nodes, those of the source in its order', () => {
    for (const source of Object.values(SOURCES)) {
      for (const { chunk } of parser.parse(source).chunks) {
        const reached = new Set<unknown>();
        walk(chunk.body, (node) => {
          reached.add(node);
          let last = -1;
          for (const child of childrenOf(node)) {
            expect(child.parent).toBe(node);
            expect(child.start).toBeGreaterThanOrEqual(last);
            last = child.start;
          }
        });
        const all = new Set<unknown>();
        collect(chunk.body, all);
        expect(reached).toEqual(all);
      }
    }
  });

  test('enters and leaves, and skips on demand', () => {
    const visits: string[] = [];
    walk(
      chunkOf('f(a, k=b, *c, **d)\n').body,
      (node) => {
        visits.push(`+${node.kind}`);
        return node.kind === 'keyword' ? SKIP : undefined;
      },
      (node) => visits.push(`-${node.kind}`),
    );
    expect(visits.join(' ')).toBe(
      '+Expr +Call +Name -Name +Name -Name +keyword -keyword +Starred +Name -Name -Starred +keyword -keyword -Call -Expr',
    );
  });

  test('finds the node at a place', () => {
    const text = '@dec(one)\nasync def f(a=two):\n    await g(three)\n';
    const chunk = chunkOf(text);
    for (const word of ['one', 'two', 'three']) {
      const start = text.indexOf(word);
      expect(nodeAt(chunk, start, start + word.length)).toMatchObject({ kind: 'Name', id: word });
    }
    const at = text.indexOf('three');
    const call = nodeAt(chunk, at, at + 5, 'Call')!;
    expect(call.func).toMatchObject({ id: 'g' });
    expect([...ancestors(call)].map(({ kind }) => kind)).toEqual([
      'Await',
      'Expr',
      'AsyncFunctionDef',
    ]);
    expect(nodeAt(chunk, at, at + 5, 'Lambda')).toBeNull();
  });
});

/** All nodes that can be reached through any property. */
function collect(value: unknown, into: Set<unknown>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, into);
  } else if (value !== null && typeof value === 'object') {
    into.add(value);
    for (const [key, field] of Object.entries(value as Node)) {
      if (key !== 'parent') collect(field, into);
    }
  }
}

describe('positions', () => {
  const text = 'a\r\n𝄞b\rc\n';
  test('are lines and characters', () => {
    const file = parser.parse(text);
    expect(file.lineStarts).toEqual([0, 3, 7, 9]);
    for (let offset = 0; offset <= text.length; offset++) {
      const position = positionAt(file, offset);
      // The middle of a line end is nowhere to be.
      if (offset !== 2) expect(offsetAt(file, position)).toBe(offset);
    }
    expect(positionAt(file, 5)).toEqual({ line: 1, character: 2 });
    expect(codePointColumn(file, 5)).toBe(1);
  });

  test('beyond what is there are brought back', () => {
    const file = parser.parse(text);
    expect(offsetAt(file, { line: 0, character: 99 })).toBe(1);
    expect(offsetAt(file, { line: 99, character: 0 })).toBe(text.length);
    expect(positionAt(file, 99)).toEqual({ line: 3, character: 0 });
    expect([0, 1, 2, 3].map((line) => lineEnd(file, line))).toEqual([1, 6, 8, 9]);
  });
});

describe('the grammar', () => {
  const wasm = readFileSync(new URL('../../grammars/tree-sitter-python.wasm', import.meta.url));

  test('has the checksum that its page tells', () => {
    const page = readFileSync(new URL('../../grammars/README.md', import.meta.url), 'utf8');
    expect(page).toContain(createHash('sha256').update(wasm).digest('hex'));
  });

  test('is that of the package, at the version that its page tells', () => {
    const require = createRequire(import.meta.url);
    const { version } = require('tree-sitter-python/package.json') as { version: string };
    const page = readFileSync(new URL('../../grammars/README.md', import.meta.url), 'utf8');
    expect(page).toContain(version);
    const original = readFileSync(require.resolve('tree-sitter-python/tree-sitter-python.wasm'));
    expect(wasm.equals(original)).toBe(true);
  });
});
