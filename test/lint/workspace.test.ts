import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyEdits } from '../../server/src/lint/fixes.ts';
import { type Finding, Workspace } from '../../server/src/lint/index.ts';
import type { Rule } from '../../server/src/rules/rule.ts';
import { readAssets } from '../support/assets.ts';
import { filesOf } from '../support/files.ts';

/** Rules as simple as can be, so that what is tested is what is around rules. */
vi.mock('../../server/src/rules/index.ts', () => {
  const page =
    '# Titre\n\nUne phrase.\n\n## Ce qui se passe\n\nCeci.\n\n## Comment corriger\n\nCela.\n';
  const rule = (code: string, called: string, more: Partial<Rule>): Rule => ({
    code,
    slug: `appel-de-${called}`,
    level: 'warning',
    peers: [],
    page,
    handlers: {
      Call(node, context) {
        if (node.func.kind !== 'Name' || node.func.id !== called) return;
        context.report({ at: node, message: `\`${called}()\` est appelée.` });
      },
    },
    ...more,
  });
  const renaming =
    (name: string, applicability: 'safe' | 'review'): Rule['fixes'] =>
    ({ node }, context) => {
      const edits = context.edits();
      if (node.kind === 'Call') edits.replace(node.func, name);
      return [{ title: `Appeler \`${name}\``, applicability, edits: edits.result }];
    };
  const rules: Rule[] = [
    rule('ATT901', 'mauvais', { peers: ['XYZ42', 'bad-call'], fixes: renaming('bon', 'safe') }),
    rule('ATT902', 'pire', { level: 'error', fixes: renaming('mauvais', 'safe') }),
    rule('ATT903', 'discret', { level: 'off', tags: ['unnecessary'] }),
    rule('ATT904', 'douteux', { fixes: renaming('bon', 'review') }),
    rule('ATT905', 'recent', { since: [3, 12] }),
    rule('ATT906', 'casse', {
      handlers: {
        Call() {
          throw new Error('la règle échoue');
        },
      },
    }),
    rule('ATT908', 'mauvais', { level: 'off', yieldsTo: ['ATT901'] }),
    rule('ATT907', 'lointain', {
      handlers: {
        AsyncFunctionDef(node, context) {
          context.report({
            at: node,
            span: { start: node.nameStart, end: node.nameStart + node.name.length },
            message: `\`${node.name}\` est asynchrone.`,
            related: [
              { at: node.args, message: 'ici' },
              { at: { definition: `${context.path}::cible` }, message: 'là' },
            ],
          });
        },
      },
    }),
  ];
  return {
    rules,
    ruleByCode: (name: string) => rules.find((r) => r.code === name || r.slug === name),
  };
});

const PATH = '/p/a.py';
const files = new Map<string, string>();
const logged: string[] = [];
let workspace: Workspace;

beforeAll(async () => {
  workspace = await Workspace.create({
    ...(await readAssets()),
    files: filesOf(files),
    log: (message) => logged.push(message),
    pages: 'file:///pages/',
  });
});

beforeEach(() => {
  files.clear();
  workspace.forgetConfiguration();
  workspace.setOverrides({ ignore: ['ATT906', 'ATT907'] });
});

function open(text: string | readonly string[], path = PATH): readonly Finding[] {
  workspace.setDocument(path, text);
  return workspace.findings(path);
}

const codesOf = (text: string | readonly string[]) => open(text).map(({ code }) => code);
const fixed = (text: string, fix: { edits: Parameters<typeof applyEdits>[1] }) =>
  applyEdits(text, fix.edits);

