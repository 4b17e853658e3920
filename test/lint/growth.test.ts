import { beforeAll, expect, test } from 'vitest';
import { Workspace } from '../../server/src/lint/index.ts';
import { readAssets } from '../support/assets.ts';

/** Twice the text may take three times as long, on a busy machine; four times would be its square. */
const MOST = 3;
const TRIES = 8;
/** Enough to measure, in milliseconds. */
const LEAST = 300;

let workspace: Workspace;

beforeAll(async () => {
  workspace = await Workspace.create({
    ...readAssets(),
    files: { read: async () => undefined, list: async () => undefined },
    log: (message) => {
      throw new Error(message);
    },
  });
  workspace.setOverrides({ select: ['ALL'] });
});

const many = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('');
const inFunction = (line: (i: number) => string) => (count: number) =>
  `import asyncio\n\n\nasync def f(a, b):\n    b = b or a\n${many(count, line)}`;

/** What programs write, and sometimes people. */
const SHAPES: Readonly<Record<string, readonly [count: number, text: (count: number) => string]>> =
  {
    'calls of a library': [1000, inFunction((i) => `    await asyncio.sleep(${i})\n`)],
    'objects under the same names': [
      400,
      inFunction((i) => `    n = a.Node(\n        Id=${i},\n    )\n    a.add(n)\n    b.see(n)\n`),
    ],
    'results under the same name': [1500, inFunction((i) => `    x = await a.get(b, ${i})\n`)],
    'results under names of their own': [1500, inFunction((i) => `    x${i} = a.get(b, ${i})\n`)],
    'tests of one variable': [
      800,
      inFunction((i) => `    if b is not None:\n        b = await b.next(${i})\n`),
    ],
    'an attribute set again and again': [
      800,
      inFunction((i) => `    a.x = a.get(${i})\n    await a.x\n`),
    ],
    'waits with a limit': [
      300,
      inFunction(
        (i) =>
          `    try:\n        await asyncio.wait_for(a.get(), ${i})\n    except TimeoutError:\n        pass\n`,
      ),
    ],
    'mistakes that are told': [400, inFunction(() => '    f(a, b)\n')],
    'a block at the top': [1500, (n) => `if x:\n${many(n, (i) => `    y = get(x, ${i})\n`)}`],
    'one literal': [8000, (n) => `X = {\n${many(n, (i) => `    "k${i}": ("v", ${i}),\n`)}}\n`],
    functions: [
      1000,
      (n) => many(n, (i) => `async def f${i}(a):\n    return await f${(i + 1) % n}(a)\n\n\n`),
    ],
    'the methods of a class': [
      700,
      (n) =>
        `class A:\n${many(n, (i) => `    async def m${i}(self, a):\n        self.x${i} = await self.m${(i + 1) % n}(a)\n\n`)}`,
    ],
  };

/** The milliseconds of processor that a text takes from nothing to its findings. */
function timed(text: string): number {
  const path = '/p/growth.py';
  const start = process.cpuUsage();
  workspace.setDocument(path, text);
  workspace.findings(path);
  const { user, system } = process.cpuUsage(start);
  workspace.closeDocument(path);
  return (user + system) / 1000;
}

for (const [name, [least, text]] of Object.entries(SHAPES))
  test(`${name}: twice as many take about twice as long`, { timeout: 120_000 }, () => {
    let count = least;
    timed(text(count));
    while (timed(text(count)) < LEAST) count *= 2;
    // The least of several: what else the machine does only ever adds.
    const once = text(count);
    const twice = text(2 * count);
    let short = Number.POSITIVE_INFINITY;
    let long = Number.POSITIVE_INFINITY;
    for (let i = 0; i < TRIES; i++) {
      short = Math.min(short, timed(once));
      long = Math.min(long, timed(twice));
      if (long / short < MOST) break;
    }
    expect(long / short).toBeLessThan(MOST);
  });
