import { beforeAll, describe, expect, test } from 'vitest';
import type { Node, PythonParser, Stmt } from '../../server/src/syntax/index.ts';
import { childrenOf, walk } from '../../server/src/syntax/index.ts';
import { loadParser } from '../support/parser.ts';
import { moduleOf } from './dump.ts';

let parser: PythonParser;

beforeAll(async () => {
  parser = await loadParser();
});

/** The damaged stretches of a text. */
function damage(text: string): string[] {
  const file = parser.parse(text);
  return file.chunks.flatMap(({ chunk }) =>
    chunk.damaged.map(({ start, end }) => chunk.text.slice(start, end)),
  );
}

/** The names of the functions and methods that are read. */
function functions(text: string): string[] {
  const names: string[] = [];
  walk(moduleOf(parser.parse(text)), (node) => {
    if (node.kind === 'FunctionDef' || node.kind === 'AsyncFunctionDef') names.push(node.name);
  });
  return names;
}

function statements(text: string): Stmt[] {
  return moduleOf(parser.parse(text));
}

describe('an error stays where it is', () => {
  test.each([
    ['a simple statement', 'def f():\n    a = 1\n    b c\n    return a\n', ['b c']],
    ['one of several on a line', 'a = 1; b c; d = 2\n', ['b c']],
    ['a body on the line of its header', 'if a: b c\nd = 1\n', ['b c']],
    ['a header, with its block', 'if a b:\n    c\nd = 1\n', ['if a b:\n    c']],
    [
      'a clause, with all its statement',
      'try:\n    a\nexcept b c:\n    d\ne = 1\n',
      ['try:\n    a\nexcept b c:\n    d'],
    ],
    [
      'a clause that cannot be read at all',
      'if a:\n    b\nelif c d e)):\n    f\nelse:\n    g\nh = 1\n',
      ['if a:\n    b\nelif c d e)):\n    f\nelse:\n    g'],
    ],
    [
      'a decorator that cannot be read at all',
      '@a(\nclass B: pass\n@)\ndef c(): pass\nd = 1\n',
      ['@a(\nclass B: pass', '@)\ndef c(): pass'],
    ],
    ['a parameter, with its function', 'def f(a b):\n    c\nd = 1\n', ['def f(a b):\n    c']],
    ['a decorator, with its function', '@a b\ndef f(): pass\nd = 1\n', ['@a b\ndef f(): pass']],
    ['a block that is missing', 'if a:\nb = 1\n', ['if a:']],
    ['a try without except', 'try:\n    a\nb = 1\n', ['try:\n    a']],
    ['an else of nothing', 'a = 1\nelse:\n    b\nc = 1\n', ['else:\n    b']],
    ['an else of a finished class', 'class A:\n    a = 1\nelse:\n    b\n', ['else:\n    b']],
    ['a decorator of nothing', 'a = 1\n@b\n', ['@b']],
    ['two errors', 'a b\nc d\ne = 1\n', ['a b', 'c d']],
  ])('%s', (_, text, expected) => {
    expect(damage(text)).toEqual(expected);
  });

  test('a member, not its class', () => {
    const text = 'class A:\n    def f(self):\n        a b\n        c = 1\n    def g(self): pass\n';
    expect(damage(text)).toEqual(['a b']);
    expect(functions(text)).toEqual(['f', 'g']);
  });
});