describe('findings', () => {
  it('gives places in the file, in order', () => {
    const text = 'x = 1\n\nclass A:\n    def f(self):\n        pire()\n\nmauvais()\n';
    expect(open(text).map(({ code, start, end }) => [code, text.slice(start, end)])).toEqual([
      ['ATT902', 'pire()'],
      ['ATT901', 'mauvais()'],
    ]);
    expect(workspace.text(PATH)).toBe(text);
  });

  it('has every field', () => {
    workspace.setOverrides({ select: ['ATT903'] });
    expect(open('discret()')).toEqual([
      {
        path: PATH,
        code: 'ATT903',
        slug: 'appel-de-discret',
        level: 'hint',
        tags: ['unnecessary'],
        message: '`discret()` est appelée.',
        start: 0,
        end: 9,
        related: [],
        data: {},
      },
    ]);
  });

  it('lets the more specific rule speak alone, when it speaks', () => {
    workspace.setOverrides({ select: ['ATT901', 'ATT908'] });
    expect(codesOf('mauvais()')).toEqual(['ATT901']);
    workspace.setOverrides({ select: ['ATT908'] });
    expect(codesOf('mauvais()')).toEqual(['ATT908']);
  });

  it('brings related places back to the file', () => {
    workspace.setOverrides({ select: ['ATT907'] });
    const text = 'x = 1\nasync def f(a):\n    pass\n\ndef cible():\n    pass\n';
    const [finding] = open(text);
    expect(text.slice(finding!.start, finding!.end)).toBe('f');
    const related = finding!.related.map(({ start, end, path, message }) => [
      path,
      text.slice(start, end),
      message,
    ]);
    expect(related).toEqual([
      [PATH, 'a', 'ici'],
      [PATH, 'cible', 'là'],
    ]);
  });

  it('costs one chunk a keystroke', () => {
    const functions = Array.from({ length: 50 }, (_, i) => `def f${i}():\n    mauvais(${i})\n`);
    open(functions.join('\n'));
    const before = workspace.counters;
    functions[25] = functions[25]!.replace('mauvais', 'mauvais_');
    expect(open(functions.join('\n'))).toHaveLength(49);
    expect(workspace.counters).toEqual({
      judged: before.judged + 1,
      lowered: before.lowered + 1,
    });
    workspace.findings(PATH);
    expect(workspace.counters.judged).toBe(before.judged + 1);
  });

  it('says nothing inside what is damaged, and goes on after it', () => {
    expect(codesOf('def f():\n    mauvais(1 2)\n\n\nmauvais()\n')).toEqual(['ATT901']);
  });

  it('logs a failing rule once and goes on', () => {
    workspace.setOverrides({ select: ['ATT9'] });
    logged.length = 0;
    expect(codesOf('mauvais()\npire()\n')).toEqual(['ATT901', 'ATT902']);
    expect(codesOf('pire(2)\n')).toEqual(['ATT902']);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(/ATT906.*la règle échoue/s);
  });

  it('follows the configuration, once it is loaded', async () => {
    files.set('/p/attendu.toml', 'ignore = ["ATT901"]\nseverity = { ATT902 = "hint" }\n');
    expect(codesOf('mauvais()\npire()\n')).toEqual(['ATT901', 'ATT902']);
    await workspace.loadConfiguration(PATH);
    expect(workspace.findings(PATH).map(({ code, level }) => [code, level])).toEqual([
      ['ATT902', 'hint'],
    ]);
    files.set('/p/attendu.toml', 'ignore = ["ATT902"]');
    workspace.forgetConfiguration();
    await workspace.loadConfiguration(PATH);
    expect(workspace.findings(PATH).map(({ code }) => code)).toEqual(['ATT901']);
  });

  it('tells what is wrong with the configuration', async () => {
    files.set('/p/attendu.toml', 'ignore = 3');
    await workspace.loadConfiguration(PATH);
    expect(workspace.configurationProblems(PATH)).toMatchObject([
      { path: '/p/attendu.toml', line: 1 },
    ]);
  });

  it('judges for the target version, and judges again when it changes', () => {
    expect(codesOf('recent()')).toEqual([]);
    workspace.setOverrides({ targetVersion: [3, 12], ignore: ['ATT906'] });
    expect(workspace.findings(PATH).map(({ code }) => code)).toEqual(['ATT905']);
    workspace.setOverrides({ fallbackTarget: [3, 13], ignore: ['ATT906'] });
    expect(workspace.findings(PATH).map(({ code }) => code)).toEqual(['ATT905']);
    workspace.setOverrides({ targetVersion: [3, 8], ignore: ['ATT906'] });
    expect(workspace.findings(PATH)).toEqual([]);
  });

  it('is silent about what is not open', () => {
    workspace.setDocument(PATH, 'mauvais()');
    const [finding] = workspace.findings(PATH);
    workspace.closeDocument(PATH);
    expect(workspace.findings(PATH)).toEqual([]);
    expect(workspace.fixes(PATH, finding!)).toEqual([]);
    expect(workspace.hover(PATH, 0)).toBeUndefined();
    expect(workspace.fixAll(PATH).edits).toEqual([]);
    expect(workspace.text(PATH)).toBeUndefined();
  });
});

