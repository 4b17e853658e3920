import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Workspace } from '../../server/src/lint/index.ts';
import { readAssets } from '../support/assets.ts';
import { filesOf } from '../support/files.ts';

const files = new Map<string, string>();
let workspace: Workspace;

beforeAll(async () => {
  workspace = await Workspace.create({
    ...readAssets(),
    files: filesOf(files),
    log: (message) => {
      throw new Error(message);
    },
  });
});

beforeEach(() => {
  workspace.forgetFiles([...files.keys()]);
  for (const path of files.keys()) workspace.closeDocument(path);
  files.clear();
  workspace.setRoots(['/p']);
});

/** Lines of the findings of a file of the project, once all that it imports is read. */
async function found(path: string): Promise<string[]> {
  const text = files.get(path)!;
  workspace.setDocument(path, text);
  await workspace.complete(path);
  return workspace
    .findings(path)
    .map(({ code, start }) => `${code} ${text.slice(0, start).split('\n').length}`);
}

const SEND = 'async def envoyer():\n    return 1\n';

describe('a coroutine from another file', () => {
  const USE = '\n\nasync def main():\n    envoyer()\n';
  it.each<[string, Record<string, string>]>([
    ['beside a script', { 'a.py': `from b import envoyer${USE}`, 'b.py': SEND }],
    [
      'by a relative import',
      { 'k/__init__.py': '', 'k/a.py': `from .b import envoyer${USE}`, 'k/b.py': SEND },
    ],
    [
      'by the name of its package, through a mere folder inside it',
      {
        'l/k/__init__.py': '',
        'l/k/ext/m/__init__.py': '',
        'l/k/ext/m/a.py': `from k.b import envoyer${USE}`,
        'l/k/b.py': SEND,
      },
    ],
    [
      'two packages up',
      {
        'k/__init__.py': '',
        'k/m/__init__.py': '',
        'k/m/a.py': `from ..b import envoyer${USE}`,
        'k/b.py': SEND,
      },
    ],
    [
      'by the name of its package',
      { 'k/__init__.py': '', 'k/a.py': `from k.b import envoyer${USE}`, 'k/b.py': SEND },
    ],
    [
      'under src/',
      {
        'src/k/__init__.py': '',
        'src/k/b.py': SEND,
        'tests/a.py': `from k.b import envoyer${USE}`,
      },
    ],
    [
      'from the root of the workspace',
      { 'outils/b.py': SEND, 'scripts/a.py': `from outils.b import envoyer${USE}` },
    ],
    [
      'through a re-export',
      {
        'a.py': `from k import envoyer${USE}`,
        'k/__init__.py': 'from .b import envoyer\n',
        'k/b.py': SEND,
      },
    ],
    [
      'through an alias',
      {
        'a.py': `from k import e as envoyer${USE}`,
        'k/__init__.py': 'from .b import envoyer as e\n',
        'k/b.py': SEND,
      },
    ],
    ['through a star', { 'a.py': `from b import *${USE}`, 'b.py': SEND }],
    [
      'through two stars',
      { 'a.py': `from b import *${USE}`, 'b.py': 'from c import *\n', 'c.py': SEND },
    ],
    [
      'under a condition',
      {
        'a.py': `try:\n    from b import envoyer\nexcept ImportError:\n    from c import envoyer${USE}`,
        'b.py': SEND,
        'c.py': SEND,
      },
    ],
    [
      'installed in the virtual environment',
      {
        '.venv/lib/python3.12/site-packages/b/__init__.py': SEND,
        'a.py': `from b import envoyer${USE}`,
      },
    ],
    [
      'installed, on Windows',
      { 'venv/Lib/site-packages/b.py': SEND, 'a.py': `from b import envoyer${USE}` },
    ],
    [
      'in a stub',
      { 'a.py': `from b import envoyer${USE}`, 'b.pyi': 'async def envoyer() -> int: ...\n' },
    ],
  ])('%s', async (_, project) => {
    for (const [name, text] of Object.entries(project)) files.set(`/p/${name}`, text);
    const path = `/p/${Object.keys(project).find((name) => name.endsWith('a.py'))}`;
    const line = files.get(path)!.split('\n').indexOf('    envoyer()') + 1;
    expect(await found(path)).toEqual([`ATT101 ${line}`]);
  });

  it('as an attribute of a module', async () => {
    files.set('/p/k/__init__.py', '');
    files.set('/p/k/b.py', SEND);
    files.set(
      '/p/a.py',
      'import k.b\nfrom k import b as c\n\nasync def main():\n    k.b.envoyer()\n    c.envoyer()\n',
    );
    expect(await found('/p/a.py')).toEqual(['ATT101 5', 'ATT101 6']);
  });

  it('in a folder without __init__.py', async () => {
    files.set('/p/k/b.py', SEND);
    files.set('/p/a.py', 'from k import b\n\nasync def main():\n    b.envoyer()\n');
    expect(await found('/p/a.py')).toEqual(['ATT101 4']);
  });

  it('in a module that its package imports beside itself', async () => {
    files.set('/p/k/__init__.py', 'from . import b\n');
    files.set('/p/k/b.py', SEND);
    files.set('/p/k/a.py', 'from . import b\n\n\nasync def main():\n    b.envoyer()\n');
    expect(await found('/p/k/a.py')).toEqual(['ATT101 5']);
  });

  it('as a method, inherited and held by an attribute', async () => {
    files.set('/p/base.py', 'class Base:\n    async def fermer(self):\n        return 1\n');
    files.set('/p/client.py', 'from base import Base\n\nclass Client(Base):\n    pass\n');
    files.set(
      '/p/a.py',
      'from client import Client\n\nclass App:\n    def __init__(self):\n        self.client = Client()\n\n    async def arreter(self):\n        self.client.fermer()\n',
    );
    expect(await found('/p/a.py')).toEqual(['ATT101 8']);
  });
});

