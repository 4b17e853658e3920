/**
 * Holds our findings against what the peers expect on their own test files: `npm run mesure:pairs -- FOLDER`,
 * where FOLDER holds checkouts of their repositories, `flake8-async/`, `ruff/` and `sonar-python/`. Nothing of
 * theirs is kept here. Needs `npm run build` first. `--details` tells each place.
 */

import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Rule } from '../../server/src/rules/rule.ts';
import { loadModule } from '../load-module.ts';

/** One test file of a peer, and what it expects there. */
interface Fixture {
  readonly peer: string;
  readonly name: string;
  readonly text: string;
  /** Their code and the line, from 1. */
  readonly expected: readonly { readonly code: string; readonly line: number }[];
  /** Their codes that this file is about: what they do not expect, they hold to be correct. */
  readonly codes: readonly string[];
}

interface Found {
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly start: { readonly line: number };
  readonly end: { readonly line: number };
}

/** Modules that the fixtures use without importing them, which their tools do not mind. */
const UNIMPORTED =
  /(?<![\w.])(asyncio|os|subprocess|time|urllib|urllib3|requests|httpx|httpx2|io|signal|contextlib)(?=\.\w)/g;
/** Of other libraries: not ours to judge. */
const OTHER_LIBRARIES =
  /\b(?:q?trio|anyio|nursery|CancelScope|move_on_(?:after|at)|fail_(?:after|at))\b/;

/** Rules by the name of their test file. */
const SONAR: Readonly<Record<string, string>> = {
  asyncFunctionWithTimeout: 'S7483',
  busyWaitingInAsync: 'S7484',
  synchronousSubprocessOperationsInAsync: 'S7487',
  timeSleepInAsync: 'S7488',
  synchronousOsCallsInAsync: 'S7489',
  cancellationScopeNoCheckpoint: 'S7490',
  synchronousFileOperationsInAsync: 'S7493',
  cancellationReraisedInAsync: 'S7497',
  synchronousHttpOperationsInAsync: 'S7499',
  inputInAsyncAsyncIO: 'S7501',
  asyncioTaskNotStored: 'S7502',
  asyncFunctionNotAsync: 'S7503',
  taskGroupNurseryUsedOnlyOnce: 'S7513',
  controlFlowInTaskGroup: 'S7514',
  asyncWithContextManager: 'S7515',
};

/** About other libraries, or about style: no mistake of asyncio. */
const OFF_TOPIC = /^ASYNC(?:10[256]|11[3-68]|120|122|125|127|128|401|910|911)$/;

const args = process.argv.slice(2);
const folder = args.find((arg) => !arg.startsWith('--'));
if (folder === undefined) throw new Error('Which folder holds the checkouts?');
const isDetailed = args.includes('--details');
const { rules } = await loadModule<{ rules: readonly Rule[] }>('server/src/rules/index.ts');

const fixtures = [
  ...flake8Async(join(folder, 'flake8-async')),
  ...ruff(join(folder, 'ruff')),
  ...sonar(join(folder, 'sonar-python')),
];
const work = mkdtempSync(join(tmpdir(), 'attendu-pairs-'));
try {
  report(judged(fixtures));
} finally {
  rmSync(work, { recursive: true });
}

/** Our findings by fixture, the command line being asked once. */
function judged(all: readonly Fixture[]): ReadonlyMap<Fixture, readonly Found[]> {
  const byPath = new Map<string, Fixture>();
  for (const fixture of all) {
    const path = join(work, fixture.peer, fixture.name);
    mkdirSync(join(work, fixture.peer), { recursive: true });
    // In the place of the first line's end: lines keep their numbers.
    writeFileSync(path, withImports(fixture.text));
    byPath.set(path, fixture);
  }
  const found = JSON.parse(check(work)) as Found[];
  const of = new Map<Fixture, Found[]>(all.map((fixture) => [fixture, []]));
  for (const finding of found)
    of.get(byPath.get(finding.path) ?? byPath.get(join(process.cwd(), finding.path))!)?.push(
      finding,
    );
  return of;
}

