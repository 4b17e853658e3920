/** What a text defines, read line by line: what its tree says, and what its chunks say put together. */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bodyFacts, scopesOf } from '../../server/src/semantics/index.ts';
import {
  type Outline,
  outlineOf,
  type PythonParser,
  type SourceFile,
} from '../../server/src/syntax/index.ts';
import { loadParser } from '../support/parser.ts';
import { pythonMinor } from '../support/python.ts';
import { SOURCES } from './sources.ts';

const shown = (outline: Outline) =>
  Object.fromEntries(
    [...outline].map(([name, { methods, isOther }]) => [name, [methods, isOther]]),
  );

describe('an outline', () => {
  it('has the parameters of coroutine methods, and only tells other definitions from them', () => {
    const code = `x: int = 3
a, b = c = d.e = 4
class A(B):
    z: str
    @abc.abstractmethod
    async def m(self, p: "a,b", /, q=1, *, r: dict[str, int] = {}, **s): ...
    @retry(3)
    async def n(self):
        self.f = other.g[1].h = lambda i=1: i.j
        local = x == y.k
        self.l += 1
        self.attrape = mocker.AsyncMock()
        async def inner(self): ...
    async def o(self,
                *args, # ,
                **kw): return (yield)
    if x:
        async def m(self): ...
async def g(): ...
`;
    expect(shown(outlineOf(code))).toEqual({
      ...Object.fromEntries('x a b c e A z n f h l o'.split(' ').map((name) => [name, [[], true]])),
      m: [[['p', '/', 'q=', '*', 'r=', '**s'], []], false],
      inner: [[], false],
      g: [[], false],
    });
  });

  it('of a member knows its class', () => {
    expect(shown(outlineOf('    async def f(self, a): ...\n', true))).toEqual({
      f: [[['a']], false],
    });
  });
});

describe('on real code', () => {
  let parser: PythonParser;
  const texts = Object.values(SOURCES);
  beforeAll(async () => {
    parser = await loadParser();
    if (pythonMinor !== undefined) texts.push(...standardLibrary());
  });

  it('is what its chunks say, put together', () => {
    for (const text of texts) expect(shown(outlineOf(text))).toEqual(byChunks(parser.parse(text)));
  });

  it('takes nothing for a coroutine function that the tree does not', () => {
    let methods = 0;
    for (const text of texts) {
      const outline = outlineOf(text);
      for (const { chunk } of parser.parse(text).chunks)
        for (const node of scopesOf(chunk).definitions) {
          const { isOther, methods: found } = outline.get(node.name)!;
          const isCoroutine =
            node.kind === 'AsyncFunctionDef' &&
            node.decorator_list.length === 0 &&
            bodyFacts(node).yields.length === 0;
          if (isCoroutine && found.length > 0) methods++;
          if (node.kind !== 'AsyncFunctionDef' || bodyFacts(node).yields.length > 0)
            expect(`${node.name} ${isOther}`).toBe(`${node.name} true`);
        }
    }
    if (pythonMinor !== undefined) expect(methods).toBeGreaterThan(100);
  });
});

function byChunks({ chunks }: SourceFile) {
  const all: Record<string, [unknown[], boolean]> = {};
  for (const { chunk } of chunks)
    for (const [name, { methods, isOther }] of outlineOf(chunk.text, chunk.role === 'member')) {
      const [others, wasOther] = all[name] ?? [[], false];
      all[name] = [[...others, ...methods], wasOther || isOther];
    }
  return all;
}

/** Its asynchronous parts, and their tests. */
function standardLibrary(): string[] {
  const script = 'import os; print(os.path.dirname(os.__file__))';
  const folder = execFileSync('python3', ['-c', script], { encoding: 'utf8' }).trim();
  return ['asyncio', 'test/test_asyncio', 'unittest', 'concurrent/futures', 'test'].flatMap(
    (inner) =>
      readdirSync(join(folder, inner))
        .filter((name) => /^(?!bad).*(?:async|corou|contextlib|^[a-s]).*\.py$/.test(name))
        .slice(0, 60)
        .map((name) => readFileSync(join(folder, inner, name), 'utf8')),
  );
}
