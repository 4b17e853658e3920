/** Where what is installed, and a project's own packages, are found. */

import { beforeEach, describe, expect, it } from 'vitest';
import { Workspace } from '../../server/src/lint/index.ts';
import { packageRootsIn, packageRootsInSetup } from '../../server/src/lint/package-roots.ts';
import { environmentOf } from '../../server/src/semantics/index.ts';
import { readAssets } from '../support/assets.ts';
import { filesOf } from '../support/files.ts';

const SEND = 'async def envoyer():\n    return 1\n';
const SYNC = 'def envoyer():\n    return 1\n';
const USE = 'from b import envoyer\n\n\nasync def main():\n    envoyer()\n';
const SITE = 'lib/python3.12/site-packages';

let files: Map<string, string>;
let workspace: Workspace;

beforeEach(async () => {
  files = new Map([['/p/a.py', USE]]);
  workspace = await Workspace.create({ ...readAssets(), files: filesOf(files), log: () => {} });
  workspace.setRoots(['/p']);
});

async function isSeen(path = '/p/a.py'): Promise<boolean> {
  workspace.setDocument(path, files.get(path) ?? USE);
  await workspace.loadConfiguration(path);
  await workspace.complete(path);
  return workspace.findings(path).some(({ slug }) => slug === 'coroutine-jamais-attendue');
}

describe('environments', () => {
  it.each([
    ['on Linux', `/e/${SITE}/b.py`],
    ['on Windows', '/e/Lib/site-packages/b/__init__.py'],
    ['of the system, on Debian', '/e/lib/python3/dist-packages/b.py'],
    ['of PyPy', '/e/lib/pypy3.10/site-packages/b.py'],
    ['by its stubs', `/e/${SITE}/b-stubs/__init__.pyi`],
  ])('are read %s', async (_, path) => {
    files.set(path, SEND);
    expect(await isSeen()).toBe(false);
    workspace.setEnvironments({ chosen: new Map([['/p', '/e']]), ambient: [] });
    expect(await isSeen()).toBe(true);
    workspace.setEnvironments({ chosen: new Map(), ambient: ['/e'] });
    expect(await isSeen()).toBe(true);
  });

  it('the choice excludes the others; the project’s own goes before the shell’s', async () => {
    files.set(`/p/.venv/${SITE}/b.py`, SEND);
    files.set(`/e/${SITE}/b.py`, SYNC);
    workspace.setEnvironments({ chosen: new Map(), ambient: ['/e'] });
    expect(await isSeen()).toBe(true);
    workspace.setEnvironments({ chosen: new Map([['', '/e']]), ambient: [] });
    expect(await isSeen()).toBe(false);
  });

  it('each folder has its own', async () => {
    workspace.setRoots(['/p', '/p/q']);
    files.set(`/e/${SITE}/b.py`, SEND);
    files.set(`/f/${SITE}/b.py`, SYNC);
    const chosen = new Map([
      ['/p', '/e'],
      ['/p/q', '/f'],
    ]);
    workspace.setEnvironments({ chosen, ambient: [] });
    expect(await isSeen('/p/a.py')).toBe(true);
    expect(await isSeen('/p/q/a.py')).toBe(false);
  });

  it('stubs speak before the package, which goes further', async () => {
    files.set(`/p/.venv/${SITE}/b-stubs/__init__.pyi`, 'async def envoyer() -> int: ...\n');
    files.set(`/p/.venv/${SITE}/b/__init__.py`, SYNC);
    files.set(`/p/.venv/${SITE}/b/c.py`, SEND);
    expect(await isSeen()).toBe(true);
    files.set('/p/a.py', USE.replace('from b', 'from b.c'));
    expect(await isSeen()).toBe(true);
  });

  it('overloads of a stub are definitions', async () => {
    files.set(
      `/p/.venv/${SITE}/b.pyi`,
      'from typing import overload\n@overload\nasync def envoyer() -> int: ...\n@overload\nasync def envoyer(x: int) -> str: ...\n',
    );
    expect(await isSeen()).toBe(true);
  });

  it('a folder of the same name hides nothing', async () => {
    files.set('/p/b/docker/compose.yml', '');
    files.set(`/p/.venv/${SITE}/b.py`, SEND);
    expect(await isSeen()).toBe(true);
  });

  it('a whole environment that appears is read', async () => {
    expect(await isSeen()).toBe(false);
    files.set(`/p/.venv/${SITE}/b/__init__.py`, SEND);
    workspace.forgetFiles([`/p/.venv/${SITE}/b/__init__.py`]);
    expect(await isSeen()).toBe(true);
  });

  it('give the version when the project does not', async () => {
    files.set('/e/pyvenv.cfg', 'home = /usr/bin\nversion = 3.9.18\n');
    workspace.setEnvironments({ chosen: new Map([['/p', '/e']]), ambient: [] });
    files.set(
      '/p/t.py',
      'import asyncio\n\n\nasync def main():\n    asyncio.create_task(main())\n',
    );
    const titles = async () => {
      workspace.setDocument('/p/t.py', files.get('/p/t.py')!);
      await workspace.loadConfiguration('/p/t.py');
      const [finding] = workspace.findings('/p/t.py');
      return workspace.fixes('/p/t.py', finding!).map(({ title }) => title);
    };
    const old = await titles();
    workspace.setEnvironments({ chosen: new Map(), ambient: [] });
    expect(old.filter((title) => title.includes('TaskGroup'))).toEqual([]);
    expect((await titles()).length).toBeGreaterThanOrEqual(old.length);
  });

  it.each([
    ['/p/.venv', '/p/.venv'],
    ['/p/.venv/', '/p/.venv'],
    ['/p/.venv/bin/python', '/p/.venv'],
    ['/p/.venv/bin', '/p/.venv'],
    ['/usr/bin/python3.12', '/usr'],
    ['C:\\p\\venv\\Scripts\\python.exe', 'C:/p/venv'],
    ['C:\\Python312\\python.exe', 'C:/Python312'],
    ['/opt/python', '/opt/python'],
  ])('%s is in %s', (path, folder) => {
    expect(environmentOf(path)).toBe(folder);
  });
});

