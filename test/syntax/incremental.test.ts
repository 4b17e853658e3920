import { beforeAll, describe, expect, test } from 'vitest';
import { cut, type Piece, recut } from '../../server/src/syntax/cut.ts';
import type { Chunk, PythonParser, SourceFile } from '../../server/src/syntax/index.ts';
import { loadParser } from '../support/parser.ts';
import { randomNumbers } from '../support/random.ts';
import { edit } from './edits.ts';
import { bigModule, SOURCES } from './sources.ts';

let parser: PythonParser;
let reference: PythonParser;

beforeAll(async () => {
  [parser, reference] = await Promise.all([loadParser(), loadParser()]);
});

describe('after any edits, the file is what a fresh parse gives', () => {
  const EVENTS = 3400;
  for (const [name, source] of Object.entries(SOURCES)) {
    for (const seed of [1, 2]) {
      test(`${name}, seed ${seed}, ${EVENTS} events`, { timeout: 240_000 }, () => {
        const compared = new WeakSet<Chunk>();
        let file = parser.parse(source);
        for (const [event, text] of versions(source, seed, EVENTS)) {
          file = parser.parse(text, file);
          const fresh = reference.parse(text);
          const difference = differenceOf(file, fresh, compared);
          if (difference !== null) {
            expect.fail(`seed ${seed}, event ${event}: ${difference}\n${JSON.stringify(text)}`);
          }
        }
      });
    }
  }
});

describe('the cut', () => {
  const found = (variant: (pieces: Piece[]) => Piece[]): number => {
    let differences = 0;
    for (const source of Object.values(SOURCES)) {
      let before = source;
      let pieces = cut(source);
      for (const [, text] of versions(source, 7, 1500)) {
        pieces = recutAfter(before, text, variant(pieces));
        const fresh = cut(text);
        if (placesOf(pieces) !== placesOf(fresh)) {
          differences++;
          pieces = fresh;
        }
        before = text;
      }
    }
    return differences;
  };

  test('made again only where the text changed is the same', () => {
    expect(found((pieces) => pieces)).toBe(0);
  });

  test('would not be, did it forget how far it looked ahead', () => {
    expect(
      found((pieces) => pieces.map((piece) => ({ ...piece, reach: piece.end }))),
    ).toBeGreaterThan(20);
  });

  test('would not be, did it forget the classes around', () => {
    const flat = (pieces: Piece[]) => pieces.map((piece) => ({ ...piece, parent: -1 }));
    expect(found(flat)).toBeGreaterThan(20);
  });
});

describe('a change costs what it changed', () => {
  const source = bigModule(8500);
  const lowered = (before: SourceFile, text: string): number => {
    const { lowered } = parser;
    parser.parse(text, before);
    return parser.lowered - lowered;
  };
  const replaced = (from: string, to: string) => {
    expect(source).toContain(from);
    return source.replace(from, to);
  };

  test('typing in a function reads that function', () => {
    const file = parser.parse(source);
    expect(file.lineStarts.length).toBeGreaterThan(8500);
    expect(lowered(file, replaced('client = Client250()', 'client = Client250(1)'))).toBe(1);
  });

  test('typing in a method reads that method', () => {
    const file = parser.parse(source);
    const at = source.indexOf('await response', source.length >> 1);
    expect(lowered(file, `${source.slice(0, at)}x = ${source.slice(at)}`)).toBe(1);
  });

  test('exchanging two functions reads nothing', () => {
    const file = parser.parse(source);
    const [first, second] = [7, 300].map(
      (i) => new RegExp(`async def collect${i}\\([\\s\\S]*?\\n\\n`).exec(source)![0],
    ) as [string, string];
    const exchanged = source.replace(/async def collect(7|300)\([\s\S]*?\n\n/g, (_, i) =>
      i === '7' ? second : first,
    );
    expect(exchanged).not.toBe(source);
    expect(lowered(file, exchanged)).toBe(0);
  });

  test('a blank line above all reads one statement', () => {
    const file = parser.parse(source);
    expect(lowered(file, `\n${source}`)).toBe(1);
  });

  test('two equal statements do not share a chunk', () => {
    const file = parser.parse('a = 1\na = 1\n', parser.parse('a = 1\n'));
    expect(file.chunks).toHaveLength(2);
    expect(file.chunks[0]!.chunk).not.toBe(file.chunks[1]!.chunk);
  });

  test('the same text is the same file', () => {
    const file = parser.parse(source);
    expect(parser.parse(source, file)).toBe(file);
  });
});

/** Versions of a text, each an event after the one before; from time to time from the start again. */
function* versions(source: string, seed: number, count: number): Generator<[number, string]> {
  const random = randomNumbers(seed);
  let text = source;
  for (let event = 1; event <= count; event++) {
    text = event % 40 === 0 || text.length > 2 * source.length ? source : edit(text, random);
    yield [event, text];
  }
}

function differenceOf(
  file: SourceFile,
  fresh: SourceFile,
  compared: WeakSet<Chunk>,
): string | null {
  if (file.text !== fresh.text) return 'text';
  if (file.lineStarts.join() !== fresh.lineStarts.join()) return 'line starts';
  if (file.chunks.length !== fresh.chunks.length) return 'number of chunks';
  if (new Set(file.chunks.map(({ chunk }) => chunk)).size < file.chunks.length)
    return 'shared chunk';
  let end = 0;
  for (const [i, placed] of file.chunks.entries()) {
    const { chunk, start, parent } = placed;
    const expected = fresh.chunks[i]!;
    if (start !== expected.start || parent !== expected.parent) return `place of chunk ${i}`;
    if (start !== end) return `hole before chunk ${i}`;
    end += chunk.text.length;
    if (chunk.text !== expected.chunk.text || chunk.role !== expected.chunk.role) {
      return `text or role of chunk ${i}`;
    }
    // Chunks do not change: once is enough.
    if (compared.has(chunk)) continue;
    compared.add(chunk);
    if (contentOf(chunk) !== contentOf(expected.chunk)) return `content of chunk ${i}`;
  }
  return end === file.text.length ? null : 'hole at the end';
}

function contentOf({ body, comments, damaged }: Chunk): string {
  return JSON.stringify({ body, comments, damaged }, (key, value) =>
    key === 'parent' ? undefined : value,
  );
}

function placesOf(pieces: readonly Piece[]): string {
  return pieces.map(({ start, end, role, parent }) => [start, end, role, parent].join()).join(' ');
}

function recutAfter(before: string, text: string, pieces: Piece[]): Piece[] {
  let start = 0;
  while (start < Math.min(before.length, text.length) && before[start] === text[start]) start++;
  let end = 0;
  const most = Math.min(before.length, text.length) - start;
  while (end < most && before.at(-1 - end) === text.at(-1 - end)) end++;
  return recut(text, pieces, start, before.length - end, text.length - end).pieces;
}
