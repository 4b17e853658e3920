import { beforeAll, describe, expect, it } from 'vitest';
import { cleanupOf, steppedBy, yieldsUnderCleanup } from '../../server/src/semantics/index.ts';
import type { Call, Expr, FunctionDef, Node, PythonParser } from '../../server/src/syntax/index.ts';
import { loadParser } from '../support/parser.ts';
import { nodesOf } from '../support/semantics.ts';

let parser: PythonParser;
beforeAll(async () => {
  parser = await loadParser();
});

const isFunction = (node: Node): node is FunctionDef => node.kind === 'AsyncFunctionDef';
const isCall = (node: Node): node is Call => node.kind === 'Call';
const isStatement = (node: Node): node is Extract<Node, { kind: 'Expr' }> => node.kind === 'Expr';

it.each([
  ['yield 1', ''],
  ['with a:\n    yield 1\nyield 2', '1'],
  ['async with a:\n    if b:\n        yield 1', '1'],
  ['try:\n    yield 1\nexcept E:\n    yield 2\nelse:\n    yield 3\nfinally:\n    yield 4', '123'],
  ['try:\n    yield 1\nexcept E:\n    yield 2', ''],
  ['with a:\n    pass\nyield 1', ''],
  [
    'from contextlib import suppress as s\nwith s(E):\n    yield 1\nwith s(E), a:\n    yield 2',
    '2',
  ],
  ['with a:\n    def g():\n        yield 1\nyield 2', ''],
])('knows what holds something where it yields: %j', (body, expected) => {
  const [fn] = nodesOf(parser, `async def f():\n${body.replace(/^/gm, '    ')}\n`, isFunction);
  const { node, semantics } = fn!;
  const values = yieldsUnderCleanup(node, semantics).map(({ value }) =>
    semantics.text(value as Expr),
  );
  expect(values.join('')).toBe(expected);
});

it('is yes when one of the generators cleans up, no when none does', () => {
  const definitions =
    'async def clean():\n    with a:\n        yield 1\n' +
    'async def plain():\n    yield 1\n' +
    'async def other():\n    yield 2\n';
  const of = (expr: string) => {
    const code = `${definitions}${expr}\n`;
    const { node, semantics } = nodesOf(parser, code, isStatement).at(-1)!;
    return cleanupOf(semantics.kindOf(node.value), semantics);
  };
  expect(of('clean()')).toBe('yes');
  expect(of('plain()')).toBe('no');
  expect(of('clean() if a else plain()')).toBe('yes');
  expect(of('other() if a else plain()')).toBe('no');
  expect(of('unheard_of()')).toBe('unknown');
});

describe('what a call advances', () => {
  it.each([
    ['anext(g)', 'g'],
    ['anext(g(), None)', 'g()'],
    ['g.__anext__()', 'g'],
    ['a.g.asend(1)', 'a.g'],
    ['g.aclose()', null],
    ['next(g)', null],
    ['anext()', null],
    ['anext = print\nanext(g)', null],
  ])('%s', (code, expected) => {
    const { node, semantics } = nodesOf(parser, code, isCall)[0]!;
    const found = steppedBy(node, semantics);
    expect(found && semantics.text(found)).toBe(expected);
  });
});