describe('suppressions', () => {
  it.each([
    ['mauvais()  # attendu: ignore', []],
    ['mauvais()  #attendu:ignore', []],
    ['mauvais()  # attendu: ignore[ATT901]', []],
    ['mauvais()  # attendu: ignore[ATT902, att901] -- voulu ici', []],
    ['mauvais()  # attendu: ignore[appel-de-mauvais]', []],
    ['mauvais()  # attendu: ignore[ATT9]', []],
    ['mauvais()  # type: ignore  # attendu: ignore[ATT901]', []],
    ['mauvais()  # attendu: ignore[ATT902]', ['ATT901']],
    ['mauvais()  # attendu: ignore[]', ['ATT901']],
    ['mauvais()  # attendu: ignore[ATT901', ['ATT901']],
    ['mauvais()  # attendu: ignorer', ['ATT901']],
    ['# attendu: ignore\nmauvais()', ['ATT901']],
    ['mauvais()  # noqa', []],
    ['mauvais()  # NOQA', []],
    ['mauvais()  # noqa: E501, XYZ42', []],
    ['mauvais()  # noqa:E501 xyz42', []],
    ['mauvais()  # noqa: ATT901', []],
    ['mauvais()  # noqa: E501', ['ATT901']],
    ['mauvais()  # noqa: pour rire', ['ATT901']],
    ['mauvais()  # noqantes', ['ATT901']],
    ['mauvais()  # pylint: disable=autre, bad-call', []],
    ['mauvais()  # pyright: ignore[bad-call]', []],
    ['mauvais()  # type: ignore', ['ATT901']],
    ['x = "# noqa"; mauvais()', ['ATT901']],
    ['mauvais(\n    1,\n)  # attendu: ignore', []],
    ['mauvais(  # attendu: ignore\n    1,\n)', []],
    ['mauvais(\n    1,  # attendu: ignore\n)', ['ATT901']],
    ['f(\n    mauvais(),  # attendu: ignore\n    pire(),\n)', ['ATT902']],
    ['if mauvais(\n    1\n):  # attendu: ignore\n    mauvais()\n', ['ATT901']],
    ['if x:\n    mauvais()\n    pire()  # attendu: ignore\n', ['ATT901']],
    ['class A:\n    def f(self):\n        mauvais()  # attendu: ignore\n', []],
    ['# attendu: ignore-file\nmauvais()', []],
    ['"""Docstring."""\n\n# attendu: ignore-file[ATT902]\n\npire()\nmauvais()', ['ATT901']],
    ['import x\n# attendu: ignore-file\nmauvais()', ['ATT901']],
    ['import x  # attendu: ignore-file\nmauvais()', ['ATT901']],
    ['def f():\n    mauvais()\n    # attendu: ignore-file\n', ['ATT901']],
    ['# attendu: ignore-file', []],
    ['mauvais()\n# ruff: noqa\n', []],
    ['mauvais()\npire()\n# flake8: noqa: XYZ42\n', ['ATT902']],
    ['mauvais()  # ruff: noqa\n', ['ATT901']],
  ])('%j leaves %j', (text, expected) => {
    expect(codesOf(text)).toEqual(expected);
    expect(codesOf(`x = 1\n\n${text}`.replace(/\n/g, '\r\n')).length).toBeGreaterThanOrEqual(
      expected.length,
    );
  });

  it.each([
    ['mauvais()', 'mauvais()  # attendu: ignore[ATT901]'],
    ['mauvais()   \nx', 'mauvais()  # attendu: ignore[ATT901]\nx'],
    ['mauvais()  # parce que\n', 'mauvais()  # parce que  # attendu: ignore[ATT901]\n'],
    ['mauvais()\r\nx = 1\r\n', 'mauvais()  # attendu: ignore[ATT901]\r\nx = 1\r\n'],
    [
      'mauvais()  # attendu: ignore[ATT101] -- voulu',
      'mauvais()  # attendu: ignore[ATT101, ATT901] -- voulu',
    ],
    ['mauvais()  # attendu: ignore[]', 'mauvais()  # attendu: ignore[ATT901]'],
    ['mauvais(\n    1\n)', 'mauvais(  # attendu: ignore[ATT901]\n    1\n)'],
    ['mauvais("""\ntexte\n""")', 'mauvais("""\ntexte\n""")  # attendu: ignore[ATT901]'],
    ['mauvais(f"""\n{1}\n""")', 'mauvais(f"""\n{1}\n""")  # attendu: ignore[ATT901]'],
    ['x = mauvais() + \\\n    1\n', 'x = mauvais() + \\\n    1  # attendu: ignore[ATT901]\n'],
    [
      'if mauvais() and \\\n    x:\n    y\n',
      'if mauvais() and \\\n    x:  # attendu: ignore[ATT901]\n    y\n',
    ],
    [
      'class A:\n\n    def f(self):\n        mauvais()\n',
      'class A:\n\n    def f(self):\n        mauvais()  # attendu: ignore[ATT901]\n',
    ],
  ])('%j: written by the quick fix', (text, expected) => {
    const [finding] = open(text);
    const fix = workspace.suppression(PATH, finding!);
    expect(fix.title).toBe('Ignorer ATT901 sur cette ligne');
    expect(fixed(text, fix)).toBe(expected);
    expect(codesOf(expected)).toEqual([]);
  });
});

