import { describe, expect, it } from 'vitest';
import { compileGlob, compileGlobs } from '../../server/src/lint/glob.ts';

describe('compileGlob', () => {
  it.each([
    ['*.py', 'a.py', true],
    ['*.py', 'dossier/a.py', true],
    ['*.py', 'a.pyi', false],
    ['/*.py', 'a.py', true],
    ['/*.py', 'dossier/a.py', false],
    ['a?.py', 'ab.py', true],
    ['a?.py', 'a.py', false],
    ['build/', 'build/', true],
    ['build/', 'src/build/', true],
    ['build/', 'build', false],
    ['src/*.py', 'src/a.py', true],
    ['src/*.py', 'autre/src/a.py', false],
    ['src/*.py', 'src/b/a.py', false],
    ['src/**/*.py', 'src/a.py', true],
    ['src/**/*.py', 'src/b/c/a.py', true],
    ['**/tests/*.py', 'tests/a.py', true],
    ['**/tests/*.py', 'x/tests/a.py', true],
    ['tests/**', 'tests/x/a.py', true],
    ['tests/**', 'tests', false],
    ['./tests/a.py', 'tests/a.py', true],
    ['[a-c].py', 'b.py', true],
    ['[!a-c].py', 'b.py', false],
    ['[!a-c].py', 'd.py', true],
    ['[]x].py', '].py', true],
    ['[z-a].py', '[z-a].py', true],
    ['[abc', '[abc', true],
    ['{a,b}.py', 'a.py', true],
    ['{a,b}.py', 'b.py', true],
    ['{a,b}.py', 'c.py', false],
    ['{a,x{1,2}}.py', 'x2.py', true],
    ['{abc', '{abc', true],
    ['\\*.py', '*.py', true],
    ['\\*.py', 'a.py', false],
    ['été?.py', 'été😀.py', true],
    ['a.b+c(d)', 'a.b+c(d)', true],
    ['a.b', 'axb', false],
    ['A.py', 'a.py', false],
  ])('%s, %s: %s', (pattern, path, expected) => {
    expect(compileGlob(pattern)(path)).toBe(expected);
  });

  it('takes any text for a pattern', () => {
    for (const pattern of [
      '',
      '/',
      '[',
      ']',
      '{',
      '}',
      '\\',
      '[\\',
      '{,',
      '**',
      '***',
      '[!]',
      '(',
      '^$|',
    ]) {
      expect(() => compileGlob(pattern)('a/b')).not.toThrow();
    }
  });
});

describe('compileGlobs', () => {
  it('lets the last match decide', () => {
    const matches = compileGlobs(['*.py', '!garde.py', 'src/garde.py']);
    expect(matches('a.py')).toBe(true);
    expect(matches('garde.py')).toBe(false);
    expect(matches('src/garde.py')).toBe(true);
    expect(matches('a.txt')).toBe(false);
  });
});
