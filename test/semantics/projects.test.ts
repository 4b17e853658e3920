/** What a whole project says of a name: when it is known, what makes it move, and what does not. */

import { beforeEach, describe, expect, it } from 'vitest';
import { Workspace } from '../../server/src/lint/index.ts';
import { readAssets } from '../support/assets.ts';
import { filesOf } from '../support/files.ts';
import { randomNumbers } from '../support/random.ts';

const files = new Map<string, string>();
const assets = readAssets();
let workspace: Workspace;

function newWorkspace(): Promise<Workspace> {
  return Workspace.create({
    ...assets,
    files: filesOf(files),
    log: (message) => {
      throw new Error(message);
    },
  });
}

beforeEach(async () => {
  files.clear();
  workspace = await newWorkspace();
  workspace.setRoots(['/p']);
});

const POST = 'class Poste:\n    async def publier(self, texte):\n        return 1\n';
const USE = 'async def main(poste):\n    poste.publier("a")\n';
const OTHERWISE = 'class Bureau:\n    def publier(self, texte):\n        return 1\n';
const FOUND = ['ATT118'];

function open(path: string, text = files.get(path)!): void {
  workspace.setDocument(path, text);
}

const codes = (path = '/p/a.py') => workspace.findings(path).map(({ code }) => code);

async function known(path = '/p/a.py'): Promise<string[]> {
  await workspace.completeWholly([path]);
  return codes(path);
}

async function judgedBy(action: () => void, paths = ['/p/a.py']): Promise<number> {
  const before = workspace.counters.judged;
  action();
  await workspace.completeWholly(paths);
  return workspace.counters.judged - before;
}

describe('a name of the project', () => {
  beforeEach(() => {
    files.set('/p/a.py', USE);
    files.set('/p/k/b.py', POST);
    files.set('/p/c.py', 'def autre():\n    return 2\n');
  });

  it('is not waited for: what it says comes when the project is read', async () => {
    open('/p/a.py');
    await workspace.complete('/p/a.py');
    expect(codes()).toEqual([]);
    expect(await workspace.completeProjects()).toBe(true);
    expect(codes()).toEqual(FOUND);
    expect(await workspace.completeProjects()).toBe(false);
  });

  it('costs nothing while nobody asks', async () => {
    open('/p/a.py', 'async def main(poste):\n    await poste.publier("a")\n');
    await workspace.complete('/p/a.py');
    expect(await workspace.completeProjects()).toBe(false);
  });

  it('tells where it is defined, in a file that nobody opened', async () => {
    open('/p/a.py');
    await known();
    const [place] = workspace.findings('/p/a.py')[0]!.related;
    expect(place).toMatchObject({ path: '/p/k/b.py', start: POST.indexOf('publier') });
  });

  it('moves with what an open file defines, and judges again only who asked', async () => {
    open('/p/a.py', `${USE}\n\nasync def autre(poste):\n    await poste.relever()\n`);
    open('/p/c.py');
    expect(await known()).toEqual(FOUND);
    const define = () => open('/p/c.py', `${files.get('/p/c.py')}\n\n${OTHERWISE}`);
    // `main` alone.
    expect(await judgedBy(define)).toBe(1);
    expect(codes()).toEqual([]);
    expect(await judgedBy(() => open('/p/c.py'))).toBe(1);
    expect(codes()).toEqual(FOUND);
  });

  it('does not move with the bodies, nor with what other names stand for', async () => {
    open('/p/a.py');
    open('/p/k/b.py');
    expect(await known()).toEqual(FOUND);
    const type = (text: string) => judgedBy(() => open('/p/k/b.py', text));
    expect(await type(POST.replace('return 1', 'return 12'))).toBe(0);
    expect(await type(POST.replace('return 1', 'texte.envoi = 12'))).toBe(0);
    expect(await type(`${POST}\n    def relever(self):\n        return 3\n`)).toBe(0);
    expect(codes()).toEqual(FOUND);
    expect(await type(POST.replace('async def', 'def'))).toBe(1);
    expect(codes()).toEqual([]);
  });

  it('is what the disk says again once a file is closed', async () => {
    open('/p/a.py');
    open('/p/c.py', OTHERWISE);
    expect(await known()).toEqual([]);
    workspace.closeDocument('/p/c.py');
    expect(await known()).toEqual(FOUND);
  });

  it('follows files that come, change and go', async () => {
    open('/p/a.py');
    expect(await known()).toEqual(FOUND);
    files.set('/p/k/d.py', OTHERWISE);
    workspace.forgetFiles(['/p/k/d.py']);
    expect(await known()).toEqual([]);
    files.set('/p/k/d.py', POST);
    workspace.forgetFiles(['/p/k/d.py']);
    expect(await known()).toEqual(FOUND);
    files.delete('/p/k/d.py');
    files.delete('/p/k/b.py');
    workspace.forgetFiles(['/p/k/d.py', '/p/k/b.py']);
    expect(await known()).toEqual([]);
  });

  it('counts an open file that is not on the disk yet', async () => {
    open('/p/a.py');
    open('/p/nouveau.py', OTHERWISE);
    expect(await known()).toEqual([]);
    workspace.closeDocument('/p/nouveau.py');
    expect(await known()).toEqual(FOUND);
  });
});

