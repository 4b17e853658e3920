/** Findings whose level is not that of their rule. */
import { expect, it } from 'vitest';
import { Workspace } from '../../server/src/lint/index.ts';
import { readAssets } from '../support/assets.ts';
import { filesOf } from '../support/files.ts';

async function levels(code: string, body: string, path = '/p/main.py') {
  const workspace = await Workspace.create({
    ...readAssets(),
    files: filesOf(new Map()),
    log: (message) => {
      throw new Error(message);
    },
  });
  workspace.setOverrides({ select: [code] });
  workspace.setDocument(path, `import asyncio, queue\n\n${body}`);
  await workspace.complete(path);
  return workspace.findings(path).map((finding) => finding.level);
}

it.each([
  ['ATT208', 'async def main(q: queue.Queue):\n    q.get()\n', 'warning'],
  ['ATT208', 'async def main(q: queue.Queue):\n    q.put(1)\n', 'information'],
  [
    'ATT310',
    'async def lire(f):\n    try:\n        await f()\n    except BaseException:\n        pass\n    await f()\n',
    'warning',
  ],
  [
    'ATT310',
    'async def lire(f):\n    try:\n        f()\n    except OSError:\n        try:\n            await f()\n        except BaseException:\n            pass\n        await f()\n        raise\n',
    'hint',
  ],
  // A task that only ends, and one that goes on.
  [
    'ATT310',
    'async def lire(f):\n    try:\n        await f()\n    except BaseException:\n        pass\n    print(1)\n\nasync def lancer(f):\n    await g(asyncio.create_task(lire(f)))\n',
    'hint',
  ],
  [
    'ATT310',
    'async def lire(f):\n    try:\n        await f()\n    except BaseException:\n        pass\n    await f()\n\nasync def lancer(f):\n    await g(asyncio.create_task(lire(f)))\n',
    'warning',
  ],
  [
    'ATT310',
    'async def lire(f):\n    while True:\n        try:\n            await f()\n        except BaseException:\n            break\n        finally:\n            f.fin()\n\nasync def lancer(f):\n    await g(asyncio.create_task(lire(f)))\n',
    'hint',
  ],
  [
    'ATT310',
    'async def lire(f):\n    while True:\n        try:\n            await f()\n        except BaseException:\n            continue\n        finally:\n            f.fin()\n\nasync def lancer(f):\n    await g(asyncio.create_task(lire(f)))\n',
    'warning',
  ],
  [
    'ATT310',
    'async def battre(f):\n    while True:\n        try:\n            await f()\n        except asyncio.CancelledError:\n            break\n    print(1)\n',
    'hint',
  ],
  [
    'ATT310',
    'async def battre(f):\n    for _ in f:\n        try:\n            await f()\n        except asyncio.CancelledError:\n            break\n    print(1)\n',
    'warning',
  ],
  ['ATT203', 'import subprocess\nasync def main():\n    subprocess.run(["a"])\n', 'warning'],
  [
    'ATT203',
    'import pytest, subprocess\n@pytest.fixture\nasync def depot():\n    subprocess.run(["a"])\n',
    'information',
  ],
  [
    'ATT209',
    'import pytest, time\ndef f():\n    time.sleep(1)\n@pytest.fixture\nasync def depot():\n    f()\n',
    'information',
  ],
  ['ATT301', 'async def main(f):\n    asyncio.create_task(asyncio.sleep(1))\n', 'warning'],
  [
    'ATT301',
    'async def main(q: asyncio.Queue):\n    asyncio.create_task(q.put(1))\n',
    'information',
  ],
  [
    'ATT401',
    'from collections.abc import AsyncGenerator\nasync def main(f: AsyncGenerator[int, None]):\n    await f.g()\n    async for _ in lire(f):\n        break\n\nasync def lire(f):\n    try:\n        yield f\n        yield f\n    finally:\n        f.fin()\n',
    'warning',
  ],
  [
    'ATT401',
    'from collections.abc import AsyncGenerator\nclass C:\n    lire: "Callable[[], AsyncGenerator[int, None]]"\n\nfrom collections.abc import Callable\nasync def main(c: C):\n    async for _ in c.lire():\n        break\n',
    'information',
  ],
  ['ATT501', 'asyncio.get_event_loop()\n', 'warning'],
  ['ATT501', 'async def main():\n    asyncio.get_event_loop()\n', 'information'],
  ['ATT508', 'pret = asyncio.Future()\n', 'warning'],
  ['ATT508', 'async def main():\n    asyncio.Future()\n', 'hint'],
  ['ATT508', 'def pret(loop):\n    return asyncio.Future(loop=loop)\n', 'hint'],
  ['ATT508', 'async def main(c):\n    await asyncio.Task(c)\n', 'warning'],
  ['ATT605', 'async def main(w: asyncio.StreamWriter):\n    w.close()\n', 'warning'],
  [
    'ATT605',
    'async def main():\n    r, w = await asyncio.open_connection("a", 1)\n    w.close()\n',
    'information',
  ],
  [
    'ATT605',
    'async def main():\n    r, w = await asyncio.open_connection("a", 1)\n    w.write(b"a")\n    w.close()\n',
    'warning',
  ],
  [
    'ATT605',
    'async def main(w: asyncio.StreamWriter):\n    try:\n        await w.drain()\n    except OSError:\n        w.close()\n',
    'information',
  ],
])('%s, of %j: %s', async (code, body, level) => {
  expect(await levels(code, body)).toEqual([level]);
});

it('asks on the command line beside nothing, or beside tasks', async () => {
  const asks = 'async def main():\n    input()\n';
  expect(await levels('ATT205', asks)).toEqual(['warning']);
  expect(await levels('ATT205', asks, '/p/cli.py')).toEqual(['information']);
  expect(await levels('ATT205', asks, '/p/client.py')).toEqual(['warning']);
  const starts = `${asks}\nasync def deux(c):\n    await asyncio.gather(c, c)\n`;
  expect(await levels('ATT205', starts, '/p/cli.py')).toEqual(['warning']);
});
