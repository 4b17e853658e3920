import { beforeAll, describe, expect, it } from 'vitest';
import { Facts, FileSemantics, keyOf, projectDoor } from '../../server/src/semantics/index.ts';
import { type Expr, type PythonParser, walk } from '../../server/src/syntax/index.ts';
import { loadParser } from '../support/parser.ts';

let parser: PythonParser;
beforeAll(async () => {
  parser = await loadParser();
});

const PATH = '/m.py';

/** The kind of the expression of the last statement, its identifiers without the path. */
function kindOfLast(code: string): string {
  const facts = new Facts(projectDoor);
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
    ['import asyncio as aio\naio.sleep(1)', 'coroutine asyncio.tasks.sleep[none]'],
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
  'types and their names': [
    ['R = list[int]\ndef f() -> R: ...\nf()', 'instance builtins.list[instance builtins.int[]]'],
    ['class A: pass\nR = A | None\ndef f() -> R: ...\nf()', 'union(instance A[] | none)'],
    [
      'from typing import Optional\nclass A: pass\nR = Optional["A"]\ndef f(x: R): x',
      'union(instance A[] | none)',
    ],
    [
      'from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from typing import Any, Coroutine, TypeVar\n    T = TypeVar("T")\n    R = Coroutine[Any, Any, T]\ndef f() -> R[int]: ...\nf()',
      'coroutine [unknown]',
    ],
    [
      'from typing import TypeAlias\nclass A: pass\nR: TypeAlias = list["A"]\ndef f(x: R): x',
      'instance builtins.list[instance A[]]',
    ],
    [
      'type R = list[int]\ndef f() -> R: ...\nf()',
      'instance builtins.list[instance builtins.int[]]',
    ],
    [
      'import asyncio\nasyncio.Queue[int]()',
      'instance asyncio.queues.Queue[instance builtins.int[]]',
    ],
    ['import enum\nclass C(enum.Enum):\n    A = 1\nC["A"]', 'unknown'],
    ['from typing import Type, TypeVar\nT = TypeVar("T")\ndef f(x: Type[T]): x', 'unknown'],
    ['1 | 2', 'unknown'],
  ],
  'what a class says of itself': [
    ['class A[T]:\n    async def m(self): pass\nclass B(A[int]): pass\nB().m()', 'coroutine A.m[]'],
    ['from typing import Self\nclass A:\n    def m(self) -> Self: ...\nA().m()', 'instance A[]'],
    [
      'from typing import TypeVar\nT = TypeVar("T")\nclass A:\n    async def m(self): pass\n    async def n(self: T) -> T:\n        self.m()',
      'coroutine A.m[]',
    ],
    ['class A:\n    def __new__(cls) -> "A": ...\nclass B(A): pass\nA()', 'instance A[]'],
    ['class A:\n    def __new__(cls): return 1\nA()', 'instance builtins.int[]'],
    ['class A:\n    def __new__(cls, x): return x\nA(1)', 'unknown'],
    ['class M(type): pass\nclass A(metaclass=M): pass\nA()', 'instance A[]'],
    ['class M(type):\n    def __call__(cls): ...\nclass A(metaclass=M): pass\nA()', 'unknown'],
    ['class A(metaclass=M): pass\nA()', 'unknown'],
    [
      'class C: pass\nclass A:\n    c: C | None\nclass B(A):\n    def __init__(self): self.c = None\nB().c',
      'union(instance C[] | none)',
    ],
    ['class A:\n    def __init__(self): self.c = None\nA().c', 'none'],
  ],
  'what a loop goes through': [
    [
      'from typing import Sequence\ndef f(xs: Sequence[int]):\n    for x in xs: x',
      'instance builtins.int[]',
    ],
    ['def f(xs: list[int] | None):\n    for x in xs: x', 'instance builtins.int[]'],
    ['def f(xs: dict[str, int]):\n    for x in xs.values(): x', 'instance builtins.int[]'],
    ['class A: pass\ndef f(xs: dict[str, A]):\n    for x in xs.values(): x', 'instance A[]'],
    ['async def g(): pass\nfor x in [g()]: x', 'coroutine g[]'],
    ['def f(xs: dict[str, int]):\n    for k, x in xs.items(): x', 'instance builtins.int[]'],
    ['def f(xs: dict[str, int]):\n    for x in xs: x', 'instance builtins.str[]'],
    ['def f(xs: list[int]):\n    for i, x in enumerate(xs): x', 'unknown'],
    [
      'class A:\n    def __iter__(self): return self\n    def __next__(self): return 1\nfor x in A(): x',
      'instance builtins.int[]',
    ],
    [
      'from typing import AsyncIterator\nasync def f(xs: AsyncIterator[int]):\n    async for x in xs: x',
      'instance builtins.int[]',
    ],
    [
      'class A:\n    def __aiter__(self): return self\n    async def __anext__(self): return 1\nasync def f():\n    async for x in A(): x',
      'instance builtins.int[]',
    ],
    ['for x in 1: x', 'unknown'],
  ],
  'the standard library': [
    ['import asyncio\nasyncio.create_task', 'function asyncio.tasks.create_task()'],
    ['import asyncio\nasyncio.get_running_loop()', 'instance asyncio.events.AbstractEventLoop[]'],
    ['import asyncio\nasyncio.Queue().get()', 'coroutine asyncio.queues.Queue.get[unknown]'],
    ['class A: pass\ndef f(d: dict[str, A]):\n    d.pop("a")', 'instance A[]'],
    ['class A: pass\ndef f(d: dict[str, A]):\n    d.get("a")', 'union(instance A[] | none)'],
    ['class A: pass\ndef f(d: dict[str, A], x):\n    d.get("a", x)', 'unknown'],
    ['class A: pass\ndef f(d: dict[str, A], x):\n    d.get(*x)', 'unknown'],
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