describe('brackets and strings never closed', () => {
  test('do not swallow the next function', () => {
    expect(functions('def f():\n    a(b,\n\ndef g(): pass\n')).toEqual(['f', 'g']);
    expect(damage('def f():\n    a(b,\n\ndef g(): pass\n')).toEqual(['a(b,']);
  });

  test('nor its decorators', () => {
    const [, , g] = statements(
      'a = (\n\n@first(\n    1,\n)\n@second\nasync def g(): pass\nb = 1\n',
    );
    const [, last] = statements(
      'a = (\n\n@first(\n    1,\n)\n@second\nasync def g(): pass\nb = 1\n',
    );
    expect(last).toMatchObject({ kind: 'AsyncFunctionDef', decorator_list: [{}, {}] });
    expect(g).toMatchObject({ kind: 'Assign' });
  });

  test('nor the next method', () => {
    expect(
      functions('class A:\n    x = [1,\n    def f(self): pass\n    def g(self): pass\n'),
    ).toEqual(['f', 'g']);
  });

  test('nor the next statement that begins with a keyword', () => {
    expect(damage('def f():\n    a(b\n    return c\n')).toEqual(['a(b']);
    expect(damage('async def f():\n    a = [\n    async with b: pass\n')).toEqual(['a = [']);
  });

  test('keywords that may continue an expression do not end it', () => {
    const text = 'x = [a\nfor a in b\nif a\nelse c\nand not d\nis e\nfor f in await g]\n';
    expect(parser.parse(text).chunks).toHaveLength(1);
    expect(damage('x = [a\nfor a in b\nif a\nand not d\nis e]\n')).toEqual([]);
    expect(damage('x = (yield\nfrom a)\n')).toEqual([]);
    expect(damage('x = (a\n@ b)\n')).toEqual([]);
  });

  test('a quote ends with its line', () => {
    expect(damage('a = "b\nc = 1\n')).toEqual(['a = "b']);
    expect(damage("a = f'{b\nc = 1\n")).toEqual(["a = f'{b"]);
    expect(damage('a(f"{b")\nc = 1\n')).toEqual(['a(f"{b")']);
    expect(damage('a(f"{b!}")\nc = 1\n')).toEqual(['a(f"{b!}")']);
  });

  test('three quotes hold the rest', () => {
    expect(damage('a = 1\nb = """c\nd = 1\n')).toEqual(['b = """c\nd = 1\n']);
  });

  test('a bracket that closes nothing, or another', () => {
    expect(damage('a = 1)\nb = 2\n')).toEqual(['a = 1)']);
    expect(damage('a = (1]\nb = 2\n')).toEqual(['a = (1]\nb = 2']);
    expect(damage('a = (1])\nb = 2\n')).toEqual(['a = (1])']);
  });
});

describe('lines are not joined', () => {
  test('an attribute being typed does not take the next line', () => {
    const text = 'async def f():\n    asyncio.\n    await g()\n';
    expect(damage(text)).toEqual(['asyncio.']);
    expect(statements(text)).toMatchObject([
      {
        kind: 'AsyncFunctionDef',
        body: [{ kind: 'ErrorStmt' }, { kind: 'Expr', value: { kind: 'Await' } }],
      },
    ]);
  });

  test.each([
    ['a = \nb = 1\n', ['a =']],
    ['a +\nb\n', ['a +']],
    ['return\nb\n', []],
    ['import\nb\n', ['import']],
    ['from a import\nb\n', ['from a import']],
    ['def f()\n    pass\n', ['def f()', 'pass']],
    ['a = lambda\nb: c\n', ['a = lambda']],
    ['await\nb\n', ['await']],
    ['a \\\nb\n', ['a \\\nb']],
  ])('%j', (text, expected) => {
    expect(damage(text)).toEqual(expected);
  });
});

describe('indentation', () => {
  test.each([
    ['a line too deep', 'a = 1\n    b = 2\nc = 3\n', ['b = 2']],
    ['a line too deep in a block', 'def f():\n    a\n        b\n    c\n', ['b']],
    [
      'back to where no block is',
      'def f():\n        a\n    b\nc = 1\n',
      ['def f():\n        a', 'b'],
    ],
    ['a first line that is indented', '  a = 1\nb = 2\n', ['a = 1']],
    [
      'tabs and spaces that disagree',
      'def f():\n        a\n\tb\nc = 1\n',
      ['def f():\n        a', 'b'],
    ],
    ['a member too deep', 'class A:\n  a = 1\n    b = 1\n  c = 1\n', ['b = 1']],
    ['a member too shallow', 'class A:\n    a = 1\n  b = 1\n    c = 1\n', ['b = 1']],
  ])('%s', (_, text, expected) => {
    expect(damage(text)).toEqual(expected);
  });

  test('tabs go to the next column of eight', () => {
    expect(damage('if a:\n\tb\n\tc\n')).toEqual([]);
    expect(damage('if a:\n  if b:\n  \tc\n  \td\n')).toEqual([]);
    expect(damage('if a:\n\f    b\n    c\n')).toEqual([]);
  });

  test('does not matter inside brackets and strings, nor for comments and blank lines', () => {
    expect(
      damage(
        'def f():\n    a = [\n1,\n    ]\n    """\ntext\n"""\n# comment\n  # comment\n\n    b\n',
      ),
    ).toEqual([]);
  });
});