describe('fixes', () => {
  it('gives those of the rule', () => {
    const text = 'x = 1\ndouteux(1)\n';
    const [finding] = open(text);
    const fixes = workspace.fixes(PATH, finding!);
    expect(fixes.map(({ title, applicability }) => [title, applicability])).toEqual([
      ['Appeler `bon`', 'review'],
    ]);
    expect(fixed(text, fixes[0]!)).toBe('x = 1\nbon(1)\n');
  });

  it('still knows a finding of the same text opened again, or copied', () => {
    const [finding] = open('mauvais()\n');
    workspace.setDocument(PATH, 'mauvais()\n\n');
    expect(workspace.fixes(PATH, finding!)).toHaveLength(1);
    expect(workspace.fixes(PATH, structuredClone(finding!))).toHaveLength(1);
    workspace.setDocument(PATH, 'x\nmauvais()\n');
    expect(workspace.fixes(PATH, finding!)).toEqual([]);
  });
});

describe('fixAll', () => {
  it('takes safe fixes until nothing changes, in as few edits', () => {
    const text = 'pire(mauvais())\r\ndouteux()\r\nmauvais()\r\n';
    open(text);
    const { text: after, edits, applied } = workspace.fixAll(PATH);
    expect(after).toBe('bon(bon())\r\ndouteux()\r\nbon()\r\n');
    expect(applyEdits(text, edits)).toBe(after);
    expect(edits).toHaveLength(2);
    expect(applied).toBe(4);
  });

  it('keeps line ends that differ', () => {
    const text = 'x = 1\npire(\r\n  mauvais(1))\ny\n';
    open(text);
    const { text: after, edits } = workspace.fixAll(PATH);
    expect(after).toBe('x = 1\nbon(\r\n  bon(1))\ny\n');
    expect(applyEdits(text, edits)).toBe(after);
  });

  it('leaves the document as it was', () => {
    const text = 'pire()\nmauvais()\n';
    const before = open(text);
    workspace.fixAll(PATH);
    expect(workspace.text(PATH)).toBe(text);
    expect(workspace.findings(PATH)).toEqual(before);
  });

  it('leaves suppressed findings alone', () => {
    open('mauvais()  # noqa\n');
    expect(workspace.fixAll(PATH)).toEqual({ text: 'mauvais()  # noqa\n', edits: [], applied: 0 });
  });
});

describe('notebooks', () => {
  const CELLS = [
    '%pip install x\nx = 1',
    '%%bash\nmauvais()',
    'mauvais(',
    '!ls\nmauvais()\n',
    'pire()',
  ];

  it('keeps an error in its cell, and magics out', () => {
    const findings = open(CELLS);
    const cells = workspace.cells(PATH)!;
    expect(findings.map(({ code, start }) => [code, cells.positionAt(start)])).toEqual([
      ['ATT901', { cell: 3, offset: 4 }],
      ['ATT902', { cell: 4, offset: 0 }],
    ]);
    expect(workspace.text(PATH)).toBe(CELLS.join('\n'));
    expect(workspace.hover(PATH, cells.offsetAt({ cell: 3, offset: 5 }))).toBeDefined();
  });

  it('costs one chunk a keystroke', () => {
    open(CELLS);
    const before = workspace.counters;
    open(['%pip install x\nx = 12', ...CELLS.slice(1)]);
    expect(workspace.counters.lowered).toBe(before.lowered + 1);
    expect(workspace.findings(PATH)).toHaveLength(2);
  });

  it('fixes each cell', () => {
    open(CELLS);
    const { edits, text } = workspace.fixAll(PATH);
    const after = workspace.cells(PATH)!.edited(edits).sources;
    expect(after).toEqual([CELLS[0], CELLS[1], CELLS[2], '!ls\nbon()\n', 'bon()']);
    expect(text).toBe(after.join('\n'));
  });

  it('suppresses in the cell', () => {
    const finding = open(CELLS).at(-1)!;
    const { edits } = workspace.suppression(PATH, finding);
    expect(workspace.cells(PATH)!.edited(edits).sources[4]).toBe(
      'pire()  # attendu: ignore[ATT902]',
    );
  });
});

