import { beforeAll, describe, expect, test } from 'vitest';
import type { PythonParser, Stmt } from '../../server/src/syntax/index.ts';
import { loadParser } from '../support/parser.ts';
import { moduleOf } from './dump.ts';

let parser: PythonParser;

beforeAll(async () => {
  parser = await loadParser();
});

function statements(text: string): Stmt[] {
  const file = parser.parse(text);
  for (const { chunk } of file.chunks) expect(chunk.damaged).toEqual([]);
  return moduleOf(file);
}

function expression(text: string): unknown {
  const [statement] = statements(`${text}\n`);
  if (statement?.kind !== 'Expr') throw new Error(statement?.kind);
  return statement.value;
}

const name = (id: string) => ({ kind: 'Name', id });
const text = (value: string) => ({ kind: 'Constant', type: 'str', value });

describe('type parameters and aliases (3.12, defaults 3.13)', () => {
  test('of functions', () => {
    expect(
      statements('def f[T: (int, str) = int, *Ts = *tuple[int], **P = [int]](a: T) -> T: ...\n'),
    ).toMatchObject([
      {
        kind: 'FunctionDef',
        type_params: [
          { kind: 'TypeVar', name: 'T', bound: { kind: 'Tuple' }, default_value: name('int') },
          { kind: 'TypeVarTuple', name: 'Ts', bound: null, default_value: { kind: 'Starred' } },
          { kind: 'ParamSpec', name: 'P', default_value: { kind: 'List' } },
        ],
        args: { args: [{ arg: 'a', annotation: name('T') }] },
        returns: name('T'),
      },
    ]);
  });

  test('of classes, cut into members or not', () => {
    for (const body of [' pass\n', '\n    pass\n']) {
      expect(statements(`class A[T = int, *Ts, **P](B[T], metaclass=M):${body}`)).toMatchObject([
        {
          kind: 'ClassDef',
          name: 'A',
          type_params: [{ name: 'T', default_value: name('int') }, { name: 'Ts' }, { name: 'P' }],
          bases: [{ kind: 'Subscript', value: name('B') }],
          keywords: [{ arg: 'metaclass', value: name('M') }],
          body: [{ kind: 'Pass' }],
        },
      ]);
    }
  });

  test('of aliases', () => {
    expect(statements('type A[T: int] = list[T]\ntype match = int\n')).toMatchObject([
      {
        kind: 'TypeAlias',
        name: name('A'),
        type_params: [{ bound: name('int') }],
        value: { kind: 'Subscript' },
      },
      { kind: 'TypeAlias', name: name('match'), type_params: [] },
    ]);
  });

  test('type is a name elsewhere', () => {
    const source =
      'type = 1\ntype: int = 1\ntype.a = b\ntype[a] = b\ntype(a)\nx = type\ntype, a = b\n';
    expect(statements(source).map(({ kind }) => kind)).toEqual([
      'Assign',
      'AnnAssign',
      'Assign',
      'Assign',
      'Expr',
      'Assign',
      'Assign',
    ]);
  });
});

