/** Planted blockages: what is seen across files, what is not to be seen, and what one file alone would show. */
import { expect, it } from 'vitest';
import { Workspace } from '../../server/src/lint/index.ts';
import { readAssets } from '../support/assets.ts';
import { filesOf } from '../support/files.ts';
import { plant } from '../support/planted.ts';

const { files, coroutines } = plant();

/** The lines of the coroutines where a finding stands, by file; `seen`: the files that can be read. */
async function judged(seen: ReadonlyMap<string, string>): Promise<Map<string, number | null>> {
  const workspace = await Workspace.create({
    ...readAssets(),
    files: filesOf(new Map([...seen].map(([name, text]) => [`/p/${name}`, text]))),
    log: (message) => {
      throw new Error(message);
    },
  });
  const lines = new Map<string, number | null>();
  for (const name of coroutines.keys()) {
    const text = files.get(name)!;
    workspace.setDocument(`/p/${name}`, text);
    await workspace.complete(`/p/${name}`);
    const found = workspace
      .findings(`/p/${name}`)
      .filter(({ code }) => /^ATT2(?:0[1-9]|10)$/.test(code));
    expect(found.length).toBeLessThanOrEqual(1);
    const [finding] = found;
    lines.set(name, finding ? text.slice(0, finding.start).split('\n').length : null);
    workspace.closeDocument(`/p/${name}`);
  }
  return lines;
}

it('sees each planted blockage, and nothing else', { timeout: 60_000 }, async () => {
  const blocking = [...coroutines.values()].filter((line) => line !== null);
  expect(blocking.length).toBeGreaterThan(300);
  expect(coroutines.size).toBeGreaterThan(2 * blocking.length);
  expect(await judged(files)).toEqual(coroutines);
});

it('sees none of them when each file is looked at alone', { timeout: 60_000 }, async () => {
  const alone = await judged(new Map());
  expect([...alone.values()].filter((line) => line !== null)).toEqual([]);
});