function check(path: string): string {
  const command = ['dist/cli.cjs', 'check', '--format', 'json', '--select', 'ALL', path];
  try {
    return execFileSync(process.execPath, command, { encoding: 'utf8', maxBuffer: 1 << 28 });
  } catch (error) {
    // 1: there are findings.
    return (error as { stdout: string }).stdout;
  }
}

/** The text with the imports that it lacks, on a line that says nothing else. */
function withImports(text: string): string {
  const used = new Set([...text.matchAll(UNIMPORTED)].map(([, name]) => name!));
  const lacking = [...used].filter(
    (name) => !new RegExp(`^\\s*(?:import|from)\\s.*\\b${name}\\b`, 'm').test(text),
  );
  if (lacking.length === 0) return text;
  const lines = text.split('\n');
  const free = lines.findIndex((line) => /^#(?! *(?:error|ASYNC))|^$/.test(line));
  if (free < 0) return text;
  lines[free] =
    `import ${lacking.map((name) => (name === 'urllib' ? 'urllib.request' : name)).join(', ')}`;
  return lines.join('\n');
}

function report(findings: ReadonlyMap<Fixture, readonly Found[]>): void {
  const ours = new Map<string, Set<string>>();
  for (const rule of rules)
    for (const peer of rule.peers) ours.set(peer, (ours.get(peer) ?? new Set()).add(rule.code));
  const rows = new Map<
    string,
    { files: number; expected: number; seen: number; otherwise: number; extra: number }
  >();
  for (const [fixture, found] of findings) {
    const lines = fixture.text.split('\n');
    for (const code of fixture.codes) {
      if (OFF_TOPIC.test(code)) continue;
      const key = `${fixture.peer} ${code}`;
      const row = rows.get(key) ?? { files: 0, expected: 0, seen: 0, otherwise: 0, extra: 0 };
      rows.set(key, row);
      row.files++;
      const equivalents = ours.get(code) ?? new Set();
      const wanted = fixture.expected.filter((one) => one.code === code);
      const at = (line: number) =>
        found.filter(({ start, end }) => start.line <= line && line <= end.line);
      for (const { line } of wanted) {
        row.expected++;
        if (found.some((one) => one.start.line === line && equivalents.has(one.code))) row.seen++;
        else if (at(line).some((one) => equivalents.has(one.code))) row.seen++;
        else if (found.some(({ start }) => start.line === line)) {
          row.otherwise++;
          tell(
            `${key} ${fixture.name}:${line} said otherwise (${found
              .filter(({ start }) => start.line === line)
              .map(({ code: c }) => c)
              .join()}): ${lines[line - 1]!.trim()}`,
          );
        } else tell(`${key} ${fixture.name}:${line} missed: ${lines[line - 1]!.trim()}`);
      }
      for (const one of found) {
        if (!equivalents.has(one.code)) continue;
        const isWanted = wanted.some(({ line }) => one.start.line <= line && line <= one.end.line);
        if (isWanted) continue;
        row.extra++;
        tell(
          `${key} ${fixture.name}:${one.start.line} extra ${one.code}: ${lines[one.start.line - 1]!.trim()}`,
        );
      }
    }
  }
  console.log(
    '| outil | code | fichiers | attendus | vus par la règle équivalente | dits par une autre | non vus | en plus |',
  );
  console.log('|---|---|---:|---:|---:|---:|---:|---:|');
  for (const [key, { files, expected, seen, otherwise, extra }] of rows) {
    const [peer, code] = key.split(' ');
    console.log(
      `| ${peer} | \`${code}\` | ${files} | ${expected} | ${seen} | ${otherwise} | ${expected - seen - otherwise} | ${extra} |`,
    );
  }
}

function tell(line: string): void {
  if (isDetailed) console.log(line);
}

/** Fixtures say at a line's end `# error: COLUMN` for the file's own code, `# ASYNC104: COLUMN` for another. */
function flake8Async(root: string): Fixture[] {
  const tests = join(root, 'tests/eval_files');
  return pythonFiles(tests).flatMap((path) => {
    const original = readFileSync(path, 'utf8');
    const own = /^async(\d{3})/.exec(basename(path))?.[1];
    // What blocks does so whatever the library: there only the wording of their message differs.
    const isForAll = own?.startsWith('2');
    if (/^# ASYNCIO_NO_ERROR/m.test(original)) return [];
    if (/^# NOASYNCIO/m.test(original) && !isForAll) return [];
    const base = /^# BASE_LIBRARY (\w+)/m.exec(original)?.[1] ?? 'trio';
    const enabled = /^# ARG --enable=(.*)$/m.exec(original)?.[1]?.match(/ASYNC\d{3}/g);
    if (own === undefined && enabled === undefined) return [];
    // As their own tests do, to run a file for one library as that of another.
    const text =
      base === 'asyncio'
        ? original
        : original.replace(new RegExp(`(?<![\\w.])${base}(?=\\.|\\b)`, 'g'), 'asyncio');
    const expected: { code: string; line: number }[] = [];
    text.split('\n').forEach((line, at) => {
      for (const [, code, library] of line.matchAll(/# (error|ASYNC\d{3})(?:_(\w+))?: *\d+/g)) {
        if (library !== undefined && library !== 'asyncio' && library !== base) continue;
        expected.push({ code: code === 'error' ? `ASYNC${own}` : code!, line: at + 1 });
      }
    });
    const codes = enabled ?? [`ASYNC${own}`];
    return [{ peer: 'flake8-async', name: basename(path), text, expected, codes }];
  });
}

/** Expectations are in snapshots: a line `CODE message`, then ` --> FILE:LINE:COLUMN`. */
function ruff(root: string): Fixture[] {
  const linter = join(root, 'crates/ruff_linter');
  return (['flake8_async', 'ruff', 'pylint', 'pyupgrade'] as const).flatMap((group) => {
    const fixtures = join(linter, 'resources/test/fixtures', group);
    const snapshots = join(linter, 'src/rules', group, 'snapshots');
    if (!existsSync(snapshots)) return [];
    return readdirSync(snapshots).flatMap((snapshot) => {
      const [, code] = /__((?:ASYNC|RUF006|RUF029|PLE1142|PLE1700|UP041)\d*)/.exec(snapshot) ?? [];
      if (code === undefined) return [];
      const listed = [
        ...readFileSync(join(snapshots, snapshot), 'utf8').matchAll(
          /^(\w+\d+) .*\n\s*--> (\S+?\.py):(\d+):\d+/gm,
        ),
      ];
      const name = listed[0]?.[2];
      const path = name && join(fixtures, name);
      if (!path || !existsSync(path)) return [];
      const text = readFileSync(path, 'utf8');
      const lines = text.split('\n');
      const expected = listed
        .map(([, own, , line]) => ({ code: own!, line: Number(line) }))
        .filter(({ line }) => !OTHER_LIBRARIES.test(lines[line - 1]!));
      return [{ peer: 'ruff', name: `${code}-${name}`, text, expected, codes: [code] }];
    });
  });
}

/** `# Noncompliant` on the line, or `# Noncompliant@+1` nearby. */
function sonar(root: string): Fixture[] {
  const checks = join(root, 'python-checks/src/test/resources/checks');
  return Object.entries(SONAR).flatMap(([name, code]) => {
    const path = join(checks, `${name}.py`);
    if (!existsSync(path)) return [];
    const text = readFileSync(path, 'utf8');
    const lines = text.split('\n');
    const expected = lines.flatMap((line, at) => {
      const [, shift] = /# *Noncompliant(?:@([+-]\d+))?/.exec(line) ?? [];
      if (!/# *Noncompliant/.test(line)) return [];
      const place = at + 1 + Number(shift ?? 0);
      return OTHER_LIBRARIES.test(lines[place - 1]!) ? [] : [{ code, line: place }];
    });
    return [{ peer: 'sonar-python', name: `${name}.py`, text, expected, codes: [code] }];
  });
}

function pythonFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.py'))
    .sort()
    .map((name) => join(folder, name));
}
