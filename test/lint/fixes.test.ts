import { describe, expect, it } from 'vitest';
import {
  applyEdits,
  compatibleFixes,
  compose,
  lineEndingOf,
  withLineEnding,
} from '../../server/src/lint/fixes.ts';
import type { Fix, TextEdit } from '../../server/src/lint/index.ts';

const fix = (...edits: [number, number, string][]): Fix => ({
  title: 'essai',
  applicability: 'safe',
  edits: edits.map(([start, end, newText]): TextEdit => ({ start, end, newText })),
});

describe('applyEdits', () => {
  it('applies edits given in any order', () => {
    expect(applyEdits('abcdef', fix([4, 5, 'X'], [0, 0, '>'], [1, 3, '']).edits)).toBe('>adXf');
  });

  it('keeps the order of insertions at one place', () => {
    expect(applyEdits('ab', fix([1, 1, 'x'], [1, 1, 'y']).edits)).toBe('axyb');
  });

  it('refuses overlapping edits', () => {
    expect(() => applyEdits('abcd', fix([0, 2, ''], [1, 3, '']).edits)).toThrow(/overlap/);
  });
});

describe('withLineEnding', () => {
  it.each(['\n', '\r\n', '\r'] as const)('writes %j', (ending) => {
    const [edit] = withLineEnding(ending, fix([0, 0, 'x\ny\r\n']).edits);
    expect(edit!.newText).toBe(`x${ending}y${ending}`);
  });
});

describe('lineEndingOf', () => {
  it.each([
    ['', '\n'],
    ['a', '\n'],
    ['a\nb\r\nc\r\n', '\r\n'],
    ['a\rb', '\r'],
  ])('%j', (text, ending) => expect(lineEndingOf(text)).toBe(ending));
});

describe('compatibleFixes', () => {
  it('puts off a fix that touches one already taken, with all its edits', () => {
    const first = fix([0, 0, 'import asyncio\n'], [10, 12, 'x']);
    const sameImport = fix([0, 0, 'import asyncio\n'], [20, 22, 'y']);
    const apart = fix([30, 31, 'z']);
    expect(compatibleFixes([first, sameImport, apart, fix([31, 31, '!'])])).toEqual([first, apart]);
  });

  it('leaves out a fix without edits', () => {
    expect(compatibleFixes([fix()])).toEqual([]);
  });
});

describe('compose', () => {
  const edited = applyEdits;

  it('goes on until nothing is left, and counts', () => {
    // Each `(x` is closed in its own round: the fixes all touch.
    const fixes = (text: string) =>
      text.includes('a') ? [fix([text.indexOf('a'), text.indexOf('a') + 1, 'b'])] : [];
    expect(compose('banana', { fixes, edited })).toEqual({ document: 'bbnbnb', applied: 3 });
  });

  it('ends even when fixes undo one another', () => {
    const fixes = (text: string) => [fix([0, 1, text[0] === 'a' ? 'b' : 'a'])];
    expect(compose('a', { fixes, edited }).applied).toBe(20);
  });
});