describe('what the grammar takes and Python does not', () => {
  test.each([
    'print "a"',
    'print a',
    'exec "a"',
    'exec a in b',
    'a <> b',
    'a = `b`',
    'a = 10L',
    'a = 0777',
    'a = 1__0',
    'a = b as c',
    'f(a as b)',
    'await = 1',
    'async = 1',
    'a.async()',
    'f(a=1, b)',
    'f(**a, b)',
    'f(**a, *b)',
    'f(x for x in y as z)',
    'def f((a, b)): pass',
    'def f(a=1, b): pass',
    'def f(*): pass',
    'def f(*a, *b): pass',
    'def f(**a, b): pass',
    'lambda (a, b): 1',
    'lambda *: 1',
    'f() = 1',
    'a + b = 1',
    '"a" = 1',
    'a += b = 1',
    '(a, b) += 1',
    '(a, b): c = 1',
    'a := 1',
    'a = b := 1',
    'raise a, b',
    'assert a, b, c',
    'except a: pass',
    'x for x in y',
    'return x for x in y',
    '[x for x in y, z]',
    '[*x for x in y]',
    'a = *b',
    '(*a)',
    'await not a',
    'await -a',
    'f"{}"',
    'f"{a b}"',
    'f"{*a}"',
    'f"{**a}"',
    'f"{a for a in b}"',
    'f"{lambda x: 1}"',
    'f"{a" "b"',
    'f"}"',
    '"a" b"c"',
    'a f"b{c}"',
    'f"{a}"(b = )',
    'for a.b() in c: pass',
    'with a as b(): pass',
    'del a()',
    'import a.b as c.d',
    'from a import b.c',
    'from . import',
    'from import a',
    'import a,',
    'global a.b',
    'class A[]: pass',
    'type A =',
    'pass a',
    'if a, b: pass',
    'try: pass',
    'match a: pass',
    'a = 5€',
    'a\u00a0= 1',
    'a $ b',
    'a ? b : c',
    'nonlocal',
    'a[]',
    'a = {b: c, d}',
    'else: pass',
    'f(,)',
    '{,}',
    'a or *b',
    '{a: *b}',
    '(a, yield b)',
    'raise yield',
    'f"{a!x}"',
    'a = "\\x1"',
    'a = "\\N"',
    'a = b"é"',
  ])('%s', (line) => {
    expect(damage(`${line}\nx = 1\n`).join('\n')).toBe(line);
  });

  test.each([
    'case f"{a}": pass',
    'case ...: pass',
    'case a.b(): pass; c d',
    'case a(): b c',
    'case a + b: pass',
    'case 1j + 2j: pass',
    'case 1 + 2: pass',
    'case +1: pass',
    'case *a: pass',
    'case {a: b}: pass',
    'case {**_}: pass',
    'case f(a=b, **c): pass',
    'case {"a": b, **c, "d": e}: pass',
    'case a as _: pass',
    'case a as b.c: pass',
    'case *a.b, c: pass',
    'case not a: pass',
  ])('in a match: %s', (line) => {
    expect(damage(`match x:\n    ${line}\ny = 1\n`)).toHaveLength(1);
  });
});

