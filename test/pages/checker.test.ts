/** The checks of the pages catch what they are there for: each is shown a core or a page that errs. */

import { describe, expect, it } from 'vitest';
import { Cells } from '../../server/src/lint/cells.ts';
import type { Finding, Fix, TextEdit } from '../../server/src/lint/index.ts';
import {
  type Bench,
  checkFixes,
  checkMarks,
  checkRepairs,
  type Judged,
} from '../support/checker.ts';
import { checkOutput } from '../support/oracle.ts';
import { examplesOf, firstMissingLine, readPage } from '../support/pages.ts';
import { pythonMinor } from '../support/python.ts';
import { typographyFaults } from '../support/typography.ts';

const TITLE = 'Remplacer `sleep` par `pause`';

const page = (body: string) => readPage('test/rules/exemple.md', `# Exemple\n\n## Ici\n\n${body}`);
const example = (body: string) => examplesOf(page(body))[0]!;
const code = (text: string, info = '') => `\`\`\`python${info}\n${text}\`\`\`\n`;
const output = (text: string, info = '') => `\`\`\`sortie${info}\n${text}\`\`\`\n`;

const sleeping = example(
  code('a = 1  # gardé\n# seul\nsleep(a)  # dit  # ATT201\n', ' avant') +
    code('a = 1  # gardé\n# seul\npause(a)  # dit\n', ` après « ${TITLE.replaceAll('`', '')} »`),
);

describe('an example', () => {
  it('passes every check on a core that does what the page says', async () => {
    expect(await checkMarks(fakeBench(), sleeping)).toEqual([]);
    expect(await checkRepairs(fakeBench(), sleeping, 'ATT201')).toEqual([]);
    expect(await checkFixes(fakeBench(), sleeping)).toEqual([]);
  });

  it('does so as a notebook', async () => {
    const body = `${code('a = 1\n# %%\nsleep(a)  # ATT201\n# %%\nsleep(2)  # ATT201\n', ' notebook')}`;
    expect(example(body).cells).toEqual(['a = 1\n', 'sleep(a)\n', 'sleep(2)\n']);
    expect(await checkMarks(fakeBench(), example(body))).toEqual([]);
    expect(await checkFixes(fakeBench(), example(body))).toEqual([]);
  });
});

describe('a wrong page', () => {
  it.each([
    ['a mark too many', 'pause(1)  # ATT201\n', /missing finding: 0: ATT201/],
    ['a mark that lacks', 'sleep(1)\n', /unexpected finding: 0: ATT201/],
    ['a mark on another line', 'sleep(1)\npause(1)  # ATT201\n', /missing finding: 1: ATT201/],
    ['a mark of another code', 'sleep(1)  # ATT202\n', /missing finding: 0: ATT202/],
    ['a mark given twice', 'sleep(1)  # ATT201 ATT201\n', /missing finding: 0: ATT201/],
  ])('is told: %s', async (_, text, fault) => {
    expect((await checkMarks(fakeBench(), example(code(text)))).join('\n')).toMatch(fault);
  });

  it.each([
    ['another result', 'pause(2)\n', TITLE, /gives another text/],
    ['a title that no fix has', 'pause(1)\n', 'Supprimer', /no fix « Supprimer »; offered: « Rem/],
  ])('is told: %s', async (_, after, title, fault) => {
    const info = ` après « ${title.replaceAll('`', '')} »`;
    const wrong = example(code('sleep(1)  # ATT201\n', ' avant') + code(after, info));
    expect((await checkRepairs(fakeBench(), wrong, 'ATT201')).join('\n')).toMatch(fault);
  });

  it.each([
    ['an open block', '```python\npause(1)\n', /has no end/],
    ['a block in a list', '- ainsi\n  ```python\n  pause(1)\n  ```\n', /not executed/],
    ['an unknown option', code('pause(1)\n', ' cible=deux'), /« cible=deux » means nothing/],
    ['an « après » on its own', code('pause(1)\n', ' après « Essai »'), /no « avant »/],
    ['an « avant » on its own', code('sleep(1)\n', ' avant'), /no « après »/],
    ['an output on its own', output('rien\n'), /no program/],
    ['an empty output', code('pause(1)\n') + output('…\n'), /says nothing/],
    [
      'two files of one name',
      code('a = 1\n', ' fichier=a.py').repeat(2),
      /already has a file a.py/,
    ],
  ])('is refused: %s', (_, body, problem) => {
    expect(() => examplesOf(page(body))).toThrow(problem);
  });
});

describe('a core that errs', () => {
  it.each<[string, Errors, RegExp]>([
    [
      'finds by place',
      { findings: (text) => (text.startsWith('\n\n\n') ? [] : undefined) },
      /missing finding further down/,
    ],
    [
      'does not know CRLF',
      { findings: (text) => (text.includes('\r') ? [] : undefined) },
      /missing finding with CRLF/,
    ],
    ['writes poor French', { message: "L'appel bloque." }, /straight apostrophe/],
  ])('is told: it %s', async (_, errors, fault) => {
    expect(
      (await checkMarks(fakeBench(errors), example(code('sleep(1)  # ATT201\n')))).join('\n'),
    ).toMatch(fault);
  });

  it.each<[string, Errors, RegExp]>([
    ['leaves the finding', { fix: () => [insert(0, '1\n')] }, /leaves or brings ATT201/],
    [
      'brings a finding',
      { fix: ({ start, end }) => [{ start, end, newText: 'sleep ; sleep' }] },
      /leaves or brings ATT201/,
    ],
    [
      'breaks the text',
      { fix: ({ start, end }) => [{ start, end, newText: 'pause((' }] },
      /does not parse/,
    ],
    [
      'loses a comment',
      { fix: ({ start, end }) => [{ start, end: end + 10, newText: 'pause(a)' }] },
      /loses « # dit »/,
    ],
    [
      'changes too much with CRLF',
      {
        fix: ({ start, end }, text) => [
          { start, end, newText: text.includes('\r') ? 'wait' : 'pause' },
        ],
      },
      /another result with CRLF/,
    ],
    [
      'gives edits that overlap',
      {
        fix: ({ start, end }) => [
          { start, end, newText: 'pause' },
          { start, end, newText: 'x' },
        ],
      },
      /overlap/,
    ],
    ['gives a title in poor French', { title: 'Essayer: `pause`' }, /no no-break space before :/],
    ['does not silence', { comment: '# rien' }, /silencing: leaves or brings ATT201/],
    ['silences everything', { comment: '# attendu: ignore' }, /silencing: writes no/],
    [
      'does not fix all at once',
      {
        fixAll: (text) =>
          text.includes('sleep(a)') ? [{ start: 7, end: 7, newText: '+ 0 ' }] : [],
      },
      /fix all: twice is not once/,
    ],
    [
      'brings a finding when it fixes all',
      { fixAll: () => [insert(0, 'sleep(3)\n')] },
      /fix all: brings ATT201/,
    ],
  ])('is told: it %s', async (_, errors, fault) => {
    expect((await checkFixes(fakeBench(errors), sleeping)).join('\n')).toMatch(fault);
  });
});

describe('an output', () => {
  it('is lines in order, where … is any text', () => {
    expect(firstMissingLine(['un', 't…s'], 'zéro\nun\ndeux\ntrois\n')).toBeUndefined();
    expect(firstMissingLine(['trois', 'un'], 'un\ndeux\ntrois\n')).toBe('un');
    expect(firstMissingLine(['un', 'un'], 'un\ndeux\n')).toBe('un');
    expect(firstMissingLine(['tro'], 'trois\n')).toBe('tro');
    expect(firstMissingLine(['d.ux (2)'], 'deux (2)\n')).toBe('d.ux (2)');
  });

  it('has its first line that says something for symptom, unless lines are marked', () => {
    const symptomOf = (text: string) => example(code('pause(1)\n') + output(text)).output!.symptom;
    expect(symptomOf('…\nun\ndeux\n')).toEqual(['un']);
    expect(symptomOf('un\n! deux\n! trois\n')).toEqual(['deux', 'trois']);
  });
});

describe.skipIf(pythonMinor === undefined)('a program', () => {
  const told = async (program: string, shown: string, fixed?: string) => {
    const wrong = example(code(program) + output(shown));
    const edits = [{ start: 0, end: program.length, newText: fixed ?? '' }];
    const fixes: Fix[] = [{ title: TITLE, applicability: 'safe', edits }];
    return (await checkOutput(wrong, fixed === undefined ? [] : fixes)).join('\n');
  };
  const failing = 'print("avant")\nraise ValueError("zut")\n';

  it('passes when it prints what is shown, until it is repaired', async () => {
    expect(await told(failing, 'avant\n! ValueError: zut\n', 'print("avant")\n')).toBe('');
    expect(
      await told('import sys\nprint("un")\nprint("deux", file=sys.stderr)\n', 'un\ndeux\n'),
    ).toBe('');
    expect(await told(failing, '  File "exemple.py", line 2, in <module>\n')).toBe('');
  });

  it('may fail, once repaired, with the error that it told before', async () => {
    const shown = 'avant\nValueError: zut\n';
    expect(await told(failing, shown, 'raise ValueError("zut")\n')).toBe('');
    const group = 'raise ExceptionGroup("deux", [OSError(), ValueError("zut")])\n';
    if (pythonMinor! >= 11) expect(await told(failing, shown, group)).toBe('');
  });

  it('is told when it prints something else', async () => {
    expect(await told(failing, 'après\n')).toMatch(/« après » is not in order/);
  });

  it('is told when the fix leaves the symptom', async () => {
    expect(await told(failing, 'ValueError: zut\n', failing)).toMatch(/symptom is still there/);
  });

  it('is told when the fix breaks it', async () => {
    expect(await told(failing, 'ValueError: zut\n', 'pause()\n')).toMatch(/fails otherwise/);
  });

  it('is told when it does not end', async () => {
    const endless = example(code('print("avant")\nwhile True: pass\n') + output('avant\n'));
    expect(await checkOutput(endless, [], 2000)).toEqual(['the program does not end']);
  });
});

describe('typography', () => {
  it.each([
    'L’appel `f("x")` bloque\u00a0: à 12:30, 10\u00a0% des cas\u00a0!',
    '« Dit-il\u00a0?! » n’est pas « rien » (?).'.replace(/« | »/g, (mark) =>
      mark.replace(' ', '\u00a0'),
    ),
    '[Page](https://docs.python.org/fr/3/a.html?b;c "x") et <https://a.b/c?d>',
    '```python\nprint("It\'s")\n```\n\n| a | b |\n|:--|--:|\n| c | d |',
    '![Une image](images/a.png)\n\n[a]: https://a.b',
  ])('accepts %j', (text) => {
    expect(typographyFaults(text)).toEqual([]);
  });

  it.each([
    ["L'appel", 'straight apostrophe'],
    ["l'`await`", 'straight apostrophe'],
    ['Attendre...', 'ellipsis'],
    ['Quoi ?', 'before ! or ?'],
    ['Quoi?', 'before ! or ?'],
    ['`f` :', 'before :'],
    ['ainsi;', 'before ;'],
    ['10 %', 'before %'],
    ['« ainsi\u00a0»', 'after «'],
    ['«\u00a0ainsi »', 'before »'],
    ['dit "ainsi"', 'quotation mark'],
    ['bien\n\n```\n"\n```\n\nmal :', 'line 7'],
  ])('refuses %j', (text, fault) => {
    expect(typographyFaults(text).join('\n')).toContain(fault);
  });
});

/** What the fake core below gets wrong. */
interface Errors {
  readonly findings?: (text: string) => Finding[] | undefined;
  readonly message?: string;
  readonly title?: string;
  readonly fix?: (finding: Finding, text: string) => TextEdit[];
  readonly comment?: string;
  readonly fixAll?: (text: string) => TextEdit[];
}

/** A core whose one rule refuses `sleep`, and repairs it as `pause`. */
function fakeBench(errors: Errors = {}): Bench {
  const judge = (cells: Cells): Judged => {
    const { text } = cells;
    const found = [...text.matchAll(/\bsleep\b(?!.*attendu: ignore)/g)];
    const findings = found.map(({ index }) => findingAt(index, errors.message));
    const fix = ({ start, end }: Finding): Fix => ({
      title: errors.title ?? TITLE,
      applicability: 'safe',
      edits: errors.fix?.(findingAt(start), text) ?? [{ start, end, newText: 'pause' }],
    });
    return {
      cells,
      findings: errors.findings?.(text) ?? findings,
      fixes: (finding) => [fix(finding)],
      suppression: ({ start }) => {
        const end = start + /\r?\n|$/.exec(text.slice(start))!.index;
        const comment = errors.comment ?? '# attendu: ignore[ATT201]';
        return { title: 'Ignorer', applicability: 'review', edits: [insert(end, `  ${comment}`)] };
      },
      fixAll: () => ({
        edits: errors.fixAll?.(text) ?? findings.flatMap((finding) => fix(finding).edits),
        applied: findings.length,
      }),
    };
  };
  return {
    open: async (_, cells) => judge(new Cells(cells)),
    inspect: (text) => ({
      damaged: text.split('(').length === text.split(')').length ? 0 : 1,
      comments: text.match(/#[^#\r\n]*[^#\s]/g) ?? [],
    }),
  };
}

function findingAt(start: number, message = 'L’appel bloque la boucle.'): Finding {
  const place = { path: '/exemple.py', start, end: start + 'sleep'.length };
  const rule = { code: 'ATT201', slug: 'sommeil-bloquant', level: 'warning', tags: [] } as const;
  return { ...place, ...rule, message, related: [], data: {} };
}

function insert(at: number, newText: string): TextEdit {
  return { start: at, end: at, newText };
}
