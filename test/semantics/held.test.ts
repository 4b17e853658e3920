import { beforeAll, describe, expect, it } from 'vitest';
import {
  addedTo,
  isAttributeNeverRead,
  isCollectionNeverRead,
  itemsFound,
  itemsOf,
  localReads,
  mayRead,
} from '../../server/src/semantics/index.ts';
import type {
  Assign,
  Attribute,
  Call,
  Name,
  Node,
  PythonParser,
} from '../../server/src/syntax/index.ts';
import { loadParser } from '../support/parser.ts';
import { nodesOf } from '../support/semantics.ts';

let parser: PythonParser;
beforeAll(async () => {
  parser = await loadParser();
});

const isName = (node: Node): node is Name => node.kind === 'Name' && node.id === 'x';
const isCall = (node: Node): node is Call => node.kind === 'Call';
const isAssign = (node: Node): node is Assign => node.kind === 'Assign';

/** The first `x` of the text, which binds it. */
function target(code: string, notebook = false) {
  return nodesOf(parser, code, isName, notebook)[0]!;
}

describe('the reads of a variable', () => {
  /** How many; null when others may read it. */
  const count = (code: string, notebook = false) => {
    const { node, semantics } = target(code, notebook);
    return localReads(node, semantics)?.length ?? null;
  };

  it.each([
    ['def f():\n    x = 1', 0],
    ['def f():\n    x = 1\n    print(x)\n    return x', 2],
    ['def f():\n    x = 1\n    return lambda: x', 1],
    ['def f():\n    x = 1\n    def g(x):\n        return x', 0],
    ['x = 1', null],
    ['class A:\n    x = 1', null],
    ['def f():\n    global x\n    x = 1', null],
    ['def f(y):\n    x = y\n    x = 1\n    print(x)', 1],
    ['def f(x):\n    def g():\n        nonlocal x\n        x = 1', null],
    ['def f():\n    x = 1\n    print(locals())', null],
    ['def f():\n    x = 1\n    print(eval("x"))', null],
  ])('%j', (code, expected) => {
    expect(count(code)).toBe(expected);
  });

  it('are those of the cell, in a notebook, when no other reads it', () => {
    expect(count('x = 1\nprint(1)', true)).toBe(0);
    expect(count('x = 1\nprint(x)', true)).toBe(null);
  });
});

it('knows which binding a read may see', () => {
  const code =
    'def f(c):\n    x = 1\n    print(x)\n    x = 2\n    print(x)\n    if c:\n        x = 3\n    x';
  const names = nodesOf(parser, code, isName);
  const seen = (binding: number, use: number) =>
    mayRead(names[use]!.node, names[binding]!.node, names[0]!.semantics);
  expect([seen(0, 1), seen(0, 3), seen(0, 5)]).toEqual([true, false, false]);
  expect([seen(2, 1), seen(2, 3), seen(2, 5)]).toEqual([false, true, true]);
  expect(seen(4, 5)).toBe(true);
});

describe('an attribute', () => {
  const neverRead = (code: string) => {
    const is = (node: Node): node is Attribute => node.kind === 'Attribute' && /x$/.test(node.attr);
    const { node, semantics } = nodesOf(parser, code, is)[0]!;
    return isAttributeNeverRead(node, semantics);
  };
  const method = (body: string) => `class A:\n    def f(self):\n        ${body}\n`;

  it.each([
    ['private, never read', method('self._x = 1'), true],
    ['public', method('self.x = 1'), false],
    ['mangled', method('self.__x = 1'), false],
    [
      'read in another method',
      `${method('self._x = 1')}    def g(self):\n        self._x\n`,
      false,
    ],
    ['read elsewhere', `${method('self._x = 1')}print(A()._x)\n`, false],
    ['maybe read by its name', `${method('self._x = 1')}print(getattr(A(), "_" + "x"))\n`, false],
    ['maybe read with all others', `${method('self._x = 1')}print(A().__dict__)\n`, false],
    ['of something else than an instance', 'def f(a):\n    a._x = 1\n', false],
  ])('%s', (_, code, expected) => {
    expect(neverRead(code)).toBe(expected);
  });
});

describe('a collection', () => {
  it.each([
    ['x = []\nx.append(1)', true],
    ['x = set()\nx.add(1)\nlen(x)\nx', true],
    ['x = list()\nx.append(1)', true],
    ['x: list = []\nx.append(1)', true],
    ['x = [1, 2]', true],
    ['x = {1: 2}', true],
    ['x = []\nprint(x)', false],
    ['x = []\nx.pop()', false],
    ['x = []\nprint(x.append(1))', false],
    ['x = y = []', false],
    ['x = y', false],
    ['x = list(y)', false],
    ['x = []\nx = []', false],
    ['for x in y:\n    x.append(1)', false],
    ['x = []\nlocals()', false],
  ])('%j', (body, expected) => {
    const { node, semantics } = target(`def f(y):\n${body.replace(/^/gm, '    ')}`);
    expect(isCollectionNeverRead(node, semantics)).toBe(expected);
  });

  it.each([
    ['[a, b]', 'a b'],
    ['(a, b)', 'a b'],
    ['{a, b}', 'a b'],
    ['{k: a, l: b}', 'a b'],
    ['[a for k in l]', 'a'],
    ['{a for k in l}', 'a'],
    ['{k: a for k in l}', 'a'],
    ['a', 'a'],
    ['(a for k in l)', '(a for k in l)'],
    ['[]', ''],
  ])('holds what is written in it: %s', (value, expected) => {
    const [{ node, semantics }] = nodesOf(parser, `x = ${value}`, isAssign) as [
      ReturnType<typeof nodesOf<Assign>>[0],
    ];
    expect(
      itemsOf(node.value)
        .map((item) => semantics.text(item))
        .join(' '),
    ).toBe(expected);
  });

  it.each([
    ['x.append(1)', 'x'],
    ['x.add(1)', 'x'],
    ['x.extend(y)', undefined],
    ['a.x.append(1)', undefined],
    ['append(x)', undefined],
  ])('is added to: %s', (code, expected) => {
    expect(addedTo(nodesOf(parser, code, isCall)[0]!.node)?.id).toBe(expected);
  });
});

describe('the items that a use of a collection may find', () => {
  /** What is written of them, at the last `x`. */
  const found = (code: string) => {
    const { node, semantics } = nodesOf(parser, code, isName).at(-1)!;
    return itemsFound(node, semantics).map((item) => semantics.text(item));
  };

  it.each([
    ['def f():\n    x = [a, b]\n    g(x)', ['a', 'b']],
    ['def f():\n    x = [a(i) for i in y]\n    g(x)', ['a(i)']],
    ['def f():\n    x = []\n    for i in y:\n        x.append(a)\n    g(x)', ['a']],
    ['def f():\n    x = {a}\n    x.add(b)\n    g(x)', ['a', 'b']],
    ['def f():\n    x = [a]\n    x = [b]\n    g(x)', ['b']],
    ['def f():\n    x = [a]\n    x.append(b)\n    x = [c]\n    g(x)', ['c']],
    ['def f(x):\n    g(x)', []],
    ['x = [a]\ng(x)', []],
    ['def f():\n    x = [a]\n    return lambda: g(x)', []],
  ])('%j', (code, expected) => {
    expect(found(code)).toEqual(expected);
  });

  it('are not those added after it', () => {
    const code = 'def f():\n    x = [a]\n    g(x)\n    x.append(b)';
    const [, use] = nodesOf(parser, code, isName);
    expect(itemsFound(use!.node, use!.semantics).map((i) => use!.semantics.text(i))).toEqual(['a']);
  });
});
