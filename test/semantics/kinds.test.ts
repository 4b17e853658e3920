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
  'what a server of streams gives its handler': [
    [
      'import asyncio\nasync def h(r, w):\n    w\nasyncio.start_server(h)',
      'coroutine asyncio.streams.start_server[instance asyncio.base_events.Server[]]',
    ],
    [
      'import asyncio\nasyncio.start_server(h)\nasync def h(r, w):\n    w',
      'instance asyncio.streams.StreamWriter[]',
    ],
    ['import asyncio\nasync def h(r, w):\n    r', 'unknown'],
    [
      'from asyncio import start_unix_server\nstart_unix_server(client_connected_cb=h)\nasync def h(r, w):\n    r',
      'instance asyncio.streams.StreamReader[]',
    ],
    [
      'import asyncio\nclass C:\n    async def go(self):\n        await asyncio.start_server(self.h)\n    async def h(self, r, w):\n        r',
      'instance asyncio.streams.StreamReader[]',
    ],
    ['import other\nother.start_server(h)\nasync def h(r, w):\n    r', 'unknown'],
  ],
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
    ['f = lambda: 1\nf()', 'instance builtins.int[]'],
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
      'class A: pass\nclass B:\n    def __init__(self): self.a = A()\n    def m(self):\n        a, self.a = self.a, None\n        a',
      'union(instance A[] | none)',
    ],
    [
      'class A: pass\nclass B:\n    def __init__(self): self.a = A()\n    def m(self):\n        del self.a\nB().a',
      'instance A[]',
    ],
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
    [
      'from typing import Awaitable, Callable\ndef d(f: Callable[..., int]) -> Callable[..., Awaitable[int]]:\n    return make(f)\n@d\ndef f(): ...\nf()',
      'instance typing.Awaitable[instance builtins.int[]]',
    ],
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
      'instance contextlib._AsyncGeneratorContextManager[instance builtins.int[]]',
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
      'coroutine [instance builtins.int[]]',
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
    ['def f(xs: list[int]):\n    for i, x in enumerate(xs): x', 'instance builtins.int[]'],
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
  'the type arguments of classes': [
    [
      'from typing import Generic, TypeVar\nT = TypeVar("T")\nclass A: pass\nclass B(Generic[T]):\n    x: T\nclass C(B[A]): pass\nC().x',
      'instance A[]',
    ],
    [
      'from typing import Generic, TypeVar\nT = TypeVar("T")\nclass A: pass\nclass B(Generic[T]):\n    def m(self) -> T: ...\nclass C(B[T]): pass\nclass D(C["A"]): pass\nD().m()',
      'instance A[]',
    ],
    [
      'class A: pass\nclass B[T]:\n    def __init__(self, x: T): self._x = x\n    def m(self): return self._x\nclass C(B[A]): pass\nC().m()',
      'instance A[]',
    ],
    [
      'class A: pass\nclass B[T]:\n    def m(self) -> list[T]: ...\ndef f(b: B[A]):\n    for x in b.m(): x',
      'instance A[]',
    ],
    [
      'class A: pass\nclass B[T]:\n    async def m(self) -> T: ...\nasync def f(b: "B[A]"):\n    await b.m()',
      'instance A[]',
    ],
    ['class A: pass\nclass B[T]:\n    x: T\nB[A]().x', 'instance A[]'],
    [
      'class A: pass\nclass B[T]:\n    def __init__(self, x: T): ...\n    def m(self) -> T: ...\nB(A()).m()',
      'instance A[]',
    ],
    ['class B[T]:\n    def m(self) -> T: ...\nB().m()', 'unknown'],
    ['class B[T]:\n    def m(self, x: T): x', 'unknown'],
    ['class A: pass\nclass B[T: A]:\n    def m(self, x: T): x', 'instance A[]'],
    [
      'from typing import TypeVar\nclass A: pass\nT = TypeVar("T", bound="A")\ndef f(x: T): x',
      'instance A[]',
    ],
    [
      'import asyncio\nclass A: pass\nclass Q(asyncio.Queue[A]): pass\nasync def f(q: Q):\n    await q.get()',
      'instance A[]',
    ],
    ['class A: pass\nclass D(dict[str, A]): pass\nfor x in D().values(): x', 'instance A[]'],
    [
      'class A: pass\nclass B[K, V]:\n    def m(self) -> V: ...\nclass C[V](B[str, V]): pass\ndef f(c: C[A]):\n    c.m()',
      'instance A[]',
    ],
  ],
  'what arguments tell': [
    [
      'from typing import TypeVar\nT = TypeVar("T")\nclass A: pass\ndef first(xs: list[T]) -> T: ...\nfirst([A()])',
      'instance A[]',
    ],
    ['def first[T](xs: list[T]) -> T: ...\ndef f(x): first([x])', 'unknown'],
    ['def first[T](*, xs: list[T]) -> T: ...\nfirst(xs=[1])', 'instance builtins.int[]'],
    [
      'from typing import Callable\nasync def g() -> int: ...\ndef run[T](f: Callable[[], T]) -> T: ...\nrun(g)',
      'coroutine g[]',
    ],
    [
      'from typing import Awaitable, Callable\nasync def g() -> int: ...\nasync def run[T](f: Callable[[], Awaitable[T]]) -> T: ...\nasync def h():\n    await run(g)',
      'instance builtins.int[]',
    ],
    ['class A: pass\ndef make[T](cls: type[T]) -> T: ...\nmake(A)', 'instance A[]'],
    [
      'import asyncio\nasync def f():\n    r, w = await asyncio.wait_for(asyncio.open_connection(), 1)\n    w',
      'instance asyncio.streams.StreamWriter[]',
    ],
    ['from typing import cast\nclass A: pass\ndef f(x):\n    cast(A, x)', 'instance A[]'],
    ['from typing import cast\ndef f(x):\n    cast("A", x)\nclass A: pass', 'instance A[]'],
    ['class A: pass\nnext(iter([A()]))', 'instance A[]'],
    ['class A: pass\nnext(iter([A()]), None)', 'union(instance A[] | none)'],
    [
      'import itertools\nclass A: pass\ndef f(a: list[A], b: set[A]):\n    for x in itertools.chain(a, b): x',
      'instance A[]',
    ],
    ['class A: pass\ndef f(a: set[A]):\n    for x in tuple(a): x', 'instance A[]'],
    ['class A: pass\ndef f(a: dict[str, A]):\n    for x in list(a.values()): x', 'instance A[]'],
    ['class A: pass\ndef f(a: set[A]):\n    for x in sorted(a, key=id): x', 'instance A[]'],
    [
      'import asyncio\nasync def a() -> int: ...\nasync def b() -> str: ...\nasync def f():\n    x, y = await asyncio.gather(a(), b())\n    y',
      'instance builtins.str[]',
    ],
    [
      'import asyncio\nasync def a() -> int: ...\nasync def f(n):\n    for x in await asyncio.gather(*[a() for _ in n]): x',
      'instance builtins.int[]',
    ],
    [
      'import asyncio\nasync def a() -> int: ...\nasync def f():\n    await asyncio.create_task(a())',
      'instance builtins.int[]',
    ],
    [
      'import asyncio\nclass A: pass\ndef make() -> A: ...\nasync def f():\n    await asyncio.to_thread(make)',
      'instance A[]',
    ],
    ['from contextlib import closing\nclass A: pass\nwith closing(A()) as x: x', 'instance A[]'],
    [
      'from contextlib import AsyncExitStack\nclass A:\n    async def __aenter__(self) -> "A": ...\n    async def __aexit__(self, *a): ...\nasync def f(s: AsyncExitStack):\n    await s.enter_async_context(A())',
      'instance A[]',
    ],
  ],
  'what containers hold': [
    ['class A: pass\nd = {"a": A()}\nd["a"]', 'instance A[]'],
    ['async def f(): pass\nd = {"a": f}\nd["a"]()', 'coroutine f[]'],
    [
      'async def f(): pass\ndef g(): pass\nd = {"a": f, "b": print}\nd["a"]()',
      'union(coroutine f[] | none)',
    ],
    [
      'import asyncio\ndef f(d: dict[str, asyncio.Task]):\n    for t in d.values(): t',
      'instance _asyncio.Task[]',
    ],
    [
      'class A: pass\ndef f(d: dict[str, list[A]]):\n    for k, v in d.items():\n        v[0]',
      'instance A[]',
    ],
    [
      'from collections import deque\nclass A: pass\ndef f(d: deque[A]):\n    d.popleft()',
      'instance A[]',
    ],
    ['from typing import List\nclass A: pass\ndef f(d: List[A]):\n    d[1:][0]', 'instance A[]'],
    [
      'from collections import defaultdict\nclass A: pass\ndef f(d: defaultdict[str, set[A]]):\n    for x in d["k"]: x',
      'instance A[]',
    ],
    ['class A: pass\ndef f(t: tuple[A, ...]):\n    t[3]', 'instance A[]'],
    ['class A: pass\ndef f(t: tuple[int, A]):\n    t[-1]', 'instance A[]'],
    ['class A: pass\ndef f(t: tuple[A, ...]):\n    a, b = t\n    b', 'instance A[]'],
    ['class A: pass\ndef two() -> tuple[int, A]: ...\na, b = two()\nb', 'instance A[]'],
    [
      'import asyncio\nasync def f(ts: set[asyncio.Task[int]]):\n    done, pending = await asyncio.wait(ts)\n    for t in pending: t',
      'instance _asyncio.Task[instance builtins.int[]]',
    ],
    [
      'import asyncio\nasync def f(ts):\n    done, pending = await asyncio.wait(ts)\n    pending.pop()',
      'instance _asyncio.Future[unknown]',
    ],
    ['class A: pass\nfor i, x in enumerate([A()]): x', 'instance A[]'],
    ['class A: pass\nfor i, x in zip([1], [A()]): x', 'instance A[]'],
    ['class A: pass\nfor x in reversed([A()]): x', 'instance A[]'],
    ['class A: pass\n{k: A() for k in "ab"}["a"]', 'instance A[]'],
    ['class A: pass\n[*[A()], A()][0]', 'instance A[]'],
    [
      'class A: pass\nclass B:\n    def __init__(self): self.xs = []\n    def m(self, xs: list[A]): self.xs = xs\nfor x in B().xs: x',
      'instance A[]',
    ],
    [
      'class B:\n    def __init__(self): self.xs = []\n    def m(self, xs): self.xs = xs\nB().xs',
      'unknown',
    ],
    ['x = []\nx', 'instance builtins.list[unknown]'],
    ['for x in []: x', 'unknown'],
    ['{}["a"]', 'unknown'],
    ['d = {"a": 1, **e}\nd["a"]', 'unknown'],
    [
      'from typing import NamedTuple\nclass A: pass\nclass P(NamedTuple):\n    n: int\n    a: A\nn, a = P(1, A())\na',
      'instance A[]',
    ],
    [
      'from typing import NamedTuple\nclass A: pass\nclass P(NamedTuple):\n    n: int\n    a: A\nP(1, A())[1]',
      'instance A[]',
    ],
  ],
  overloads: [
    [
      'from typing import overload\nclass A:\n    @overload\n    def m(self, x: int) -> int: ...\n    @overload\n    def m(self, x: int, y: str) -> str: ...\n    def m(self, x, y=None): ...\nA().m(1, "a")',
      'instance builtins.str[]',
    ],
    [
      'from typing import overload\nclass A:\n    @overload\n    async def m(self, x: int) -> int: ...\n    @overload\n    def m(self, x: int, *, y: str) -> str: ...\n    def m(self, x, *, y=None): ...\nA().m(1)',
      'coroutine A.m[instance builtins.int[]]',
    ],
    [
      'from typing import overload\nclass A:\n    @overload\n    async def m(self, x: int) -> int: ...\n    @overload\n    def m(self, x: str) -> str: ...\n    def m(self, x): ...\ndef f(x):\n    A().m(x)',
      'union(coroutine A.m[instance builtins.int[]] | instance builtins.str[])',
    ],
    [
      'from typing import Protocol, overload\nclass A(Protocol):\n    @overload\n    async def m(self, x: int) -> int: ...\n    @overload\n    async def m(self, x: str) -> int: ...\ndef f(a: A):\n    a.m(1)',
      'coroutine A.m#1[instance builtins.int[]]',
    ],
    [
      'from typing import overload\nclass A: pass\n@overload\ndef f[T](x: list[T]) -> T: ...\n@overload\ndef f(x: int) -> int: ...\ndef f(x): ...\nf([A()])',
      'instance A[]',
    ],
    [
      'from typing import AsyncIterable, Coroutine, Generator, Iterable, overload\n@overload\ndef f[T](x: AsyncIterable[T]) -> Coroutine[None, None, T]: ...\n@overload\ndef f[T](x: Iterable[T]) -> T: ...\ndef f(x): ...\ndef g() -> Generator[int, None, None]:\n    yield 1\nf(g())',
      'union(coroutine [unknown] | instance builtins.int[])',
    ],
  ],
  'context managers and generators': [
    ['class A:\n    def __enter__(self): return self\nwith A() as x: x', 'instance A[]'],
    [
      'from typing import Self\nclass A:\n    async def __aenter__(self) -> Self: ...\nclass B(A): pass\nasync def f():\n    async with B() as x: x',
      'instance B[]',
    ],
    [
      'from typing import TypeVar\nT = TypeVar("T")\nclass A:\n    def m(self: T) -> T: ...\nclass B(A): pass\nB().m()',
      'instance B[]',
    ],
    [
      'from typing import TypeVar\nT = TypeVar("T", bound="A")\nclass A:\n    @classmethod\n    def make(cls: type[T]) -> T: ...\nclass B(A): pass\nB.make()',
      'instance B[]',
    ],
    [
      'from contextlib import contextmanager\nfrom typing import Iterator\nclass A: pass\n@contextmanager\ndef m() -> Iterator[A]: ...\nwith m() as x: x',
      'instance A[]',
    ],
    [
      'from contextlib import contextmanager\nfrom typing import Iterator\nclass A: pass\n@contextmanager\ndef m() -> Iterator[A]:\n    yield A()\nwith m() as x: x',
      'instance A[]',
    ],
    [
      'from contextlib import asynccontextmanager\nclass A: pass\n@asynccontextmanager\nasync def m():\n    yield A()\nasync def f():\n    async with m() as x: x',
      'instance A[]',
    ],
    [
      'class A: pass\nasync def g():\n    yield A()\nasync def f():\n    async for x in g(): x',
      'instance A[]',
    ],
    [
      'from typing import AsyncIterator\nclass A: pass\nasync def g() -> AsyncIterator[A]:\n    yield A()\nasync def f():\n    async for x in g(): x',
      'instance A[]',
    ],
    [
      'from typing import Iterator\nclass A: pass\ndef g() -> Iterator[A]:\n    yield A()\nfor x in g(): x',
      'instance A[]',
    ],
    ['async def g(x):\n    yield x\nasync def f():\n    async for x in g(1): x', 'unknown'],
    [
      'class A:\n    def __await__(self): return self.n().__await__()\n    async def n(self) -> int: ...\nasync def f():\n    await A()',
      'instance builtins.int[]',
    ],
  ],
  'fields and members': [
    [
      'from dataclasses import dataclass\nclass A: pass\n@dataclass\nclass D:\n    a: A\nD(A()).a',
      'instance A[]',
    ],
    [
      'import attr\nclass A: pass\n@attr.s(auto_attribs=True)\nclass D:\n    a: A\nD(A()).a',
      'instance A[]',
    ],
    [
      'from functools import cached_property\nclass A: pass\nclass D:\n    @cached_property\n    def a(self): return A()\nD().a',
      'instance A[]',
    ],
    ['import enum\nclass C(enum.Enum):\n    R = 1\nC.R', 'instance C[]'],
    ['import enum\nclass C(enum.Enum):\n    R = 1\nC.R.value', 'unknown'],
    [
      'from typing import Protocol\nclass P(Protocol):\n    async def m(self) -> int: ...\ndef f(p: P):\n    p.m()',
      'coroutine P.m[]',
    ],
  ],
  'asynchronous callables': [
    [
      'from typing import Any, Callable, Coroutine\ndef f(cb: Callable[[int], Coroutine[Any, Any, None]]):\n    cb(1)',
      'coroutine [none]',
    ],
    [
      'from collections.abc import Callable, Coroutine\ndef f(cb: "Callable[[int], Coroutine[None, None, int]]"):\n    cb(1)',
      'coroutine [instance builtins.int[]]',
    ],
    [
      'from collections.abc import Callable, Coroutine\nclass A:\n    def __init__(self, cb: Callable[..., Coroutine[None, None, int]] | None): self.cb = cb\n    def m(self):\n        self.cb()',
      'coroutine [instance builtins.int[]]',
    ],
    [
      'from typing import Awaitable, Callable\ndef f(cb: Callable[[], Awaitable[int]]):\n    cb()',
      'instance typing.Awaitable[instance builtins.int[]]',
    ],
    [
      'async def g(): pass\nclass A:\n    def __init__(self): self.cb = g\nA().cb()',
      'coroutine g[]',
    ],
    ['from unittest.mock import AsyncMock\nAsyncMock().m()', 'unknown'],
    ['from unittest.mock import AsyncMock\nAsyncMock()()', 'unknown'],
    ['from unittest.mock import MagicMock\nclass F(MagicMock): pass\nF().m()', 'unknown'],
  ],
  'what tests leave': [
    [
      'class A:\n    async def m(self): pass\ndef f(x):\n    if isinstance(x, A):\n        x.m()',
      'coroutine A.m[]',
    ],
    [
      'class A: pass\nclass B: pass\ndef f(x: A | B):\n    if isinstance(x, A):\n        x',
      'instance A[]',
    ],
    [
      'class A: pass\nclass B: pass\ndef f(x: A | B):\n    if isinstance(x, A):\n        return\n    x',
      'instance B[]',
    ],
    [
      'class A: pass\nclass B: pass\ndef f(x: A | B):\n    if not isinstance(x, A):\n        raise ValueError\n    x',
      'instance A[]',
    ],
    [
      'class A: pass\nclass B: pass\nclass C: pass\ndef f(x: A | B | C):\n    if isinstance(x, A):\n        pass\n    elif isinstance(x, B):\n        pass\n    else:\n        x',
      'instance C[]',
    ],
    [
      'class A: pass\nclass B: pass\ndef f(x: A | B | None):\n    assert isinstance(x, (A, int))\n    x',
      'instance A[]',
    ],
    [
      'class A: pass\nclass B(A): pass\ndef f(x: A):\n    if isinstance(x, B):\n        x',
      'instance B[]',
    ],
    [
      'class A: pass\nclass B(A): pass\ndef f(x: A):\n    if isinstance(x, B):\n        return\n    x',
      'instance A[]',
    ],
    ['class A: pass\ndef f(x, B):\n    if isinstance(x, (A, B)):\n        x', 'unknown'],
    [
      'from inconnu import Base\nclass A: pass\nclass B(Base): pass\ndef f(x: B):\n    if isinstance(x, A):\n        x',
      'unknown',
    ],
    ['class A: pass\ndef f(x: A | None):\n    if x is not None:\n        x', 'instance A[]'],
    [
      'class A: pass\ndef f(x: A | None):\n    if x is None:\n        return\n    x',
      'instance A[]',
    ],
    ['class A: pass\ndef f(x: A | None):\n    if not x:\n        return\n    x', 'instance A[]'],
    ['class A: pass\ndef f(x: A | None):\n    x and x', 'union(instance A[] | none)'],
    [
      'class A: pass\ndef f(x: A | None, y):\n    x and y(x)\n    [x][0] if x else 1',
      'union(instance A[] | instance builtins.int[])',
    ],
    [
      'class A: pass\nclass B: pass\ndef f(x: A | B, y):\n    if isinstance(x, A) and y:\n        x',
      'instance A[]',
    ],
    [
      'class A: pass\nclass B: pass\ndef f(x: A | B, y):\n    if isinstance(x, A) or y:\n        x',
      'union(instance A[] | instance B[])',
    ],
    [
      'class A: pass\nclass B: pass\ndef f(x: A | B):\n    if isinstance(x, A):\n        x = B()\n        x',
      'instance B[]',
    ],
    [
      'class A: pass\nclass B: pass\ndef f(x: A | B, g):\n    if isinstance(x, A):\n        while g():\n            x\n            x = g()',
      'unknown',
    ],
    [
      'class A: pass\nclass B: pass\ndef f(x: A | B):\n    if isinstance(x, A):\n        def g():\n            x',
      'union(instance A[] | instance B[])',
    ],
    [
      'class A: pass\nclass B: pass\nclass C:\n    x: A | B\n    def m(self):\n        if isinstance(self.x, A):\n            self.x',
      'instance A[]',
    ],
    [
      'class A: pass\nclass B: pass\nclass C:\n    x: A | B\n    def m(self):\n        if isinstance(self.x, A):\n            self.x = B()\n            self.x',
      'instance B[]',
    ],
    [
      'import asyncio\nasync def g(): pass\ndef f():\n    x = g()\n    if asyncio.iscoroutine(x):\n        x',
      'unknown',
    ],
    [
      'import inspect\nasync def g(): pass\ndef f(y):\n    x = g() if y else 1\n    if inspect.isawaitable(x):\n        return\n    x',
      'instance builtins.int[]',
    ],
    [
      'from collections.abc import Awaitable\nasync def g(): pass\ndef f(y):\n    x = g() if y else 1\n    if not isinstance(x, Awaitable):\n        x',
      'instance builtins.int[]',
    ],
    [
      'import inspect\nfrom typing import Callable, Coroutine\ndef f(cb: Callable[[], Coroutine[None, None, int]]):\n    if inspect.iscoroutinefunction(cb):\n        return\n    cb()',
      'coroutine [instance builtins.int[]]',
    ],
    [
      'class A: pass\nclass B: pass\ndef f(x: A | B):\n    match x:\n        case A():\n            x',
      'instance A[]',
    ],
    [
      'class A: pass\ndef f(x):\n    match x:\n        case A() as y:\n            y',
      'instance A[]',
    ],
    [
      'class A: pass\nclass B: pass\nclass C:\n    def m(self, x):\n        self.x = x\n    def n(self):\n        self.x = A()\n        self.x',
      'instance A[]',
    ],
    [
      'class A: pass\nclass C:\n    def m(self, x):\n        self.x = x\n    def n(self):\n        self.x = None\n        self.x',
      'unknown',
    ],
    [
      'class A: pass\nclass C:\n    @property\n    def x(self): return self._x\n    @x.setter\n    def x(self, v): self._x = v\n    def n(self):\n        self.x = A()\n        self.x',
      'unknown',
    ],
    [
      'import asyncio\nclass C:\n    async def n(self, h):\n        self.r, self.w = await asyncio.open_connection(h)\n        self.w\n    def m(self, w): self.w = w',
      'instance asyncio.streams.StreamWriter[]',
    ],
  ],
};

for (const [title, cases] of Object.entries(CASES))
  describe(title, () => {
    it.each(cases)('%s', (code, kind) => {
      expect(kindOfLast(code)).toBe(kind);
    });
  });
