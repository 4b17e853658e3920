import { beforeAll, expect, it } from 'vitest';
import { shortName } from '../../server/src/semantics/index.ts';
import type { FunctionDef, Node, PythonParser } from '../../server/src/syntax/index.ts';
import { loadParser } from '../support/parser.ts';
import { nodesOf } from '../support/semantics.ts';

let parser: PythonParser;
beforeAll(async () => {
  parser = await loadParser();
});

const isF = (node: Node): node is FunctionDef => node.kind === 'FunctionDef' && node.name === 'f';

const HEAD = 'import asyncio, functools, threading\nfrom concurrent.futures import *\n';

/** How the function `f` comes to run in a thread: « main: to_thread g f ». */
function wayTo(code: string): string | undefined {
  const [found] = nodesOf(parser, `${HEAD}${code}\n`, isF);
  const { node, semantics } = found!;
  const way = semantics.inThread(semantics.idOf(node)!);
  if (way === undefined) return undefined;
  const from = way.from === null ? '' : `${shortName(way.from)}: `;
  return `${from}${way.by.split('.').at(-1)} ${way.through.map(shortName).join(' ')}`;
}

const F = 'def f(x=0): pass\n';
const main = (body: string) => `async def main():\n${body.replace(/^/gm, '    ')}`;

it.each([
  [`${F}threading.Thread(target=f).start()`, 'Thread f'],
  [`${F}threading.Timer(1, f).start()`, 'Timer f'],
  [F + main('await asyncio.to_thread(f, 1)'), 'main: to_thread f'],
  [F + main('await asyncio.to_thread(functools.partial(f, 1))'), 'main: to_thread f'],
  [F + main('await asyncio.to_thread(lambda: f(1))'), 'main: to_thread f'],
  [F + main('asyncio.get_running_loop().run_in_executor(None, f)'), 'main: run_in_executor f'],
  [`${F}with ThreadPoolExecutor() as e: e.submit(f)`, 'submit f'],
  [`${F}with ThreadPoolExecutor() as e: e.map(f, [1])`, 'map f'],
  [main('def f(): pass\nthreading.Thread(target=f).start()'), 'main: Thread f'],
  [
    'class T(threading.Thread):\n    def run(self): self.f()\n    def f(self): pass',
    'Thread run f',
  ],
  // Helpers, as long as only threads call them; recursion changes nothing.
  [`${F}def g(): f()\nthreading.Thread(target=g)`, 'Thread g f'],
  [`def f(): f()\ndef g(): h()\ndef h(): f(); g()\nthreading.Thread(target=g)`, 'Thread g h f'],
  [`${F}def g(): f()\nthreading.Thread(target=g)\ng()`, undefined],
  [`${F}def g(): f()\nthreading.Thread(target=g)\n${main('f()')}`, undefined],
  [`${F}def g(): f()\nthreading.Thread(target=g)\nkept = f`, undefined],
  // Both.
  [`${F}threading.Thread(target=f)\nf()`, undefined],
  [F + main('await asyncio.to_thread(f)\nasyncio.get_running_loop().call_soon(f)'), undefined],
  // In a process, or who knows where.
  [`${F}with ProcessPoolExecutor() as e: e.submit(f)`, undefined],
  [`${F}def g(e): e.submit(f)`, undefined],
  [F + main('asyncio.get_running_loop().run_in_executor(pool, f)'), undefined],
  // A coroutine, a generator, nobody.
  ['def f(): yield\nthreading.Thread(target=f)', undefined],
  [F, undefined],
  // A loop of its own, however far.
  ['def f(): asyncio.run(g())\nthreading.Thread(target=f)', undefined],
  [
    `${F}def g(): f(); h()\ndef h(): asyncio.new_event_loop()\nthreading.Thread(target=g)`,
    undefined,
  ],
])('%j', (code, expected) => {
  expect(wayTo(code)).toBe(expected);
});

it('knows what the thread is given, where all who hand over agree', () => {
  const code = `${HEAD}def f(a, b): pass\nthreading.Thread(target=f, args=(asyncio.Event(), 1))\nthreading.Thread(target=f, args=(asyncio.Event(), ''))\n`;
  const [{ node, semantics }] = nodesOf(parser, code, isF) as [
    ReturnType<typeof nodesOf<FunctionDef>>[0],
  ];
  const given = semantics.inThread(semantics.idOf(node)!)!.given;
  expect(given[0]).toMatchObject({ k: 'instance', cls: 'asyncio.locks.Event' });
  expect(given[1]).toMatchObject({ k: 'union' });
});
