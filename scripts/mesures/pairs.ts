/**
 * Holds our findings against what the peers expect on their own test files: `npm run mesure:pairs -- FOLDER`,
 * where FOLDER holds checkouts of their repositories, `flake8-async/`, `ruff/` and `sonar-python/`, at the versions
 * that `pairs.txt` names. Nothing of theirs is kept here. Needs `npm run build` first. `--details` tells each place.
 *
 * `pairs.txt` says of each disagreement why it is one; the command fails where that is no longer what there is.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonFinding } from '../../server/src/cli/json.ts';
import type { Rule } from '../../server/src/rules/rule.ts';
import { loadModule } from '../load-module.ts';
import { type Fixture, fixturesIn } from './fixtures.ts';

/** Why we do not say what they say. */
type Why =
  /** What is written there means nothing in asyncio, or in Python. */
  | 'sans objet'
  /** Another rule of ours speaks there, or nearby. */
  | 'ailleurs'
  | 'voulu'
  | 'manqué'
  /** We speak where they do not. */
  | 'en plus';

interface Cause {
  readonly why: Why;
  /** French, for the documentation. */
  readonly sentence: string;
  /** `PEER CODE FILE:LINE`. */
  readonly places: Set<string>;
}

interface Row {
  readonly files: Set<string>;
  expected: number;
  /** About other libraries. */
  foreign: number;
  seen: number;
  readonly missed: string[];
  readonly extra: string[];
}

const PEERS: readonly Fixture['peer'][] = ['flake8-async', 'ruff', 'sonar-python'];
const COLUMNS = [
  'attendus',
  'Trio, AnyIO',
  'sans objet',
  'vus',
  'ailleurs',
  'voulus',
  'manqués',
  'en plus',
] as const;

const args = process.argv.slice(2);
const folder = args.find((arg) => !arg.startsWith('--'));
if (folder === undefined) throw new Error('Which folder holds the checkouts?');
const isDetailed = args.includes('--details');
const { rules } = await loadModule<{ rules: readonly Rule[] }>('server/src/rules/index.ts');
const ours = new Map<string, Set<string>>();
for (const { code, peers } of rules)
  for (const peer of peers) ours.set(peer, (ours.get(peer) ?? new Set()).add(code));

const work = realpathSync(mkdtempSync(join(tmpdir(), 'attendu-pairs-')));
try {
  report(compared(fixturesIn(folder)));
} finally {
  rmSync(work, { recursive: true });
}

/** What there is of each code of each peer. */
function compared(fixtures: readonly Fixture[]): ReadonlyMap<string, Row> {
  const findings = judged(fixtures);
  const rows = new Map<string, Row>();
  for (const fixture of fixtures) {
    const found = findings.get(fixture)!;
    const lines = fixture.text.split('\n');
    for (const code of fixture.codes) {
      const key = `${fixture.peer} ${code}`;
      const row: Row = rows.get(key) ?? {
        files: new Set(),
        expected: 0,
        foreign: 0,
        seen: 0,
        missed: [],
        extra: [],
      };
      rows.set(key, row);
      row.files.add(fixture.name);
      const place = (line: number) => `${key} ${fixture.name}:${line}`;
      for (const one of fixture.expected.filter((expected) => expected.code === code)) {
        row.expected++;
        const said = saidAt(one, found, lines);
        if (one.isForeign) row.foreign++;
        else if (said.some((other) => ours.get(code)?.has(other))) row.seen++;
        else row.missed.push(place(one.line));
        if (isDetailed && !one.isForeign && row.missed.at(-1) === place(one.line))
          console.log(
            `${place(one.line)} missed${said.length > 0 ? ` (${said.join()})` : ''}: ${lines[one.line - 1]!.trim()}`,
          );
      }
    }
    for (const one of found) {
      const code = fixture.codes.find((their) => ours.get(their)?.has(one.code));
      if (code === undefined) continue;
      const isWanted = fixture.expected.some(
        (expected) =>
          !expected.isForeign &&
          ours.get(expected.code)?.has(one.code) &&
          saidAt(expected, [one], lines).length > 0,
      );
      if (isWanted) continue;
      const { line } = one.start;
      rows
        .get(`${fixture.peer} ${code}`)!
        .extra.push(`${fixture.peer} ${code} ${fixture.name}:${line}`);
      if (isDetailed)
        console.log(
          `${fixture.peer} ${code} ${fixture.name}:${line} extra ${one.code}: ${lines[line - 1]!.trim()}`,
        );
    }
  }
  return rows;
}

