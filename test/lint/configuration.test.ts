import { describe, expect, it } from 'vitest';
import {
  type Configuration,
  DEFAULT_CONFIGURATION,
  isExcluded,
  readConfiguration,
  readTarget,
  targetOf,
  withOverrides,
} from '../../server/src/lint/configuration.ts';
import { Configurations } from '../../server/src/lint/configurations.ts';
import { lowestVersion } from '../../server/src/lint/requires-python.ts';
import { isSelected, levelFor } from '../../server/src/lint/selection.ts';
import { typographyFaults } from '../support/typography.ts';

const RULES = [
  { code: 'ATT101', slug: 'coroutine-jamais-attendue', level: 'error' },
  { code: 'ATT117', slug: 'async-inutile', level: 'off' },
  { code: 'ATT201', slug: 'sommeil-bloquant', level: 'warning' },
] as const;

const read = (text: string, path = '/p/attendu.toml') => readConfiguration(path, text, '/p', RULES);
const configuration = (text: string): Configuration => read(text).configuration!;
const messages = (text: string, path?: string) => read(text, path).problems.map((p) => p.message);

describe('readConfiguration', () => {
  it('reads every key', () => {
    expect(
      read(`
select = ["ALL"]
ignore = ["ATT2xx", "async-inutile"]
target-version = "3.9"
exclude = ["vieux/"]
[per-file-ignores]
"tests/**" = ["ATT2"]
[severity]
ATT101 = "hint"
[blocking-calls]
"lib.f" = "lib_async.f"
"lib.g" = ""
`),
    ).toEqual({
      requiresPython: undefined,
      packageRoots: [],
      problems: [],
      configuration: {
        folder: '/p',
        select: ['ALL'],
        ignore: ['ATT2xx', 'async-inutile'],
        targetVersion: [3, 9],
        fallbackTarget: undefined,
        exclude: ['vieux/'],
        perFileIgnores: [{ glob: 'tests/**', selectors: ['ATT2'] }],
        severity: { ATT101: 'hint' },
        blockingCalls: { 'lib.f': 'lib_async.f', 'lib.g': '' },
      },
    });
  });

  it('reads [tool.attendu] and requires-python of a pyproject.toml, and nothing else of it', () => {
    const text = '[project]\nrequires-python = ">=3.9"\n[tool.attendu]\nselect = ["ATT1"]\n';
    const { configuration: found, requiresPython } = read(text, '/p/pyproject.toml');
    expect(found?.select).toEqual(['ATT1']);
    expect(requiresPython).toEqual([3, 9]);
    expect(read('select = ["ATT1"]', '/p/pyproject.toml').configuration).toBeUndefined();
  });

  it.each<[string, string, number, (found: Configuration) => unknown]>([
    ['select = "ATT1"', 'liste de chaînes', 1, (c) => c.select],
    ['select = [1]', 'liste de chaînes', 1, (c) => c.select],
    ['\nignore = 3', 'liste de chaînes', 2, (c) => c.ignore.length === 0 || undefined],
    ['target-version = 3.11', 'entre guillemets', 1, (c) => c.targetVersion],
    ['target-version = "2.7"', 'entre guillemets', 1, (c) => c.targetVersion],
    ['target-version = "3.99"', 'entre guillemets', 1, (c) => c.targetVersion],
    ['[severity]\nATT101 = "grave"', 'niveau', 2, (c) => c.severity.ATT101],
    ['severity = 3', 'table', 1, (c) => c.severity.ATT101],
    [
      'exclude = ["b"]\nper-file-ignores = { "a/**" = ["ATT2"], "b/**" = 3 }',
      '«\u00a0b/**\u00a0» attend une liste',
      2,
      (c) => c.perFileIgnores.length !== 2 || undefined,
    ],
    ['[blocking-calls]\n"a.b" = 1', 'remplaçant', 2, (c) => c.blockingCalls['a.b']],
    ['selct = []', '«\u00a0selct\u00a0»', 1, (c) => c.select],
    ['"__proto__" = 1', '__proto__', 1, (c) => c.select],
  ])('%j: a problem, and the default', (text, words, line, value) => {
    const { configuration: found, problems } = read(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ path: '/p/attendu.toml', line });
    expect(problems[0]!.message).toContain(words);
    expect(typographyFaults(problems[0]!.message)).toEqual([]);
    expect([undefined, true]).toContain(value(found!));
  });

  it('keeps what makes sense of a list', () => {
    const { configuration: found, problems } = read('select = ["ATT101", "ATT999", "F401"]');
    expect(found!.select).toEqual(['ATT101']);
    expect(problems.map((problem) => problem.message)).toEqual([
      '«\u00a0ATT999\u00a0» ne désigne aucune règle d’Attendu.',
      '«\u00a0F401\u00a0» ne désigne aucune règle d’Attendu.',
    ]);
  });

  it('names the line of a syntax error', () => {
    const { configuration: found, problems } = read('select = []\nignore = [');
    expect(found).toBeUndefined();
    expect(problems[0]).toMatchObject({ line: 2 });
  });

  it('says where in a pyproject.toml', () => {
    const text = '[tool.autre]\nselect = 1\n\n[tool.attendu]\nselect = 1\n';
    expect(read(text, '/p/pyproject.toml').problems).toMatchObject([{ line: 5 }]);
    expect(messages('[tool]\nattendu = 3\n', '/p/pyproject.toml')).toHaveLength(1);
  });
});