describe('hover', () => {
  const hoverAt = (text: string, marked: string) => {
    workspace.setDocument(PATH, text);
    const found = workspace.hover(PATH, text.indexOf(marked));
    return found && { text: text.slice(found.start, found.end), markdown: found.markdown };
  };

  it('shows the essence of a finding’s page, and where to read the rest', () => {
    expect(hoverAt('x = 1\nmauvais(2)\n', 'vais')).toMatchObject({
      text: 'mauvais(2)',
      markdown: expect.stringMatching(
        /^\*\*Titre\*\* \(ATT901\)[\s\S]*\[Page de la règle\]\(file:\/\/\/pages\/appel-de-mauvais\.md\)$/,
      ),
    });
  });

  it('tells what a call of a project’s function gives', () => {
    const text = [
      'async def envoyer(): ...',
      'async def flux(): yield 1',
      'def ordinaire(): return 1',
      'class A:',
      '    async def m(self): ...',
      'async def main(a: A):',
      '    await envoyer()',
      '    flux',
      '    ordinaire()',
      '    await a.m()',
    ].join('\n');
    expect(hoverAt(text, 'envoyer()\n')?.markdown).toMatch(
      /^`envoyer\(\)`\u00a0: rend une \*\*coroutine/,
    );
    expect(hoverAt(text, 'flux\n')?.markdown).toContain('**générateur asynchrone**');
    expect(hoverAt(text, 'm()')).toMatchObject({
      text: 'm',
      markdown: expect.stringMatching(/^`A\.m\(\)`/),
    });
    expect(hoverAt(text, 'ordinaire()\n')).toBeUndefined();
  });

  it('shows the inner of two findings', () => {
    expect(hoverAt('pire(mauvais())', 'mauvais')?.text).toBe('mauvais()');
  });

  it('shows the page of a rule named in a suppression', () => {
    const text = 'x = 1\n\n\nmauvais()  # attendu: ignore[ATT902, appel-de-mauvais, ATT999]\n';
    expect(hoverAt(text, 'T902')).toMatchObject({
      text: 'ATT902',
      markdown: expect.stringContaining('(ATT902)'),
    });
    expect(hoverAt(text, 'de-mauvais')).toMatchObject({ text: 'appel-de-mauvais' });
    expect(hoverAt(text, 'ATT999')).toBeUndefined();
    expect(hoverAt(text, 'attendu')).toBeUndefined();
  });

  it.each([
    ['import asyncio\nasyncio.gather()\n', 'gather', 'gather'],
    ['import asyncio as aio\naio.gather()\n', 'gather', 'gather'],
    ['from asyncio import gather as g\ng()\n', 'g()', 'g'],
    ['from asyncio import gather\n', 'gather', 'gather'],
    ['async def f():\n    await g()\n', 'wait', 'await'],
    ['async  def f():\n    pass\n', 'def', 'async  def'],
    ['async def f():\n    async for x in y:\n        pass\n', 'for', 'async for'],
    ['async def f():\n    async with x:\n        pass\n', 'async with', 'async with'],
    ['async def f():\n    return [x async for x in y]\n', 'async for', 'async for'],
    ['import asyncio\n@asyncio.timeout\ndef f(): pass\n', 'timeout', 'timeout'],
    ['x = 1\n\nclass A:\n    async def f(self):\n        await g()\n', 'await', 'await'],
  ])('%j at %j', (text, marked, expected) => {
    const found = hoverAt(text, marked);
    expect(found?.text).toBe(expected);
    expect(found?.markdown).toMatch(/^# `/);
  });

  it.each([
    ['gather()\n', 'gather'],
    ['asyncio.gather()\n', 'gather'],
    ['import asyncio\nasyncio = 3\nasyncio.gather()\n', 'gather()'],
    ['x = "await asyncio.gather"\n', 'await'],
    ['# await\n', 'await'],
    ['async def f():\n    await g()\n', 'g()'],
    ['async def f():\n    pass\n', 'f()'],
    ['', ''],
  ])('%j at %j: nothing', (text, marked) => expect(hoverAt(text, marked)).toBeUndefined());
});
