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
          ours.get(expected.code)?.has(one.code) && saidAt(expected, [one], lines).length > 0,
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
      const project = join(work, fixture.peer, fixture.name.replace('.py', ''));
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

function report(rows: ReadonlyMap<string, Row>): void {
  const causes = causesIn(readFileSync(join(import.meta.dirname, 'pairs.txt'), 'utf8'));
  const of = (places: readonly string[], why: Why) =>
    places.filter((place) => causes.some((cause) => cause.why === why && cause.places.has(place)))
      .length;
  const table = [
    [
      'outil',
      'code',
      'règles',
      'attendus',
      'Trio, AnyIO',
      'sans objet',
      'vus',
      'vus ailleurs',
      'tus à dessein',
      'part vue',
      'en plus',
    ],
  ];
  const totals = new Map<string, { wanted: number; seen: number }>();
  const foreign = new Map<string, number>();
  for (const [key, row] of [...rows].sort(([a], [b]) => a.localeCompare(b, 'en'))) {
    const [peer, code] = key.split(' ') as [string, string];
    const wanted = row.expected - row.foreign - of(row.missed, 'sans objet');
    if (!ours.has(code)) {
      foreign.set(key, row.expected);
      continue;
    }
    const seen = row.seen + of(row.missed, 'ailleurs');
    const total = totals.get(peer) ?? { wanted: 0, seen: 0 };
    totals.set(peer, { wanted: total.wanted + wanted, seen: total.seen + seen });
    const cells = [
      row.expected,
      row.foreign,
      of(row.missed, 'sans objet'),
      row.seen,
      of(row.missed, 'ailleurs'),
      of(row.missed, 'voulu'),
    ];
    table.push([
      peer,
      `\`${code}\``,
      [...ours.get(code)!].join(', '),
      ...cells.map(String),
      wanted === 0 ? '–' : percent(seen / wanted),
      String(row.extra.length),
    ]);
  }
  print(table);
  for (const [peer, { wanted, seen }] of totals)
    console.log(`${peer}: ${seen} / ${wanted}, ${percent(seen / wanted)}`);
  console.log(
    `Without a rule of ours: ${[...foreign].map(([key, count]) => `${key} (${count})`).join(', ')}`,
  );

  const actual = new Set(
    [...rows].flatMap(([key, { missed, extra }]) =>
      ours.has(key.split(' ')[1]!) ? [...missed, ...extra] : [],
    ),
  );
  const told = new Set(causes.flatMap(({ places }) => [...places]));
  for (const { why, sentence, places } of causes)
    console.log(`| ${why} | ${sentence} | ${places.size} |`);
  const untold = [...actual].filter((place) => !told.has(place));
  const gone = [...told].filter((place) => !actual.has(place));
  for (const place of untold) console.log(`Not explained: ${place}`);
  for (const place of gone) console.log(`Explained, but no longer there: ${place}`);
  if (untold.length + gone.length > 0) process.exitCode = 1;
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

function print([head, ...rows]: readonly (readonly string[])[]): void {
  const line = (cells: readonly string[]) => console.log(`| ${cells.join(' | ')} |`);
  line(head!);
  line(head!.map((_, at) => (at < 3 ? '---' : '---:')));
  for (const row of rows) line(row);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share === 1 ? 0 : 1).replace('.', ',')}\u00a0%`;
}
