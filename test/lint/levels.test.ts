/** Findings whose level is not that of their rule. */
import { expect, it } from 'vitest';
import { Workspace } from '../../server/src/lint/index.ts';
import { readAssets } from '../support/assets.ts';
import { filesOf } from '../support/files.ts';

async function levels(code: string, body: string) {
  const workspace = await Workspace.create({
    ...readAssets(),
    files: filesOf(new Map()),
    log: (message) => {
      throw new Error(message);
    },
  });
  workspace.setOverrides({ select: [code] });
  workspace.setDocument('/p/main.py', `import asyncio, queue\n\n${body}`);
  await workspace.complete('/p/main.py');
  return workspace.findings('/p/main.py').map((finding) => finding.level);
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
    'information',
  ],
  // A task that only ends, and one that goes on.
  [
    'ATT310',
    'async def lire(f):\n    try:\n        await f()\n    except BaseException:\n        pass\n    print(1)\n\nasync def lancer(f):\n    await g(asyncio.create_task(lire(f)))\n',
    'information',
  ],
  [
    'ATT310',
    'async def lire(f):\n    try:\n        await f()\n    except BaseException:\n        pass\n    await f()\n\nasync def lancer(f):\n    await g(asyncio.create_task(lire(f)))\n',
    'warning',
  ],
  [
    'ATT310',
    'async def lire(f):\n    while True:\n        try:\n            await f()\n        except BaseException:\n            break\n        finally:\n            f.fin()\n\nasync def lancer(f):\n    await g(asyncio.create_task(lire(f)))\n',
    'information',
  ],
  [
    'ATT310',
    'async def lire(f):\n    while True:\n        try:\n            await f()\n        except BaseException:\n            continue\n        finally:\n            f.fin()\n\nasync def lancer(f):\n    await g(asyncio.create_task(lire(f)))\n',
    'warning',
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
    'async def main(w: asyncio.StreamWriter):\n    try:\n        await w.drain()\n    except OSError:\n        w.close()\n',
    'information',
  ],
])('%s, of %j: %s', async (code, body, level) => {
  expect(await levels(code, body)).toEqual([level]);
});