describe('isSelected', () => {
  const selected = (text: string, path = '/p/a.py') =>
    RULES.filter((rule) => isSelected(rule, configuration(text), path)).map(({ code }) => code);

  it.each([
    ['', ['ATT101', 'ATT201']],
    ['select = ["ALL"]', ['ATT101', 'ATT117', 'ATT201']],
    ['select = ["ATT1"]', ['ATT101']],
    ['select = ["ATT1xx"]', ['ATT101']],
    ['select = ["att117"]', ['ATT117']],
    ['select = ["Async-Inutile", "ATT2"]', ['ATT117', 'ATT201']],
    ['select = []', []],
    ['ignore = ["ATT1"]', ['ATT201']],
    ['ignore = ["ALL"]', []],
    ['select = ["ATT101"]\nignore = ["ATT1"]', ['ATT101']],
    ['select = ["ATT101"]\nignore = ["ATT101"]', []],
    ['select = ["ALL"]\nignore = ["ATT1"]', ['ATT201']],
    ['severity = { ATT117 = "hint" }', ['ATT101', 'ATT117', 'ATT201']],
    ['severity = { ATT101 = "off" }', ['ATT201']],
    ['severity = { ATT1 = "hint" }', ['ATT101', 'ATT201']],
    ['severity = { ALL = "hint" }', ['ATT101', 'ATT201']],
    ['severity = { ATT117 = "hint" }\nignore = ["ATT117"]', ['ATT101', 'ATT201']],
    ['severity = { ALL = "off", ATT201 = "error" }', ['ATT201']],
  ])('%j', (text, expected) => expect(selected(text)).toEqual(expected));

  it('honours per-file-ignores', () => {
    const text = '[per-file-ignores]\n"tests/**" = ["ATT2"]\n"conf*.py" = ["ALL"]\n';
    expect(selected(text, '/p/tests/x/a.py')).toEqual(['ATT101']);
    expect(selected(text, '/p/src/conftest.py')).toEqual([]);
    expect(selected(text, '/p/src/a.py')).toEqual(['ATT101', 'ATT201']);
  });

  it('gives the closest level', () => {
    const found = configuration('severity = { ATT1 = "hint", ATT101 = "information" }');
    expect(levelFor(RULES[0], 'error', found)).toBe('information');
    expect(levelFor(RULES[1], 'error', found)).toBe('hint');
    expect(levelFor(RULES[2], 'warning', found)).toBe('warning');
  });
});