describe('the project', () => {
  const WHOLE = `${POST}\n\n${USE}`;

  it('is the nearest of the open folders', async () => {
    files.set('/p/a.py', WHOLE);
    files.set('/p/un/a.py', WHOLE);
    files.set('/p/un/b.py', OTHERWISE);
    workspace.setRoots(['/p', '/p/un', '/q']);
    open('/p/a.py');
    open('/p/un/a.py');
    expect(await known()).toEqual(FOUND);
    expect(await known('/p/un/a.py')).toEqual([]);
    files.delete('/p/un/b.py');
    workspace.setRoots(['/p', '/p/un']);
    expect(await known('/p/un/a.py')).toEqual(FOUND);
  });

  it('is unknown outside these folders, and in those of environments', async () => {
    files.set('/p/a.py', POST);
    for (const path of ['/ailleurs/a.py', '/p/.venv/lib/a.py']) {
      files.set(path, WHOLE);
      open(path);
      expect(await known(path)).toEqual([]);
    }
  });

  it('is unknown when it cannot be listed', async () => {
    workspace.setRoots(['/vide']);
    open('/vide/a.py', WHOLE);
    expect(await known('/vide/a.py')).toEqual([]);
  });

  it('is unknown beyond 5,000 files', async () => {
    files.set('/p/a.py', WHOLE);
    for (let i = 1; i < 5_000; i++) files.set(`/p/k${i % 40}/f${i}.py`, '');
    open('/p/a.py');
    expect(await known()).toEqual(FOUND);
    files.set('/p/un_de_plus.py', '');
    workspace.setRoots(['/p']);
    expect(await known()).toEqual([]);
  });
});

const PIECES = [
  'async ',
  'def publier(self, texte):\n        pass\n',
  'class Poste:\n    ',
  'self.publier = 1\n',
  'publier',
  '@decore\n    ',
  'yield 1\n',
  '\n',
  '    ',
  '"""',
  '(',
  ')',
  '=',
  '#',
];

it('what is said is what a fresh look at the project says, whatever the edits', async () => {
  const seed = 20_260_711;
  console.log(`edits from seed ${seed}`);
  const random = randomNumbers(seed);
  files.set('/p/a.py', USE);
  files.set('/p/b.py', `${POST}\n\n${OTHERWISE.replace('publier', 'relever')}`);
  open('/p/a.py');
  let text = files.get('/p/b.py')!;
  const seen = new Map<number, number>();
  for (let event = 0; event < 300; event++) {
    if (event % 6 === 0) text = files.get('/p/b.py')!;
    const at = Math.floor(random() * (text.length + 1));
    const removed = random() < 0.4 ? Math.floor(random() * 8) : 0;
    const added = PIECES[Math.floor(random() * PIECES.length)]!;
    text = text.slice(0, at) + added + text.slice(at + removed);
    open('/p/b.py', text);
    const said = await known();
    // Nothing is kept: the project is followed anew.
    const fresh = await newWorkspace();
    fresh.setRoots(['/p']);
    fresh.setDocument('/p/a.py', USE);
    fresh.setDocument('/p/b.py', text);
    await fresh.completeWholly(['/p/a.py']);
    expect(said).toEqual(fresh.findings('/p/a.py').map(({ code }) => code));
    seen.set(said.length, (seen.get(said.length) ?? 0) + 1);
  }
  expect([...seen.values()].every((times) => times > 20) && seen.size > 1).toBe(true);
}, 120_000);