/** Our codes where theirs is expected. What they say of a statement that leaves a handler, we say of the handler. */
function saidAt(
  { code, line }: Fixture['expected'][number],
  found: readonly JsonFinding[],
  lines: readonly string[],
): string[] {
  const wanted = new Set([line]);
  if (code === 'ASYNC104') for (const header of handlersAround(lines, line - 1)) wanted.add(header);
  return found
    .filter(({ start, end }) => [...wanted].some((one) => start.line <= one && one <= end.line))
    .map((one) => one.code);
}

/** The lines, from 1, of the `except` around a line. */
function handlersAround(lines: readonly string[], at: number): number[] {
  const indent = (line: string) => line.search(/\S/);
  const found: number[] = [];
  for (let line = at, inner = indent(lines[at]!); line >= 0 && inner > 0; line--) {
    const own = indent(lines[line]!);
    if (own < 0 || own >= inner) continue;
    inner = own;
    if (/^\s*except\b/.test(lines[line]!)) found.push(line + 1);
    if (/^\s*(?:async\s+)?def\b/.test(lines[line]!)) break;
  }
  return found;
}

/** Our findings by fixture, each fixture being a project of its own. */
function judged(fixtures: readonly Fixture[]): ReadonlyMap<Fixture, readonly JsonFinding[]> {
  const byPath = new Map(
    fixtures.map((fixture) => {
      const project = join(work, fixture.peer, fixture.name.replace('.', '_'));
      mkdirSync(project, { recursive: true });
      const calls = Object.entries(fixture.blockingCalls).map(
        ([name, instead]) => `${JSON.stringify(name)} = ${JSON.stringify(instead)}`,
      );
      writeFileSync(join(project, 'attendu.toml'), ['[blocking-calls]', ...calls, ''].join('\n'));
      const path = join(project, fixture.name);
      writeFileSync(path, fixture.text);
      return [path, fixture];
    }),
  );
  const found = new Map<Fixture, JsonFinding[]>(fixtures.map((fixture) => [fixture, []]));
  for (const finding of check()) found.get(byPath.get(join(work, finding.path))!)!.push(finding);
  return found;
}

function check(): readonly JsonFinding[] {
  const cli = join(process.cwd(), 'dist/cli.cjs');
  const command = [cli, 'check', '--format', 'json', '--select', 'ALL', '.'];
  const options = { cwd: work, encoding: 'utf8', maxBuffer: 1 << 28 } as const;
  try {
    return JSON.parse(execFileSync(process.execPath, command, options));
  } catch (error) {
    // 1: there are findings.
    return JSON.parse((error as { stdout: string }).stdout);
  }
}