describe('isExcluded', () => {
  const found = configuration('exclude = ["vieux/", "*_pb2.py", "src/gen/**", "!build/"]');

  it.each([
    ['/p/a.py', false],
    ['/p/vieux/a.py', true],
    ['/p/x/vieux/y/a.py', true],
    ['/p/x/a_pb2.py', true],
    ['/p/src/gen/a.py', true],
    ['/p/.venv/lib/a.py', true],
    ['/p/x/node_modules/', true],
    ['/p/build/a.py', false],
    ['/p/dist/a.py', true],
  ])('%s: %s', (path, expected) => expect(isExcluded(found, path)).toBe(expected));

  it('does not look at folders above the project, nor above what is asked', () => {
    expect(isExcluded({ ...found, folder: '/build/p' }, '/build/p/a.py')).toBe(false);
    expect(isExcluded(DEFAULT_CONFIGURATION, '/build/p/a.py')).toBe(true);
    expect(isExcluded(DEFAULT_CONFIGURATION, '/build/p/a.py', '/build/p')).toBe(false);
    expect(isExcluded(DEFAULT_CONFIGURATION, '/build/p/venv/a.py', '/build/p')).toBe(true);
  });

  it('reads addresses as paths', () => {
    const inFolder = { ...DEFAULT_CONFIGURATION, folder: 'file:///p', exclude: ['été/'] };
    expect(isExcluded(inFolder, 'file:///p/%C3%A9t%C3%A9/a.py')).toBe(true);
    expect(isExcluded(DEFAULT_CONFIGURATION, 'untitled:Untitled-1')).toBe(false);
  });
});

describe('lowestVersion', () => {
  it.each([
    ['>=3.9', [3, 9]],
    ['>=3.9,<4', [3, 9]],
    ['>= 3.10.2', [3, 10]],
    ['>3.8', [3, 8]],
    ['>3.8.*', undefined],
    ['~=3.10', [3, 10]],
    ['~=3.10.1', [3, 10]],
    ['==3.12.*', [3, 12]],
    ['==3.12.4', [3, 12]],
    ['>=3.8,!=3.8.*', [3, 9]],
    ['<3.12,>=3.7', [3, 7]],
    ['>=2.7', [3, 0]],
    ['<3', undefined],
    ['', undefined],
    ['n’importe quoi', undefined],
    ['>=3.13rc1', [3, 13]],
  ])('%s', (specifiers, expected) => expect(lowestVersion(specifiers)).toEqual(expected));
});

describe('readTarget', () => {
  it.each([
    ['3.8', [3, 8]],
    ['3.14', [3, 14]],
    ['py311', [3, 11]],
    ['3.11.4', [3, 11]],
    ['3', undefined],
    ['3.4', undefined],
    ['4.0', undefined],
    ['', undefined],
  ])('%s', (text, expected) => expect(readTarget(text)).toEqual(expected));
});

describe('withOverrides', () => {
  const base = configuration('select = ["ATT1"]\nignore = ["ATT101"]\ntarget-version = "3.9"');

  it('starts afresh with select, adds to ignore, leaves the rest', () => {
    expect(withOverrides(base, { select: ['ATT2'], ignore: [] })).toMatchObject({
      select: ['ATT2'],
      ignore: [],
      targetVersion: [3, 9],
    });
    expect(withOverrides(base, { select: undefined, ignore: ['ATT117'] })).toMatchObject({
      select: ['ATT1'],
      ignore: ['ATT101', 'ATT117'],
    });
  });

  it('gives the target by rank', () => {
    expect(targetOf(DEFAULT_CONFIGURATION)).toEqual([3, 11]);
    const fallback = withOverrides(DEFAULT_CONFIGURATION, { fallbackTarget: [3, 13] });
    expect(targetOf(fallback)).toEqual([3, 13]);
    expect(targetOf(withOverrides(base, { fallbackTarget: [3, 13] }))).toEqual([3, 9]);
    expect(targetOf(withOverrides(base, { targetVersion: [3, 12] }))).toEqual([3, 12]);
  });
});

