import { beforeAll, describe, expect, it } from 'vitest';
import { Flow, type FlowPoint } from '../../server/src/semantics/index.ts';
import {
  type For,
  type FunctionDef,
  type PythonParser,
  walk,
} from '../../server/src/syntax/index.ts';
import { loadParser } from '../support/parser.ts';

let parser: PythonParser;
beforeAll(async () => {
  parser = await loadParser();
});

/** The flow of a function's body, whose statements `a()`, `b()` … are found by their names. */
function flowOf(body: string) {
  const source = `async def f():\n${body.replace(/^/gm, '    ')}\n`;
  const fn = parser.parse(source).chunks[0]!.chunk.body[0] as FunctionDef;
  const flow = Flow.of(fn.body)!;
  const points = new Map<string, FlowPoint>();
  const loops: For[] = [];
  walk(fn.body, (node) => {
    if (node.kind === 'For') loops.push(node);
    if (node.kind === 'Expr' && node.value.kind === 'Call' && node.value.func.kind === 'Name')
      points.set(node.value.func.id, node);
  });
  const names = (found: Iterable<FlowPoint>) => {
    const set = new Set(found);
    return [...points]
      .filter(([, point]) => set.has(point))
      .map(([name]) => name)
      .sort()
      .join('');
  };
  return {
    flow,
    after: (name: string, stop = '') =>
      names(flow.after(points.get(name)!, (point) => stop !== '' && point === points.get(stop))),
    before: (name: string) => names(flow.before(points.get(name)!)),
    canAvoid: (from: string, met: string) =>
      flow.canAvoid(points.get(from)!, (point) => point === points.get(met)),
    /** Of the first loop. */
    exits: () => {
      const { jumps, exposed } = flow.exitsOf(loops[0]!);
      return { jumps: [...jumps].map(({ kind }) => kind), exposed: names(exposed) };
    },
    reachable: (name: string) => flow.isReachable(points.get(name)!),
  };
}

describe('what can follow', () => {
  it.each([
    ['a()\nb()', 'a', 'b'],
    ['if x:\n    a()\nelse:\n    b()\nc()', 'a', 'c'],
    ['while x:\n    a()\n    b()\nc()', 'a', 'abc'],
    ['for x in y:\n    a()\n    continue\n    b()\nelse:\n    c()\nd()', 'a', 'acd'],
    ['for x in y:\n    a()\n    break\nelse:\n    c()\nd()', 'a', 'd'],
    ['while True:\n    a()\nb()', 'a', 'a'],
    ['a()\nfor x in y:\n    return\nb()', 'a', 'b'],
    ['a()\nfor x in (1, 2):\n    return\nb()', 'a', ''],
    ['a()\nfor x in (*y, *{**z}):\n    return\nb()', 'a', 'b'],
    ['a()\nfor x in {**z, 1: 2}:\n    b()\n    break\nelse:\n    c()\nd()', 'a', 'bd'],
    ['a()\nfor x in [0]:\n    try:\n        continue\n    finally:\n        b()\nc()', 'a', 'bc'],
    ['a()\nfor x in range(0):\n    return\nb()', 'a', 'b'],
    ['a()\nfor x in range(3):\n    return\nb()', 'a', ''],
    ['while True:\n    a()\n    if x:\n        break\nb()', 'a', 'ab'],
    ['a()\nreturn\nb()', 'a', ''],
    ['try:\n    a()\nexcept E:\n    b()\nelse:\n    c()\nd()', 'a', 'bcd'],
    ['try:\n    a()\n    return\nfinally:\n    b()\nc()', 'a', 'bc'],
    ['try:\n    a()\n    raise E\nexcept E:\n    b()\nc()', 'a', 'bc'],
    ['a()\nraise E\nb()', 'a', ''],
    ['with suppress(E):\n    a()\n    raise E\nb()', 'a', 'b'],
    ['with x:\n    a()\n    raise E\nb()', 'a', ''],
    ['match x:\n    case 1:\n        a()\n    case _:\n        b()\nc()', 'a', 'c'],
    [
      'for x in y:\n    try:\n        a()\n        break\n    finally:\n        b()\nc()',
      'a',
      'abc',
    ],
  ])('%j', (body, from, expected) => {
    expect(flowOf(body).after(from)).toBe(expected);
  });
});

it('stops where it is told to', () => {
  expect(flowOf('a()\nb()\nc()').after('a', 'b')).toBe('b');
});

it('goes backwards', () => {
  expect(flowOf('a()\nif x:\n    b()\nc()').before('c')).toBe('ab');
});

it('knows what every path meets', () => {
  expect(flowOf('a()\nif x:\n    return\nb()').canAvoid('a', 'b')).toBe(true);
  expect(flowOf('a()\nif x:\n    pass\nb()').canAvoid('a', 'b')).toBe(false);
});

it('knows what never runs', () => {
  const { reachable, flow } = flowOf('return\na()');
  expect([reachable('a'), flow.fallsThrough]).toEqual([false, false]);
  expect(flowOf('if TYPE_CHECKING:\n    a()\nb()').reachable('a')).toBe(false);
  expect(flowOf('if False and x:\n    a()\nb()').reachable('a')).toBe(false);
  expect(flowOf('if x or True:\n    return\na()').reachable('a')).toBe(false);
  expect(flowOf('if True and x:\n    return\na()').reachable('a')).toBe(true);
  expect(flowOf('while True:\n    pass\na()').reachable('a')).toBe(false);
  expect(flowOf('if x:\n    return\na()').flow.fallsThrough).toBe(true);
});

it('knows how a loop may be left', () => {
  const { exits } = flowOf(
    'for x in y:\n    a()\n    try:\n        b()\n        if x:\n            break\n    except E:\n        c()\n' +
      '    for z in x:\n        d()\n        break\nelse:\n    e()\n',
  );
  expect(exits()).toEqual({ jumps: ['Break'], exposed: 'acd' });
  // What catches around the loop is outside.
  const { exits: inTry } = flowOf('try:\n    for x in y:\n        a()\nexcept E:\n    b()');
  expect(inTry()).toEqual({ jumps: [], exposed: 'a' });
});

it('survives a chain of ten thousand `elif`, and gives up on absurd nesting', () => {
  const chain = `if x:\n    a()\n${'elif x:\n    pass\n'.repeat(10_000)}b()`;
  expect(flowOf(chain).after('a')).toBe('b');
  const nested = Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}if x:`).join('\n');
  const source = `def f():\n${`${nested}\n${' '.repeat(300)}pass`.replace(/^/gm, ' ')}\n`;
  const fn = parser.parse(source).chunks[0]!.chunk.body[0] as FunctionDef;
  expect(Flow.of(fn.body)).toBeUndefined();
});