describe('silence', () => {
  it.each<[string, Record<string, string>]>([
    ['a module that is nowhere', { 'a.py': 'from b import f\n\nasync def main():\n    f()\n' }],
    [
      'a function that is not one',
      {
        'a.py': 'from b import f\n\nasync def main():\n    f()\n',
        'b.py': 'def f():\n    return 1\n',
      },
    ],
    [
      'two different definitions',
      {
        'a.py':
          'try:\n    from b import f\nexcept ImportError:\n    from c import f\n\nasync def main():\n    f()\n',
        'b.py': SEND.replace('envoyer', 'f'),
        'c.py': 'def f():\n    return 1\n',
      },
    ],
    [
      'modules that import each other',
      {
        'a.py': 'from b import f\n\nasync def main():\n    f()\n',
        'b.py': 'from c import f\n',
        'c.py': 'from b import f\n',
      },
    ],
    [
      'the standard library goes before what is installed',
      {
        'a.py': 'from json import loads\n\nasync def main():\n    loads()\n',
        '.venv/lib/python3.12/site-packages/json.py': SEND.replace('envoyer', 'loads'),
      },
    ],
    [
      'a module of a package is no top module',
      {
        'k/__init__.py': '',
        'k/a.py': 'from b import f\n\nasync def main():\n    f()\n',
        'k/b.py': SEND.replace('envoyer', 'f'),
      },
    ],
  ])('%s', async (_, project) => {
    for (const [name, text] of Object.entries(project)) files.set(`/p/${name}`, text);
    const path = `/p/${Object.keys(project).find((name) => name.endsWith('a.py'))}`;
    expect(await found(path)).toEqual([]);
  });
});

describe('when files change', () => {
  const USE = 'from b import envoyer\n\n\nasync def main():\n    envoyer()\n';

  it('an unsaved buffer wins over the disk, which comes back when it is closed', async () => {
    files.set('/p/a.py', USE);
    files.set('/p/b.py', SEND);
    expect(await found('/p/a.py')).toEqual(['ATT101 5']);
    workspace.setDocument('/p/b.py', 'def envoyer():\n    return 1\n');
    expect(await found('/p/a.py')).toEqual([]);
    workspace.closeDocument('/p/b.py');
    expect(await found('/p/a.py')).toEqual(['ATT101 5']);
  });

  it('a file that changes on the disk is read again', async () => {
    files.set('/p/a.py', USE);
    expect(await found('/p/a.py')).toEqual([]);
    files.set('/p/b.py', SEND);
    workspace.forgetFiles(['/p/b.py']);
    expect(await found('/p/a.py')).toEqual(['ATT101 5']);
    files.delete('/p/b.py');
    workspace.forgetFiles(['/p/b.py']);
    expect(await found('/p/a.py')).toEqual([]);
  });

  it('only what named a changed function is judged again', async () => {
    files.set('/p/a.py', `${USE}\n\nasync def autre():\n    pass\n`);
    files.set('/p/b.py', `${SEND}\n\nasync def reste():\n    pass\n`);
    await found('/p/a.py');
    workspace.setDocument('/p/b.py', files.get('/p/b.py')!);
    await workspace.complete('/p/b.py');
    const { judged } = workspace.counters;
    workspace.setDocument('/p/b.py', files.get('/p/b.py')!.replace('return 1', 'return 2'));
    await workspace.complete('/p/a.py');
    expect(workspace.counters.judged - judged).toBe(0);
    workspace.setDocument(
      '/p/b.py',
      files.get('/p/b.py')!.replace('async def envoyer', 'def envoyer'),
    );
    await workspace.complete('/p/a.py');
    // `main` alone.
    expect(workspace.counters.judged - judged).toBe(1);
    expect(workspace.findings('/p/a.py')).toEqual([]);
  });
});
