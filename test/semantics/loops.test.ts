import { beforeAll, describe, expect, it } from 'vitest';
import { earlyExit, isRepeated } from '../../server/src/semantics/index.ts';
import type { Await, For, Node, PythonParser } from '../../server/src/syntax/index.ts';
import { loadParser } from '../support/parser.ts';
import { nodesOf } from '../support/semantics.ts';

let parser: PythonParser;
beforeAll(async () => {
  parser = await loadParser();
});

const isLoop = (node: Node): node is For => node.kind === 'AsyncFor';
const isAwait = (node: Node): node is Await => node.kind === 'Await';

describe('a loop is left early', () => {
  it.each([
    ['pass', null],
    ['break', 'jump'],
    ['if x:\n    return', 'jump'],
    ['raise E', 'jump'],
    ['continue', null],
    ['await g()', 'exception'],
    ['async with g():\n    pass', 'exception'],
    ['x = [await g()]\nbreak', 'jump'],
    // What is caught within stays within.
    ['try:\n    await g()\n    raise E\nexcept E:\n    pass', null],
    ['try:\n    try:\n        raise E\n    finally:\n        pass\nexcept E:\n    pass', null],
    ['try:\n    break\nexcept E:\n    pass', 'jump'],
    ['try:\n    pass\nexcept E:\n    raise', 'jump'],
    ['try:\n    pass\nexcept E:\n    pass\nelse:\n    await g()', 'exception'],
    ['try:\n    await g()\nfinally:\n    pass', 'exception'],
    ['try:\n    pass\nexcept E:\n    pass\nfinally:\n    await g()', 'exception'],
    ['match x:\n    case 1 if await g():\n        pass', 'exception'],
    // Another loop's, another function's.
    ['for i in x:\n    break', null],
    ['while x:\n    break\nelse:\n    break', 'jump'],
    ['for i in x:\n    return', 'jump'],
    ['def h():\n    return 1', null],
    ['async def h():\n    await g()', null],
  ] as const)('%j', (body, expected) => {
    const [loop] = nodesOf(
      parser,
      `async def f(x):\n    async for v in x:\n${body.replace(/^/gm, '        ')}\n`,
      isLoop,
    );
    expect(earlyExit(loop!.node)).toBe(expected);
  });

  it('whatever stands around it, or in its `else`', () => {
    const around =
      'async def f(x):\n    for i in x:\n        try:\n            async for v in x:\n' +
      '                raise E\n        except E:\n            break\n';
    expect(earlyExit(nodesOf(parser, around, isLoop)[0]!.node)).toBe('jump');
    const below =
      'async def f(x):\n    async for v in x:\n        pass\n    else:\n        return\n';
    expect(earlyExit(nodesOf(parser, below, isLoop)[0]!.node)).toBe(null);
  });
});

it.each([
  ['await g()', false],
  ['while x:\n    await g()', true],
  ['while await g():\n    pass', true],
  ['for i in x:\n    if i:\n        await g()', true],
  ['for i in x:\n    pass\nelse:\n    await g()', false],
])('knows what is repeated: %j', (body, expected) => {
  const [found] = nodesOf(parser, `async def f(x):\n${body.replace(/^/gm, '    ')}\n`, isAwait);
  expect(isRepeated(found!.node)).toBe(expected);
});