describe('f-strings of 3.12', () => {
  test('the same quotes inside', () => {
    expect(expression(`f"{a["b"]} {f"{c!r}"}"`)).toMatchObject({
      kind: 'JoinedStr',
      values: [
        { kind: 'FormattedValue', value: { kind: 'Subscript', slice: text('b') } },
        text(' '),
        {
          kind: 'FormattedValue',
          value: { kind: 'JoinedStr', values: [{ conversion: 'r', value: name('c') }] },
        },
      ],
    });
  });

  test('lines and comments inside', () => {
    expect(statements(`x = f'{\n    a  # "}'\n    + b\n}'\ny = 1\n`)).toMatchObject([
      { value: { values: [{ value: { kind: 'BinOp' } }] } },
      { kind: 'Assign' },
    ]);
  });

  test('backslashes inside', () => {
    expect(expression(`f"{'\\n'.join(a)}"`)).toMatchObject({
      values: [{ value: { kind: 'Call', func: { attr: 'join', value: text('\n') } } }],
    });
  });

  test('format specifications in format specifications', () => {
    expect(expression(`f"{a!s:{b:>{c}}.2f}"`)).toMatchObject({
      values: [
        {
          value: name('a'),
          conversion: 's',
          format_spec: {
            values: [
              { value: name('b'), format_spec: { values: [text('>'), { value: name('c') }] } },
              text('.2f'),
            ],
          },
        },
      ],
    });
  });

  test('expressions of all sorts', () => {
    expect(
      expression(
        `f"{a, b}{c,}{*d, e}{yield}{yield f}{(g := 1)}{h:=5}{i != j}{ {k: l}['m'] }{n=}{o = !r}"`,
      ),
    ).toMatchObject({
      values: [
        { value: { kind: 'Tuple', elts: [name('a'), name('b')] } },
        { value: { kind: 'Tuple', elts: [name('c')] } },
        { value: { kind: 'Tuple', elts: [{ kind: 'Starred' }, name('e')] } },
        { value: { kind: 'Yield', value: null } },
        { value: { kind: 'Yield', value: name('f') } },
        { value: { kind: 'NamedExpr' } },
        { value: name('h'), format_spec: { values: [text('=5')] } },
        { value: { kind: 'Compare' } },
        { value: { kind: 'Subscript', value: { kind: 'Dict' } } },
        text('n='),
        { value: name('n'), conversion: 'r' },
        text('o = '),
        { value: name('o'), conversion: 'r' },
      ],
    });
  });

  test('positions inside', () => {
    const source = `"é" f"a{b!r:>{c}}"`;
    expect(expression(source)).toMatchObject({
      start: 0,
      end: source.length,
      values: [
        { start: 1, end: 7, value: 'éa' },
        {
          start: 7,
          end: 17,
          value: { start: 8, end: 9 },
          format_spec: { values: [{}, { value: { start: 14, end: 15 } }] },
        },
      ],
    });
  });
});

describe('template strings (3.14)', () => {
  test('hold interpolations', () => {
    expect(expression(`t"a {b!r:{c}} {{" rt'\\d{e}'`)).toMatchObject({
      kind: 'TemplateStr',
      values: [
        text('a '),
        {
          kind: 'Interpolation',
          value: name('b'),
          conversion: 'r',
          format_spec: { values: [{ kind: 'FormattedValue', value: name('c') }] },
        },
        text(' {\\d'),
        { kind: 'Interpolation', value: name('e') },
      ],
    });
  });
});

describe('except of several types (3.14)', () => {
  test('without parentheses', () => {
    expect(statements('try: a\nexcept B, c.D: e\n')).toMatchObject([
      {
        kind: 'Try',
        handlers: [{ type: { kind: 'Tuple', elts: [name('B'), { attr: 'D' }] }, name: null }],
      },
    ]);
    expect(statements('try: a\nexcept* B, D: e\n')).toMatchObject([{ kind: 'TryStar' }]);
  });

  test('with a name, they need them', () => {
    const { chunk } = parser.parse('try: a\nexcept B, D as e: f\n').chunks[0]!;
    expect(chunk.damaged).toHaveLength(1);
  });
});

describe('names', () => {
  test('are compared in their normal form, at their place in the source', () => {
    expect(statements('𝐱.ﬁ = 1\ndef ﬁn(): pass\n')).toMatchObject([
      {
        targets: [
          {
            kind: 'Attribute',
            attr: 'fi',
            attrStart: 3,
            end: 4,
            value: { id: 'x', start: 0, end: 2 },
          },
        ],
      },
      { name: 'fin', nameStart: 13, nameEnd: 15 },
    ]);
  });
});

describe('line ends', () => {
  const lines = [
    'def f():',
    '    a = """b',
    'c"""',
    '    d(',
    '        e)',
    '    # g',
    'h = 1',
    '',
  ];
  test.each([['\n'], ['\r\n'], ['\r']])('%j', (end) => {
    const [f, h] = statements(lines.join(end));
    expect(f).toMatchObject({ body: [{ value: text('b\nc') }, { kind: 'Expr' }] });
    expect(h).toMatchObject({ kind: 'Assign' });
    const file = parser.parse(lines.join(end));
    expect(file.lineStarts).toHaveLength(lines.length);
    expect(file.chunks[0]!.chunk.comments).toMatchObject([{ text: '# g' }]);
  });
});