describe('the roots of packages', () => {
  it.each<[string, Record<string, string>]>([
    [
      'of setuptools',
      { 'pyproject.toml': '[tool.setuptools.packages.find]\nwhere = ["lib"]\n', 'lib/b.py': SEND },
    ],
    [
      'of setup.cfg',
      { 'setup.cfg': '[options]\npackage_dir =\n    = lib\n', 'lib/b/__init__.py': SEND },
    ],
    [
      'of a project inside the folder',
      { 'k/pyproject.toml': '', 'k/src/b.py': SEND, 'k/tests/a.py': USE },
    ],
  ])('%s', async (_, project) => {
    for (const [name, text] of Object.entries(project)) files.set(`/p/${name}`, text);
    const path = `/p/${Object.keys(project).find((name) => name.endsWith('a.py')) ?? 'a.py'}`;
    expect(await isSeen(path)).toBe(true);
  });

  it('are read again when they change', async () => {
    files.set('/p/pyproject.toml', '[project]\nname = "p"\n');
    files.set('/p/lib/b.py', SEND);
    expect(await isSeen()).toBe(false);
    files.set('/p/pyproject.toml', '[tool.pdm.build]\npackage-dir = "lib"\n');
    workspace.forgetConfiguration();
    expect(await isSeen()).toBe(true);
  });

  it.each<[unknown, string[]]>([
    [{ setuptools: { 'package-dir': { '': 'src', 'a.b': 'lib/a/b' } } }, ['src', 'lib']],
    [{ setuptools: { packages: { find: { where: ['./src/', '.'] } } } }, ['src']],
    [{ poetry: { packages: [{ include: 'b', from: 'lib' }, { include: 'c' }] } }, ['lib']],
    [{ hatch: { build: { sources: ['src'] } } }, ['src']],
    [{ hatch: { build: { targets: { wheel: { sources: { 'lib/b': 'b' } } } } } }, ['lib']],
    [{ hatch: { build: { targets: { wheel: { packages: ['src/b'] } } } } }, ['src']],
    [{ uv: { 'build-backend': { 'module-root': 'lib' } } }, ['lib']],
    [{ setuptools: { packages: ['b'] }, poetry: 3, hatch: { build: null } }, []],
    [{ pdm: { build: { 'package-dir': '../elsewhere' } } }, []],
    [undefined, []],
  ])('%j are %j', (tool, roots) => {
    expect(packageRootsIn(tool)).toEqual(roots);
  });

  it.each([
    ['[options]\npackage_dir =\n    =src\n', ['src']],
    ['[options]\npackage_dir = =src\n', ['src']],
    ['[options.packages.find]\nwhere = lib, src\n', ['lib', 'src']],
    ['[options.packages.find]\nwhere =\n  lib\n  # rien\n[metadata]\nwhere = no\n', ['lib']],
    ['package_dir = x\n', []],
  ])('%j are %j', (text, roots) => {
    expect(packageRootsInSetup(text)).toEqual(roots);
  });
});
