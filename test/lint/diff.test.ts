import { describe, expect, it } from 'vitest';
import { diffLines, type Hunk, splitLines } from '../../server/src/lint/diff.ts';
import { applyEdits, editsBetween } from '../../server/src/lint/fixes.ts';
import { randomOf } from '../support/random.ts';

function patched(a: readonly string[], b: readonly string[], hunks: readonly Hunk[]): string[] {
  const out: string[] = [];
  let at = 0;
  for (const { aStart, aEnd, bStart, bEnd } of hunks) {
    out.push(...a.slice(at, aStart), ...b.slice(bStart, bEnd));
    at = aEnd;
  }
  return [...out, ...a.slice(at)];
}

/** The size of a shortest edit script, by the textbook's dynamic programme. */
function distance(a: readonly string[], b: readonly string[]): number {
  let row = b.map((_, j) => j + 1);
  row.unshift(0);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(a[i - 1] === b[j - 1] ? row[j - 1]! : 1 + Math.min(row[j]!, next[j - 1]!));
    }
    row = next;
  }
  return row[b.length]!;
}

describe('diffLines', () => {
  it('turns one text into the other by a shortest script, on 3,000 random pairs', () => {
    const random = randomOf(20240607);
    const lines = () => Array.from({ length: random(12) }, () => 'abcd'[random(4)]!);
    for (let round = 0; round < 3000; round++) {
      const [a, b] = [lines(), lines()];
      const hunks = diffLines(a, b);
      expect(patched(a, b, hunks)).toEqual(b);
      const size = hunks.reduce((sum, h) => sum + h.aEnd - h.aStart + h.bEnd - h.bStart, 0);
      expect(size).toBe(distance(a, b));
      for (const [i, hunk] of hunks.slice(1).entries()) {
        expect(hunk.aStart).toBeGreaterThan(hunks[i]!.aEnd);
      }
    }
  });

  it('gives one hunk when nearly everything changed', () => {
    const a = Array.from({ length: 5000 }, (_, i) => `a${i}`);
    const b = Array.from({ length: 5000 }, (_, i) => `b${i}`);
    expect(diffLines(a, b)).toEqual([{ aStart: 0, aEnd: 5000, bStart: 0, bEnd: 5000 }]);
  });
});

describe('splitLines', () => {
  it('keeps line ends', () => {
    expect(splitLines('a\r\nb\rc\n\nd')).toEqual(['a\r\n', 'b\r', 'c\n', '\n', 'd']);
    expect(splitLines('')).toEqual([]);
  });
});

describe('editsBetween', () => {
  it('gives the second text back, on random pairs', () => {
    const random = randomOf(7);
    const pieces = ['a', 'é', '😀', '😃', '\r\n', '\n', '\r', ' '];
    const text = () => Array.from({ length: random(30) }, () => pieces[random(8)]!).join('');
    for (let round = 0; round < 3000; round++) {
      const [a, b] = [text(), text()];
      let out = '';
      let at = 0;
      for (const { start, end, newText } of editsBetween(a, b)) {
        out += a.slice(at, start) + newText;
        at = end;
        expect(newText).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
      }
      expect(out + a.slice(at)).toBe(b);
    }
  });

  it('changes no more than what differs', () => {
    const before = 'async def f():\n    g()\n    h()\n';
    const after = 'async def f():\n    await g()\n    h()\n';
    expect(editsBetween(before, after)).toEqual([{ start: 19, end: 19, newText: 'await ' }]);
    expect(applyEdits(before, editsBetween(before, after))).toBe(after);
  });
});