describe('async without what should follow', () => {
  test('a missing def is the function that was meant, in an error', () => {
    const text = 'async fetch(url, *, n=1):\n    return await get(url)\nx = 1\n';
    const [error, after] = statements(text);
    expect(error).toMatchObject({
      kind: 'ErrorStmt',
      start: 0,
      end: text.indexOf('\nx'),
      parts: [{ kind: 'AsyncFunctionDef', name: 'fetch', nameStart: 6 }],
    });
    expect(after).toMatchObject({ kind: 'Assign' });
    expect(damage(text)).toEqual([text.slice(0, text.indexOf('\n'))]);
  });

  test('a missing def below decorators', () => {
    const text = '@a\n@b\nasync fetch(): pass\n';
    expect(statements(text)).toMatchObject([
      { kind: 'ErrorStmt', start: 0, parts: [{ kind: 'AsyncFunctionDef', start: 6 }] },
    ]);
    expect(damage(text)).toEqual(['@a\n@b\nasync fetch():']);
  });

  test('a missing def that is no function otherwise either', () => {
    expect(statements('async fetch(url\n)\n')).toMatchObject([{ kind: 'ErrorStmt', parts: [] }]);
  });

  test.each([
    'async.ensure_future(f())',
    'task = async.create_task(f())',
    'await async.sleep(1)',
    'for x in async.as_completed(y): pass',
  ])('%s is the statement as if async were a name, in an error', (line) => {
    const [error] = statements(`${line}\n`);
    expect(damage(`${line}\n`)).toEqual([line.replace(/: .*/, ':')]);
    if (error?.kind !== 'ErrorStmt') throw new Error(error?.kind);
    const names: string[] = [];
    walk(error.parts, (node) => {
      if (node.kind === 'Attribute' && node.value.kind === 'Name') names.push(node.value.id);
    });
    expect(names).toEqual(['async']);
  });

  test('async as a member is the statement as if it were a name, in an error', () => {
    const [error] = statements('asyncio.async(f())\n');
    expect(error).toMatchObject({
      kind: 'ErrorStmt',
      parts: [{ value: { kind: 'Call', func: { kind: 'Attribute', attr: 'async' } } }],
    });
  });

  test('the parts have parents', () => {
    const { chunk } = parser.parse('await async.sleep(1)\n').chunks[0]!;
    const [error] = chunk.body;
    if (error?.kind !== 'ErrorStmt') throw new Error(error?.kind);
    expect(error.parts[0]!.parent).toBe(error);
    walk(error.parts, (node) => {
      for (const child of childrenOf(node)) expect(child.parent).toBe(node as Node);
    });
  });

  test('async that is used well is no error', () => {
    expect(
      damage(
        'async def f():\n    async with a: pass\n    async for b in c: pass\n    [d async for d in e]\n',
      ),
    ).toEqual([]);
  });
});

describe('what the grammar reads otherwise than Python', () => {
  test.each([
    ['await a ** b', { kind: 'BinOp', op: '**', left: { kind: 'Await', end: 7 } }],
    ['await (a) ** b', { kind: 'BinOp', op: '**', left: { kind: 'Await', end: 9 } }],
    [
      'await a ** await b ** c',
      { kind: 'BinOp', right: { kind: 'BinOp', left: { kind: 'Await' } } },
    ],
    ['-await a ** b', { kind: 'UnaryOp', operand: { kind: 'BinOp', left: { kind: 'Await' } } }],
    ['await (a ** b)', { kind: 'Await', value: { kind: 'BinOp' } }],
    ['a & b ^ c', { op: '^', left: { op: '&' } }],
    ['a ^ b & c', { op: '^', right: { op: '&' } }],
    ['a[*b()]', { slice: { kind: 'Tuple', elts: [{ kind: 'Starred', value: { kind: 'Call' } }] } }],
    ['(yield *a(), b)', { value: { elts: [{ kind: 'Starred', value: { kind: 'Call' } }, {}] } }],
    ['print (a)', { kind: 'Call', func: { id: 'print' } }],
    ['match[a]', { kind: 'Subscript', value: { id: 'match' } }],
    ['type(a)', { kind: 'Call', func: { id: 'type' } }],
    ['type in a', { kind: 'Compare', left: { id: 'type' } }],
    ['case(a)', { kind: 'Call', func: { id: 'case' } }],
    ['exec', { kind: 'Name', id: 'exec' }],
  ])('%s', (text, expected) => {
    expect(damage(`${text}\n`)).toEqual([]);
    expect(statements(`${text}\n`)).toMatchObject([{ kind: 'Expr', value: expected }]);
  });
});
