/** Python of several styles to edit; small, so that thousands of edits touch every part of it. */
export const SOURCES: Readonly<Record<string, string>> = {
  service: `"""A small service."""
import asyncio
from contextlib import asynccontextmanager

LIMIT = 10  # at once

# The server.
class Server(Base, metaclass=Meta):
    """Serves."""

    port: int = 8080
    names = [
        "a",
        "b",
    ]

    def __init__(self, *, port: int | None = None) -> None:
        self.port = port or self.port

    # Runs for ever.
    @property
    async def run(self):
        async with self.lock, other as lock:
            await self.queue.put(f"{self.port!r:>{width}}")
        try:
            return await asyncio.gather(*[f(x) for x in self.names])
        except (ValueError, KeyError) as error:
            raise Oops("x") from error
        else:
            pass
        finally:
            self.close()

    class Inner:
        x = 1

        def deep(self):
            return lambda a, b=1: a + b
        # the end of Inner

@asynccontextmanager
async def session(url, /, timeout=3):
    # opens
    yield await connect(url)

async def main() -> None:
    async for item in source():
        if item is None: break
        elif item > 3:
            print(item)
        else:
            continue

if __name__ == "__main__":
    asyncio.run(main())
# done
`,
  literals: `a = 'x' "y" f"{a}" rb'\\d'
text = """first
    second # no comment
'''
""" + '''
def not_code():
'''
b = f"{a!r:>{w}.{p}} {{}} {x['k']} {y=}"
c = f'''{
    value  # comment
    :>10}
def also_text():
'''
d = (1, 2,
     3) if a else [
    x for x in y
    if x
]
e = a \\
    + b; f = 2
g = "é𝄞" + ünïcödé
def h(
    a, b={
        'k': (1, 2),
    },
): return a
`,
  blocks: `from typing import (
\tAny,
)
match command:
    case [x, *rest] if x:
        pass
    case {"k": v, **others} | Point(x=0):
        match = 1
    case _:
        print(match)
try:
    a
except* E as e: b
else:
    c
finally:
    d
while a:
    with (open(b) as c, d):
        del c[0], d.e
else: pass
for i, *j in k:
\tif i:
\t\tglobal z
\telse:
\t\tnonlocal y
class A: pass
class B:
    def f(self): ...
    def g(self): ...
class C[T](B):
  @dec(
      1
  )
  class D:
    x = 1
    if x:
      y = 2
    else:
      y = 3
  z = 4
type X[T] = list[T]
`,
};

/** A module of functions and classes, of at least this many lines. */
export function bigModule(lines: number): string {
  const parts: string[] = ['import asyncio\n\n'];
  const partLines = 16;
  for (let i = 0; i * partLines < lines; i++) {
    parts.push(`class Client${i}:
    """Talks to server ${i}."""

    retries = ${i}

    async def fetch(self, url: str, *, timeout: float = 3.0) -> bytes:
        async with self.session.get(url, timeout=timeout) as response:
            if response.status >= 400:
                raise RuntimeError(f"{url}: {response.status!r:>{self.width}}")
            return await response.read()

async def collect${i}(urls):
    client = Client${i}()
    results = await asyncio.gather(*[client.fetch(url) for url in urls])
    return {url: len(result) for url, result in zip(urls, results)}

`);
  }
  return parts.join('');
}
