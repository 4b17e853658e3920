import { beforeAll, describe, expect, it } from 'vitest';
import { Facts, FileSemantics, keyOf, stdlibDoor } from '../../server/src/semantics/index.ts';
import { type Expr, type PythonParser, walk } from '../../server/src/syntax/index.ts';
import { loadParser } from '../support/parser.ts';

let parser: PythonParser;
beforeAll(async () => {
  parser = await loadParser();
});

const PATH = '/m.py';

/** The kind of the expression of the last statement, its identifiers without the path. */
function kindOfLast(code: string): string {
  const facts = new Facts(stdlibDoor);
  facts.setFile(PATH, { source: parser.parse(code), notebook: false, target: [3, 13] });
  const file = new FileSemantics(facts, PATH);
  let last: Expr | undefined;
  let place: Parameters<FileSemantics['of']>[0] | undefined;
  for (const { chunk } of file.table.source.chunks)
    walk(chunk.body, (node) => {
      if (node.kind !== 'Expr') return;
      last = node.value;
      place = chunk;
    });
  return keyOf(file.of(place!).kindOf(last!)).replaceAll(`${PATH}::`, '');
}

const CASES: Readonly<Record<string, readonly (readonly [code: string, kind: string])[]>> = {
  'what a file defines': [
    ['async def f(): pass\nf()', 'coroutine f[]'],
    ['def f(): print()\nf()', 'none'],
    // What may be there to be overridden says nothing.
    ['def f(): pass\nf()', 'unknown'],
    ['def f(): return 1\nf()', 'instance builtins.int[]'],
    ['async def f(): yield 1\nf()', 'asyncGenerator f[]'],
    ['def f(): yield 1\nf()', 'instance types.GeneratorType[]'],
    ['async def g(): pass\ndef f(): return g()\nf()', 'coroutine g[]'],
    [
      'async def g(): pass\ndef f(x):\n    if x:\n        return g()\nf()',
      'union(coroutine g[] | none)',
    ],
    ['class A: pass\nA()', 'instance A[]'],
    ['f = lambda: 1\nf()', 'unknown'],
    ['def f() -> "A": ...\nclass A: pass\nf()', 'instance A[]'],
    ['async def f() -> int: ...\nasync def g():\n    await f()', 'instance builtins.int[]'],
    ['def f(): return f()\nf()', 'unknown'],
    ['def f(): return g()\ndef g(): return f()\nf()', 'unknown'],
  ],
  'what cannot be read': [
    ['async def f():\n    yield 1 +\n    await g()\nf()', 'unknown'],
    ['async def f():\n    x = 1 +\n    await g()\nf()', 'coroutine f[]'],
    ['def f():\n    if x: return 1 +\n    return 2\nf()', 'unknown'],
    ['class A:\n    def (self): pass\n    async def m(self): pass\nA().m()', 'coroutine A.m[]'],
    ['class A:\n    def (self): pass\nA().m', 'unknown'],
  ],
  imports: [
    ['import asyncio as aio\naio.sleep(1)', 'coroutine asyncio.tasks.sleep[unknown]'],
    ['from asyncio import sleep as s\ns', 'function asyncio.tasks.sleep()'],
    [
      'import concurrent.futures\nconcurrent.futures.ThreadPoolExecutor()',
      'instance concurrent.futures.thread.ThreadPoolExecutor[]',
    ],
    ['import os.path\nos.path', 'module os.path'],
    ['import inconnu\ninconnu.a.b', 'known inconnu.a.b'],
    ['from asyncio import *\ncreate_task', 'function asyncio.tasks.create_task()'],
    [
      'try:\n    import asyncio\nexcept ImportError:\n    asyncio = None\nasyncio',
      'union(module asyncio | none)',
    ],
    ['def f():\n    import time\n    time.sleep', 'function time.sleep()'],
  ],
  'names are what reaches them': [
    ['async def a(): pass\ndef f():\n    x = a()\n    x = 1\n    x', 'instance builtins.int[]'],
    [
      'async def a(): pass\ndef f(c):\n    x = 1\n    if c:\n        x = a()\n    x',
      'union(coroutine a[] | instance builtins.int[])',
    ],
    [
      'async def a(): pass\ndef f():\n    for i in range(3):\n        x = a()\n    x',
      'coroutine a[]',
    ],
    ['def f(x=1):\n    x', 'unknown'],
    ['def f(x: int):\n    x = "a"\n    x', 'instance builtins.str[]'],
    [
      'def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = "a"\n    x',
      'union(instance builtins.int[] | instance builtins.str[])',
    ],
    ['import time\ndef f(time):\n    time.sleep', 'unknown'],
    ['print = 1\nprint', 'instance builtins.int[]'],
    ['def f():\n    if (x := 1) and x:\n        x', 'instance builtins.int[]'],
    ['x = [1, 2]\nfor y in x:\n    y', 'instance builtins.int[]'],
    ['(a, b) = (1, "x")\nb', 'instance builtins.str[]'],
    ['a, *b = 1, 2, 3\nb', 'unknown'],
    ['try:\n    pass\nexcept OSError as e:\n    e', 'unknown'],
  ],
  'methods and attributes': [
    [
      'class A:\n    async def m(self): pass\n    def n(self):\n        self.m()',
      'coroutine A.m[]',
    ],
    ['class A:\n    async def m(self): pass\nclass B(A): pass\nB().m()', 'coroutine A.m[]'],
    [
      'class A:\n    async def m(self): pass\nclass B(A):\n    def n(self):\n        super().m()',
      'coroutine A.m[]',
    ],
    [
      'import asyncio\nclass A:\n    def __init__(self):\n        self.v = asyncio.Lock()\n    def n(self):\n        self.v',
      'instance asyncio.locks.Lock[]',
    ],
    ['class A:\n    v: int\nA().v', 'instance builtins.int[]'],
    ['class A:\n    @property\n    def p(self): return 1\nA().p', 'instance builtins.int[]'],
    ['class A:\n    @classmethod\n    def c(cls): return cls()\nA.c()', 'instance A[]'],
    ['class A:\n    @staticmethod\n    async def s(): pass\nA.s()', 'coroutine A.s[]'],
    [
      'from inconnu import Base\nclass A(Base):\n    async def m(self): pass\nA().m()',
      'coroutine A.m[]',
    ],
    ['from inconnu import Base\nclass A(Base): pass\nA().m()', 'unknown'],
    ['class A:\n    def __new__(cls): return 1\nA()', 'unknown'],
    [
      'class A:\n    t = None\n    def s(self):\n        self.t = 1\nA().t',
      'union(instance builtins.int[] | none)',
    ],
    ['if 1:\n    class A:\n        async def m(self): pass\nA().m()', 'coroutine A.m[]'],
    ['class A:\n    class B:\n        async def m(self): pass\nA.B().m()', 'coroutine A.B.m[]'],
  ],
  decorators: [
    ['import inconnu\n@inconnu.task\nasync def f(): pass\nf()', 'unknown'],
    ['def d(f): return f\n@d\nasync def f(): pass\nf()', 'coroutine f[]'],
    [
      'import functools\ndef d(f):\n    @functools.wraps(f)\n    async def w(*a): pass\n    return w\n@d\ndef f(): pass\nf()',
      'coroutine d.<locals>.w[]',
    ],
    [
      'def d(n):\n    def r(f): return f\n    return r\n@d(3)\nasync def f(): pass\nf()',
      'coroutine f[]',
    ],
    [
      'import functools\n@functools.lru_cache(maxsize=None)\nasync def f(): pass\nf()',
      'coroutine f[]',
    ],
    [
      'from contextlib import asynccontextmanager\n@asynccontextmanager\nasync def f(): yield 1\nf()',
      'instance contextlib._AsyncGeneratorContextManager[]',
    ],
    [
      'from typing import overload\n@overload\ndef f(x: int) -> int: ...\n@overload\ndef f(x: str) -> str: ...\nasync def f(x): pass\nf(1)',
      'coroutine f#2[]',
    ],
  ],
  'the standard library': [
    ['import asyncio\nasyncio.create_task', 'function asyncio.tasks.create_task()'],
    ['import asyncio\nasyncio.get_running_loop()', 'instance asyncio.events.AbstractEventLoop[]'],
    ['import asyncio\nasyncio.Queue().get()', 'coroutine asyncio.queues.Queue.get[unknown]'],
    ['import threading\nthreading.Lock()', 'instance _thread.lock[]'],
    [
      'import functools, asyncio\nfunctools.partial(asyncio.sleep, 1)()',
      'coroutine asyncio.tasks.sleep[unknown]',
    ],
    [
      'async def g(): yield 1\nasync def f():\n    from contextlib import aclosing\n    async with aclosing(g()) as x:\n        x',
      'asyncGenerator g[]',
    ],
    ['open', 'function builtins.open()'],
    ['import io\nio.StringIO().read()', 'instance builtins.str[]'],
  ],
  annotations: [
    [
      'import asyncio\nfrom typing import Optional\ndef f(q: Optional[asyncio.Queue]):\n    q',
      'union(instance asyncio.queues.Queue[] | none)',
    ],
    [
      'import asyncio\ndef f(q: asyncio.Queue | None):\n    q.get()',
      'coroutine asyncio.queues.Queue.get[unknown]',
    ],
    [
      'from typing import Coroutine\ndef f() -> Coroutine[None, None, int]: ...\nf()',
      'coroutine [instance builtins.int[]]',
    ],
    [
      'from typing import Awaitable\ndef f() -> Awaitable[int]: ...\nf()',
      'instance typing.Awaitable[instance builtins.int[]]',
    ],
    ['class A: pass\ndef f(x: "A | None"):\n    x', 'union(instance A[] | none)'],
    [
      'import asyncio\ndef f(x: "asyncio.Queue[int]"):\n    x.get()',
      'coroutine asyncio.queues.Queue.get[instance builtins.int[]]',
    ],
    [
      'from typing import Optional as O\nclass A: pass\ndef f(x: "O[A]"):\n    x',
      'union(instance A[] | none)',
    ],
    ['def f(x: "list[str]"):\n    for y in x:\n        y', 'instance builtins.str[]'],
    ['def f(x: "A B"):\n    x', 'unknown'],
    ['def f(x: "lambda: 1"):\n    x', 'unknown'],
    ['from typing import Any\ndef f(x: Any):\n    x', 'unknown'],
    ['from typing import TypeVar\nT = TypeVar("T")\ndef f(x: T):\n    x', 'unknown'],
    ['def f(x: list[int]):\n    for y in x:\n        y', 'instance builtins.int[]'],
  ],
};

for (const [title, cases] of Object.entries(CASES))
  describe(title, () => {
    it.each(cases)('%s', (code, kind) => {
      expect(kindOfLast(code)).toBe(kind);
    });
  });
