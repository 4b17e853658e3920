import { describe, expect, it } from 'vitest';
import { FORGOTTEN, workshop } from './support.ts';

const { write, run } = workshop();

type Shape = 'string' | 'count' | readonly string[] | { readonly [field: string]: Shape } | ListOf;
interface ListOf {
  readonly each: Shape;
}

const POSITION = { line: 'count', column: 'count' } as const;
const RANGE = { start: POSITION, end: POSITION } as const;
/** The public form of a finding; fields that end in `?` are only in notebooks. */
const FINDING: Shape = {
  path: 'string',
  'cell?': 'count',
  code: 'string',
  slug: 'string',
  severity: ['error', 'warning', 'information', 'hint'],
  message: 'string',
  ...RANGE,
  related: { each: { path: 'string', 'cell?': 'count', ...RANGE, message: 'string' } },
  fixes: {
    each: {
      title: 'string',
      applicability: ['safe', 'review'],
      edits: { each: { 'cell?': 'count', ...RANGE, newText: 'string' } },
    },
  },
};

/** What departs from the shape: nothing missing, nothing more. */
function departures(value: unknown, shape: Shape, notebook: boolean, at = '$'): string[] {
  if (shape === 'string') return typeof value === 'string' ? [] : [`${at}: not a text`];
  if (shape === 'count') {
    const least = at.endsWith('.cell') ? 0 : 1;
    return Number.isInteger(value) && (value as number) >= least ? [] : [`${at}: not a count`];
  }
  if (Array.isArray(shape)) return shape.includes(value) ? [] : [`${at}: unknown value`];
  if ('each' in shape) {
    if (!Array.isArray(value)) return [`${at}: not a list`];
    return value.flatMap((item, i) =>
      departures(item, shape.each as Shape, notebook, `${at}[${i}]`),
    );
  }
  const fields = new Map(
    Object.entries(shape)
      .filter(([name]) => notebook || !name.endsWith('?'))
      .map(([name, field]) => [name.replace('?', ''), field]),
  );
  const own = value as Readonly<Record<string, unknown>>;
  return [
    ...Object.keys(own).flatMap((name) =>
      fields.has(name) ? [] : [`${at}.${name}: not expected`],
    ),
    ...[...fields].flatMap(([name, field]) =>
      name in own
        ? departures(own[name], field as Shape, notebook, `${at}.${name}`)
        : [`${at}.${name}: missing`],
    ),
  ];
}

function findingsOf(name: string, content: string, ...options: string[]) {
  write(name, content);
  const { stdout, stderr } = run(['check', '--format', 'json', ...options, name]);
  expect(stderr).toBe('');
  const findings = JSON.parse(stdout);
  expect(departures(findings, { each: FINDING }, name.endsWith('.ipynb'))).toEqual([]);
  return findings;
}

describe('--format json', () => {
  it('gives exactly the public form', () => {
    const [finding, ...others] = findingsOf('a.py', FORGOTTEN);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      path: 'a.py',
      code: 'ATT101',
      slug: 'coroutine-jamais-attendue',
      severity: 'error',
      start: { line: 7, column: 5 },
      end: { line: 7, column: 14 },
      related: [{ path: 'a.py', start: { line: 4, column: 11 }, end: { line: 4, column: 18 } }],
    });
    expect(finding.fixes[0]).toMatchObject({
      applicability: 'safe',
      edits: [{ start: { line: 7, column: 5 }, end: { line: 7, column: 5 }, newText: 'await ' }],
    });
  });

  it('notices what departs from the form', () => {
    const [finding] = findingsOf('a.py', FORGOTTEN);
    const wrong = { ...finding, plus: 1, start: { line: 0 }, severity: 'grave' };
    expect(departures(wrong, FINDING, false)).toEqual([
      '$.plus: not expected',
      '$.severity: unknown value',
      '$.start.line: not a count',
      '$.start.column: missing',
    ]);
  });

  it('gives an empty list', () => {
    write('a.py', '');
    expect(run(['check', '--format', 'json', 'a.py'])).toEqual({
      status: 0,
      stdout: '[]\n',
      stderr: '',
    });
  });

  it.each([
    ['    x = "😀é日"; envoyer()', 7, 16],
    ['\tenvoyer()', 7, 2],
    ['    x = "e\u0301"; envoyer()', 7, 15],
  ])('counts columns in code points: %j', (line, row, column) => {
    const [finding] = findingsOf('a.py', FORGOTTEN.replace('    envoyer()', line));
    expect(finding.start).toEqual({ line: row, column });
    expect(finding.end).toEqual({ line: row, column: column + 9 });
  });

  it.each(['\r\n', '\r'])('counts lines that end in %j', (end) => {
    const [finding] = findingsOf('a.py', FORGOTTEN.replaceAll('\n', end));
    expect(finding.start).toEqual({ line: 7, column: 5 });
  });

  it('does not count a byte order mark', () => {
    const [finding] = findingsOf('a.py', `\ufeff${FORGOTTEN}`);
    expect(finding.related[0].start).toEqual({ line: 4, column: 11 });
  });

  it('places findings and edits in cells', () => {
    const cells = [
      ['code', '%pip install x\n'],
      ['markdown', '# Titre'],
      ['code', 'async def envoyer():\n    pass\n'],
      ['code', '# rien\nenvoyer()'],
    ].map(([cell_type, source]) => ({ cell_type, metadata: {}, source: [source] }));
    const notebook = JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
    const [finding, ...others] = findingsOf('n.ipynb', notebook);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      cell: 2,
      code: 'ATT101',
      start: { line: 2, column: 1 },
      related: [{ path: 'n.ipynb', cell: 1, start: { line: 1, column: 11 } }],
    });
    expect(finding.fixes[0].edits).toEqual([
      { cell: 2, start: { line: 2, column: 1 }, end: { line: 2, column: 1 }, newText: 'await ' },
    ]);
    expect(run(['check', 'n.ipynb']).stdout).toMatch(/^n\.ipynb:cellule 3:2:1 {2}ATT101/);
  });
});
