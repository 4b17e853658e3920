import { beforeAll, describe, expect, it } from 'vitest';
import { type Finding, Workspace } from '../../server/src/lint/index.ts';
import { readAssets } from '../support/assets.ts';
import { randomNumbers } from '../support/random.ts';

/** Definitions and uses far apart, so that an edit of one moves findings in others. */
const PROGRAM = `import asyncio
import time
from contextlib import aclosing, asynccontextmanager

verrou = asyncio.Lock()


async def envoyer(texte):
    await asyncio.sleep(0.1)
    return texte


async def flux(n):
    try:
        for i in range(n):
            yield i
    finally:
        await asyncio.sleep(0)


@asynccontextmanager
async def session():
    yield 1


def decoree(f):
    async def interne(*args):
        return await f(*args)

    return interne


@decoree
def lire():
    return 3


class Base:
    async def fermer(self):
        await asyncio.sleep(0)

    def direct(self):
        return envoyer("x")


class Client(Base):
    def __init__(self):
        self.verrou = asyncio.Lock()
        self.autre = Base()

    async def ouvrir(self):
        with self.verrou:
            self.fermer()
        self.autre.fermer()
        self.direct()
        time.sleep(1)


def charger():
    return asyncio.run(envoyer("z"))


class Cache:
    def __enter__(self):
        self.valeur = charger()

    def __exit__(self, *exc):
        pass


async def main():
    client = Client()
    charger()
    with Cache():
        pass
    client.ouvrir()
    envoyer("a")
    lire()
    asyncio.create_task(envoyer("b"))
    tache = asyncio.create_task(envoyer("c"))
    async for x in flux(3):
        if x:
            break
    with session() as s:
        print(s)
    await envoyer("d")
    await envoyer("e")
    for mot in ("f", "g"):
        await envoyer(mot)


asyncio.run(main())
`;

const PIECES = [
  'async ',
  'await ',
  'def f():\n    pass\n',
  '\n',
  '    ',
  '"',
  "'''",
  '(',
  ')',
  ':',
  '#',
  'with ',
  'break\n',
  'return tache\n',
  'await tache\n',
  '@decoree\n',
  'envoyer = 1\n',
  'class Base:\n    pass\n',
  'import time as asyncio\n',
  'self',
  '.',
  ',',
  '=',
  'x',
  'yield 1\n',
  'é',
  '😀',
  '\r\n',
  '\\\n',
];

describe('findings', () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await Workspace.create({
      ...(await readAssets()),
      files: { read: async () => undefined, list: async () => undefined },
      log: (message) => {
        throw new Error(message);
      },
    });
  });

  const shown = (path: string) =>
    workspace.findings(path).map((finding: Finding) => ({
      ...finding,
      path: '',
      related: finding.related.map((place) => ({ ...place, path: '' })),
    }));

  it('say the same after any sequence of edits as on a text opened afresh', () => {
    const seed = 20260101;
    console.log(`edits from seed ${seed}`);
    const random = randomNumbers(seed);
    let text = PROGRAM;
    workspace.setDocument('/edited.py', text);
    let differences = 0;
    let withFindings = 0;
    const events = 3000;
    for (let event = 0; event < events; event++) {
      // Now and then back to a sound program, or everything would end as rubble.
      text = event % 12 === 0 ? PROGRAM : edited(text, random);
      workspace.setDocument('/edited.py', text);
      const fresh = `/fresh${event}.py`;
      workspace.setDocument(fresh, text);
      const expected = shown(fresh);
      if (expected.length > 0) withFindings++;
      try {
        expect(shown('/edited.py')).toEqual(expected);
      } catch (error) {
        differences++;
        if (differences === 1) throw error;
      }
      workspace.closeDocument(fresh);
    }
    expect(withFindings).toBeGreaterThan(events / 2);
    workspace.closeDocument('/edited.py');
  }, 240_000);

  it('judge one chunk again for a character typed in a function of 8,500 lines', () => {
    const text = long(8500);
    workspace.setDocument('/long.py', text);
    workspace.findings('/long.py');
    const at = text.indexOf('total += 1', text.length / 2);
    const before = workspace.counters;
    workspace.setDocument('/long.py', `${text.slice(0, at)}x${text.slice(at)}`);
    workspace.findings('/long.py');
    const after = workspace.counters;
    expect({
      judged: after.judged - before.judged,
      lowered: after.lowered - before.lowered,
    }).toEqual({
      judged: 1,
      lowered: 1,
    });
    workspace.closeDocument('/long.py');
  });

  it('judge again only what named a function whose interface changed', () => {
    const text = `${long(800)}async def utilisee():\n    pass\n\n\nasync def appelante():\n    await utilisee()\n`;
    workspace.setDocument('/interface.py', text);
    expect(workspace.findings('/interface.py')).toEqual([]);
    const before = workspace.counters;
    workspace.setDocument('/interface.py', text.replace('    await utilisee()', '    utilisee()'));
    expect(workspace.findings('/interface.py').map(({ code }) => code)).toEqual(['ATT101']);
    expect(workspace.counters.judged - before.judged).toBe(1);
    workspace.setDocument(
      '/interface.py',
      text
        .replace('async def utilisee', 'def utilisee')
        .replace('    await utilisee()', '    utilisee()'),
    );
    expect(workspace.findings('/interface.py')).toEqual([]);
    // The function itself, and its one caller.
    expect(workspace.counters.judged - before.judged).toBe(3);
    workspace.closeDocument('/interface.py');
  });

  it('see neighbours in a cell, and follow what the functions that they call do', () => {
    const path = '/cells.ipynb';
    const wait = 'import asyncio\nasync def f(n):\n    await asyncio.sleep(n)\n    return n\n';
    const codes = (...cells: string[]) => {
      workspace.setDocument(path, cells);
      return workspace.findings(path).map(({ code }) => code);
    };
    expect(codes(wait, 'await f(1)', 'await f(2)')).toEqual([]);
    expect(codes(wait, 'await f(1)\nawait f(2)')).toEqual(['ATT308']);
    expect(codes(wait, 'await f(1)\nawait f(2)', 'await f(3)')).toEqual(['ATT308']);
    expect(codes(wait, 'await f(1)', 'await f(2)')).toEqual([]);
    const loop = `${wait}async def g():\n    for n in range(3):\n        await f(n)\n`;
    expect(codes(loop)).toEqual(['ATT308']);
    expect(codes(loop.replace('return n', 'inconnu(n)'))).toEqual([]);
    expect(codes(loop)).toEqual(['ATT308']);
    workspace.closeDocument(path);
  });
});

function edited(text: string, random: () => number): string {
  let result = text;
  for (let n = 1 + Math.floor(random() * 3); n > 0; n--) {
    const at = Math.floor(random() * (result.length + 1));
    const removed = random() < 0.5 ? Math.floor(random() * (random() < 0.1 ? 200 : 6)) : 0;
    const added = random() < 0.7 ? PIECES[Math.floor(random() * PIECES.length)]! : '';
    result = result.slice(0, at) + added + result.slice(at + removed);
  }
  return result;
}

function long(lines: number): string {
  let text = 'import asyncio\n\n\n';
  for (let i = 0; text.split('\n', lines + 1).length <= lines; i += 20) {
    for (let j = i; j < i + 20; j++)
      text += `async def travail_${j}(n):\n    total = 0\n    for k in range(n):\n        total += 1\n        await asyncio.sleep(0.01)\n    return total\n\n\n`;
  }
  return text;
}