describe('Configurations', () => {
  function open(files: Record<string, string>, only?: string) {
    const asked: string[] = [];
    const access = {
      read: async (path: string) => {
        asked.push(path);
        return files[path];
      },
    };
    const configurations = new Configurations(access, RULES, only);
    const of = async (path: string) => {
      await configurations.load(path);
      return configurations.of(path);
    };
    return { configurations, of, asked };
  }

  it('takes the nearest, attendu.toml before pyproject.toml', async () => {
    const { of } = open({
      '/p/attendu.toml': 'select = ["ATT1"]',
      '/p/pyproject.toml':
        '[project]\nrequires-python = ">=3.8"\n[tool.attendu]\nselect = ["ATT2"]',
      '/p/a/pyproject.toml': '[tool.attendu]\nignore = ["ATT2"]',
      '/p/b/pyproject.toml': '[project]\nrequires-python = ">=3.13"',
    });
    expect((await of('/p/x.py')).configuration).toMatchObject({
      folder: '/p',
      select: ['ATT1'],
      targetVersion: [3, 8],
    });
    expect((await of('/p/a/y/x.py')).configuration).toMatchObject({
      folder: '/p/a',
      select: undefined,
      ignore: ['ATT2'],
      targetVersion: [3, 8],
    });
    expect((await of('/p/b/x.py')).configuration).toMatchObject({
      folder: '/p',
      select: ['ATT1'],
      targetVersion: [3, 13],
    });
    expect((await of('/ailleurs/x.py')).configuration).toEqual(DEFAULT_CONFIGURATION);
  });

  it('takes the version of the virtual environment when the project says nothing', async () => {
    const { of } = open({
      '/p/.venv/pyvenv.cfg': 'home = /usr/bin\nversion = 3.12.4\n',
      '/p/a/venv/pyvenv.cfg': 'implementation = CPython\r\nversion_info = 3.9.1.final.0\r\n',
      '/p/b/pyproject.toml': '[project]\nrequires-python = ">=3.10"',
      '/p/c/.venv/pyvenv.cfg': 'illisible',
    });
    const target = async (path: string) => targetOf((await of(path)).configuration);
    expect(await target('/p/x.py')).toEqual([3, 12]);
    expect(await target('/p/a/x.py')).toEqual([3, 9]);
    expect(await target('/p/b/x.py')).toEqual([3, 10]);
    expect(await target('/p/c/x.py')).toEqual([3, 12]);
    expect(await target('/ailleurs/x.py')).toEqual([3, 11]);
  });

  it('reads each file once, until told to forget', async () => {
    const { configurations, of, asked } = open({ '/p/attendu.toml': 'select = ["ATT1"]' });
    await Promise.all([of('/p/a/x.py'), of('/p/a/y.py'), of('/p/x.py')]);
    expect(asked.length).toBe(new Set(asked).size);
    configurations.forget();
    expect(configurations.of('/p/x.py').configuration).toEqual(DEFAULT_CONFIGURATION);
    expect((await of('/p/x.py')).configuration.select).toEqual(['ATT1']);
  });

  it('goes up addresses to their root and no further', async () => {
    const { of, asked } = open({ 'vscode-vfs://github/o/r/attendu.toml': 'select = ["ATT1"]' });
    expect((await of('vscode-vfs://github/o/r/src/a.py')).configuration.select).toEqual(['ATT1']);
    expect(asked).toContain('vscode-vfs://github/attendu.toml');
    expect(asked.filter((path) => /^vscode-vfs:\/*(attendu|pyproject)/.test(path))).toEqual([]);
    expect((await of('untitled:Untitled-1')).configuration).toEqual(DEFAULT_CONFIGURATION);
  });

  it('lets one file govern all', async () => {
    const { of } = open(
      { '/c/autre.toml': 'ignore = ["ATT1"]', '/p/attendu.toml': 'select = ["ATT2"]' },
      '/c/autre.toml',
    );
    expect((await of('/p/x.py')).configuration).toMatchObject({
      select: undefined,
      ignore: ['ATT1'],
    });
  });

  it('survives what cannot be read', async () => {
    const access = { read: () => Promise.reject(new Error('refusé')) };
    const configurations = new Configurations(access, RULES);
    await configurations.load('/p/x.py');
    expect(configurations.of('/p/x.py').configuration).toEqual(DEFAULT_CONFIGURATION);
  });
});