/** In Markdown, for `docs/mesures.md`. */
function report(rows: ReadonlyMap<string, Row>): void {
  const causes = causesIn(readFileSync(join(import.meta.dirname, 'pairs.txt'), 'utf8'));
  const alike: string[] = [];
  for (const peer of PEERS) {
    const total = new Array<number>(COLUMNS.length).fill(0);
    const lines: (readonly string[])[] = [];
    for (const [key, row] of [...rows].sort(([a], [b]) => a.localeCompare(b, 'en'))) {
      const code = key.slice(peer.length + 1);
      if (!key.startsWith(`${peer} `)) continue;
      if (!ours.has(code)) {
        alike.push(`\`${code}\` (${row.expected})`);
        continue;
      }
      const numbers = countsOf(row, causes);
      numbers.forEach((number, at) => {
        total[at]! += number;
      });
      lines.push([`\`${code}\``, [...ours.get(code)!].join(', '), ...cellsOf(numbers)]);
    }
    print(
      [[peer, 'règles', ...COLUMNS, 'part vue'], ...lines, ['total', '', ...cellsOf(total)]],
      2,
    );
  }
  console.log(`No rule of ours: ${alike.join(', ')}\n`);
  print(
    [
      ['cause', 'colonne', 'où'],
      ...causes.map((cause) => [cause.sentence, cause.why, whereOf(cause)]),
    ],
    3,
  );

  const actual = new Set(
    [...rows].flatMap(([key, { missed, extra }]) =>
      ours.has(key.split(' ')[1]!) ? [...missed, ...extra] : [],
    ),
  );
  const told = new Set(causes.flatMap(({ places }) => [...places]));
  const untold = [...actual].filter((place) => !told.has(place));
  const gone = [...told].filter((place) => !actual.has(place));
  for (const place of untold) console.log(`Not explained: ${place}`);
  for (const place of gone) console.log(`Explained, but no longer there: ${place}`);
  if (untold.length + gone.length > 0) process.exitCode = 1;
}

/** By column. */
function countsOf(row: Row, causes: readonly Cause[]): readonly number[] {
  const of = (why: Why) =>
    row.missed.filter((place) =>
      causes.some((cause) => cause.why === why && cause.places.has(place)),
    ).length;
  const [idle, elsewhere, meant] = [of('sans objet'), of('ailleurs'), of('voulu')];
  const overlooked = row.missed.length - idle - elsewhere - meant;
  return [
    row.expected,
    row.foreign,
    idle,
    row.seen,
    elsewhere,
    meant,
    overlooked,
    row.extra.length,
  ];
}

/** With the share of what concerns asyncio that some rule reports. */
function cellsOf(numbers: readonly number[]): readonly string[] {
  const [expected, foreign, idle, seen, elsewhere] = numbers as [
    number,
    number,
    number,
    number,
    number,
  ];
  const wanted = expected - foreign - idle;
  const share = wanted === 0 ? '–' : percent((seen + elsewhere) / wanted);
  return [...numbers.map(String), share];
}

/** « `S7503` `asyncFunctionNotAsync.py` (4) ». */
function whereOf({ places }: Cause): string {
  const counts = new Map<string, number>();
  for (const place of places) {
    const [, code, file] = /^\S+ (\S+) (\S+):/.exec(place)!;
    const name = `\`${code}\` \`${file}\``;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${name} (${count})`).join(', ');
}

/** A cause is a line `[why] sentence`; below it, lines `PEER CODE FILE LINES`. Lines that start with `#` are comments. */
function causesIn(text: string): readonly Cause[] {
  const causes: Cause[] = [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, why, sentence] = /^\[(.*?)\] (.*)$/.exec(line) ?? [];
    if (why !== undefined) {
      causes.push({ why: why as Why, sentence: sentence!, places: new Set() });
      continue;
    }
    const [peer, code, file, ...numbers] = line.trim().split(/\s+/);
    for (const number of numbers) causes.at(-1)!.places.add(`${peer} ${code} ${file}:${number}`);
  }
  return causes;
}

/** The first columns hold words, the others numbers. */
function print([head, ...rows]: readonly (readonly string[])[], words: number): void {
  const line = (cells: readonly string[]) => console.log(`| ${cells.join(' | ')} |`);
  line(head!);
  line(head!.map((_, at) => (at < words ? '---' : '---:')));
  for (const row of rows) line(row);
  console.log();
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share === 1 ? 0 : 1).replace('.', ',')}\u00a0%`;
}
