import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decode, encode } from '../../server/src/cli/decode.ts';
import { excerpt } from '../../server/src/cli/excerpt.ts';
import { Places } from '../../server/src/cli/places.ts';
import {
  expandTabs,
  harmless,
  type Paint,
  wantsColour,
  width,
} from '../../server/src/cli/terminal.ts';
import { unifiedDiff } from '../../server/src/cli/unified-diff.ts';
import { count } from '../../server/src/cli/words.ts';
import { randomOf } from '../support/random.ts';

describe('decode', () => {
  it.each<[string, Uint8Array, string, string, boolean]>([
    ['UTF-8', Buffer.from('é'), 'é', 'utf-8', false],
    ['a mark', Buffer.from('\ufeffé'), 'é', 'utf-8', true],
    ['nothing', Buffer.from(''), '', 'utf-8', false],
    [
      'a cookie',
      Buffer.from('# -*- coding: iso-8859-1 -*-\né', 'latin1'),
      '# -*- coding: iso-8859-1 -*-\né',
      'latin1',
      false,
    ],
    [
      'a cookie below',
      Buffer.from('#!x\n# vim: set fileencoding=latin1 :\né', 'latin1'),
      '#!x\n# vim: set fileencoding=latin1 :\né',
      'latin1',
      false,
    ],
    [
      'a cookie too low',
      Buffer.from('x = 1\n# coding: latin-1\né'),
      'x = 1\n# coding: latin-1\né',
      'utf-8',
      false,
    ],
    ['a UTF-8 cookie', Buffer.from('# coding: UTF_8\né'), '# coding: UTF_8\né', 'utf-8', false],
  ])('reads %s, and writes it back', (_, bytes, text, encoding, bom) => {
    const decoded = decode(bytes);
    expect(decoded).toEqual({ text, encoding, bom });
    expect(encode(text, { encoding: encoding as 'utf-8', bom })).toEqual(Buffer.from(bytes));
  });

  it('does not write what the encoding has not', () => {
    expect(encode('€', { encoding: 'latin1', bom: false })).toBeUndefined();
  });
});

describe('width', () => {
  it.each([
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['日本', 4],
    ['😀', 2],
    ['👩‍👩‍👧', 2],
    ['\u200b', 0],
  ])('%s: %i', (text, columns) => expect(width(text)).toBe(columns));

  it('stops at tabs', () => {
    expect(expandTabs('\ta\tbc', 0)).toBe('    a   bc');
    expect(expandTabs('日\t|', 0)).toBe('日  |');
    expect(expandTabs('\t|', 3)).toBe(' |');
  });

  it('shows control characters', () => {
    expect(harmless('a\u001b[2J\u0085\r')).toBe('a␛[2J\ufffd␍');
  });
});

describe('excerpt', () => {
  const plain: Paint = (_, text) => text;
  const shown = (text: string, marked: string) => {
    const start = text.indexOf(marked);
    return excerpt(new Places(text), start, start + marked.length, 'red', plain).join('\n');
  };

  it.each([
    ['x = 1\n\tf(a)  # fin\n', 'f(a)', '  2 │     f(a)  # fin\n    │     ^^^^'],
    ['a\tb\tc', 'b\tc', '  1 │ a   b   c\n    │     ^^^^^'],
    ['"日本" + f(é, 😀) + x', 'f(é, 😀)', '  1 │ "日本" + f(é, 😀) + x\n    │          ^^^^^^^^'],
    ['f(\r\n  1)\r\n', 'f(\r\n  1)', '  1 │ f(\n    │ ^^…'],
    ['x\n', '\n', '  1 │ x\n    │  ^…'],
    ['', '', '  1 │ \n    │ ^'],
  ])('%j at %j', (text, marked, expected) => expect(shown(text, marked)).toBe(expected));

  it('cuts long lines around what is underlined', () => {
    const [line, carets] = shown(`${'a'.repeat(500)}!${'b'.repeat(1_000_000)}`, '!').split('\n');
    expect(line).toBe(`  1 │ …${'a'.repeat(100)}!${'b'.repeat(100)}…`);
    expect(carets).toBe(`    │ ${' '.repeat(101)}^`);
    const long = shown(`f(${'é'.repeat(500)})`, `f(${'é'.repeat(500)})`).split('\n');
    expect(long).toEqual([`  1 │ f(${'é'.repeat(98)}…`, `    │ ${'^'.repeat(100)}…`]);
  });
});

describe('wantsColour', () => {
  it.each([
    ['auto', true, {}, true],
    ['auto', false, {}, false],
    ['auto', true, { NO_COLOR: '1' }, false],
    ['auto', true, { TERM: 'dumb' }, false],
    ['always', false, { NO_COLOR: '1' }, true],
    ['never', true, {}, false],
  ] as const)('%s, %s, %j: %s', (asked, terminal, env, expected) => {
    expect(wantsColour(asked, terminal, env)).toBe(expected);
  });
});

describe('count', () => {
  it.each([
    [0, '0 erreur'],
    [1, '1 erreur'],
    [2, '2 erreurs'],
  ])('%i', (n, expected) => expect(count(n, 'erreur')).toBe(expected));
});

describe('unifiedDiff', () => {
  it('is empty without a difference', () => {
    expect(unifiedDiff('a', 'x\n', 'x\n')).toBe('');
  });

  it('is what git applies, on 40 random pairs', () => {
    const folder = mkdtempSync(join(tmpdir(), 'attendu-diff-'));
    const random = randomOf(11);
    const text = (lines: readonly string[]) =>
      lines.join('') + (random(3) ? '' : 'sans fin de ligne');
    for (let round = 0; round < 40; round++) {
      const lines = Array.from(
        { length: 1 + random(40) },
        () => `${random(9)}${['\n', '\r\n', '\r'][random(3)]}`,
      );
      const before = text(lines);
      const after = text(
        lines.flatMap((line) => [[line], [line], [line], [], [line, 'neuf\n']][random(5)]!),
      );
      writeFileSync(join(folder, 'a.py'), before);
      const diff = unifiedDiff('a.py', before, after);
      if (diff !== '') {
        const options = { cwd: folder, input: diff, env: { ...process.env, GIT_DIR: folder } };
        execFileSync('git', ['apply', '-p0', '--whitespace=nowarn', '-'], options);
      }
      expect(readFileSync(join(folder, 'a.py'), 'latin1')).toBe(after);
    }
    rmSync(folder, { recursive: true });
  });
});
