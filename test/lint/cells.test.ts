import { describe, expect, it } from 'vitest';
import { Cells } from '../../server/src/lint/cells.ts';
import { maskMagics } from '../../server/src/lint/magics.ts';
import { randomOf } from '../support/random.ts';

describe('Cells', () => {
  const cells = new Cells(['a = 1', '', 'b\nc']);

  it('joins the cells', () => {
    expect(cells.text).toBe('a = 1\n\nb\nc');
    expect(cells.starts).toEqual([0, 6, 7]);
  });

  it('goes both ways between offsets and cells', () => {
    expect(cells.positionAt(0)).toEqual({ cell: 0, offset: 0 });
    expect(cells.positionAt(5)).toEqual({ cell: 0, offset: 5 });
    expect(cells.positionAt(6)).toEqual({ cell: 1, offset: 0 });
    expect(cells.positionAt(10)).toEqual({ cell: 2, offset: 3 });
    for (let offset = 0; offset <= cells.text.length; offset++) {
      expect(cells.offsetAt(cells.positionAt(offset))).toBe(offset);
    }
  });

  it('has a place for everything even without a cell', () => {
    const none = new Cells([]);
    expect(none.text).toBe('');
    expect(none.positionAt(0)).toEqual({ cell: 0, offset: 0 });
  });

  it('edits each cell', () => {
    const edited = cells.edited([
      { start: 0, end: 1, newText: 'z' },
      { start: 6, end: 6, newText: 'neuf\n' },
      { start: 10, end: 10, newText: '()' },
    ]);
    expect(edited.sources).toEqual(['z = 1', 'neuf\n', 'b\nc()']);
    expect(cells.sources).toEqual(['a = 1', '', 'b\nc']);
  });

  it.each([
    ['x = 1', 0, true],
    ['%%time\nx = 1', 0, false],
    ['%%time\nx = 1', 6, false],
    ['%%time\nx = 1', 7, true],
    ['%%bash\nls', 9, false],
    ['%%time', 6, false],
  ])('%j: an edit at %i is acceptable: %s', (source, offset, expected) => {
    const one = new Cells(['avant', source]);
    const at = one.offsetAt({ cell: 1, offset });
    expect(one.accept([{ start: at, end: at, newText: 'x' }])).toBe(expected);
    expect(one.accept([{ start: 5, end: at, newText: 'x' }])).toBe(false);
  });

  it('refuses an edit across cells', () => {
    expect(() => cells.edited([{ start: 4, end: 8, newText: '' }])).toThrow(/crosses cells/);
  });
});

describe('maskMagics', () => {
  it('keeps every offset and line, on 3,000 random cells', () => {
    const random = randomOf(42);
    const pieces = [
      '%',
      '!',
      '?',
      '"',
      "'",
      '"""',
      '(',
      ')',
      '\\',
      '\n',
      '\r\n',
      '#',
      'x',
      ' = ',
      '    ',
      '😀',
      '%%time',
    ];
    for (let round = 0; round < 3000; round++) {
      const cell = Array.from({ length: random(25) }, () => pieces[random(pieces.length)]!).join(
        '',
      );
      const masked = maskMagics(cell);
      expect(masked.length).toBe(cell.length);
      expect(masked.replace(/[^\r\n]/g, ' ')).toBe(cell.replace(/[^\r\n]/g, ' '));
    }
  });

  it.each([
    ['%matplotlib inline\nx = 1', 'pass              \nx = 1'],
    ['!ls\nx', '0  \nx'],
    ['if x:\n    !ls -l\n', 'if x:\n    pass  \n'],
    ['x = !ls', 'x = _  '],
    ['x = %time f()\ny', 'x = _        \ny'],
    ['?print', 'pass  '],
    ['print?', 'pass  '],
    ['a.b??\nc', 'pass \nc'],
    ['%%bash\necho "(\n', '      \n       \n'],
    ['\n%%writefile x.py\nimport asyncio', '\n                \n              '],
    ['%%time\nawait f()', '      \nawait f()'],
    ['%%capture sortie\n!ls', '                \n0  '],
    ['!echo "it\'s (\nx = (1,\n%2)', 'pass         \nx = (1,\n%2)'],
    ['!pip install \\\n  a b\nx', 'pass          \n     \nx'],
    ['s = """\n%pas une magie\n"""\n%ls', 's = """\n%pas une magie\n"""\n0  '],
    ["s = r'\\'%x'\n%env", "s = r'\\'%x'\npass"],
    ['x = a % b\ny %= 3', 'x = a % b\ny %= 3'],
    ['x = (\n    a\n    % b\n)', 'x = (\n    a\n    % b\n)'],
    ['x = a \\\n  % b', 'x = a \\\n  % b'],
    ['# %ls\r\n!ls\r\nx', '# %ls\r\n0  \r\nx'],
    ['a != b', 'a != b'],
    ['', ''],
  ])('%j', (cell, expected) => {
    expect(maskMagics(cell)).toBe(expected);
    expect(expected.length).toBe(cell.length);
  });
});
