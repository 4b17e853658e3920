/** The peers' own test files, and what each of them is expected to say there. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** One test file of a peer. */
export interface Fixture {
  readonly peer: Peer;
  readonly name: string;
  /** As we read it; lines have the numbers that they have in the original. */
  readonly text: string;
  readonly expected: readonly Expected[];
  /** Their codes that this file is about: what they do not expect, they hold to be correct. */
  readonly codes: readonly string[];
  /** What their tool is configured with: calls to forbid, and what to call instead. */
  readonly blockingCalls: Readonly<Record<string, string>>;
}

export type Peer = 'flake8-async' | 'ruff' | 'sonar-python';

export interface Expected {
  readonly code: string;
  /** From 1. */
  readonly line: number;
  /** Is it about Trio or AnyIO, which are not ours to judge? */
  readonly isForeign: boolean;
}

/** All the fixtures of a folder that holds `flake8-async/`, `ruff/` and `sonar-python/`. */
export function fixturesIn(folder: string): Fixture[] {
  return [
    ...flake8Async(join(folder, 'flake8-async/tests/eval_files')),
    ...ruff(join(folder, 'ruff/crates/ruff_linter')),
    ...sonar(join(folder, 'sonar-python/python-checks/src/test/resources/checks')),
  ].map((fixture) =>
    fixture.name.endsWith('.ipynb') ? fixture : { ...fixture, text: withImports(fixture.text) },
  );
}

/** A mark at a line's end: `# error: COLUMN` for the file's own code, `# ASYNC104: COLUMN` for another. */
const MARK = /# *(?:[^#]*, )?(error|ASYNC\d{3})(?:_(\w+))?: *\d+/g;

function flake8Async(folder: string): Fixture[] {
  const paths = pythonFiles(folder);
  return paths.flatMap((path): Fixture | [] => {
    const original = readFileSync(path, 'utf8');
    const own = /^async(\d{3})/.exec(basename(path))?.[1];
    const option = (name: string) =>
      new RegExp(`^# ARG --${name}=(.*)$`, 'm').exec(original)?.[1] ?? '';
    const enabled = option('enable').match(/ASYNC\d{3}/g);
    const codes = enabled ?? (own === undefined ? [] : [`ASYNC${own}`]);
    const says = (word: string) => new RegExp(`^# ${word}`, 'm').test(original);
    const isForAll = codes.every((code) => NEUTRAL.test(code));
    // What blocks does so whatever the library: there only the wording of their message differs.
    const isForeign = says('NOASYNCIO') && !isForAll && !/^import asyncio\b/m.test(original);
    // The same again, for asyncio.
    if (isForAll && says('NOASYNCIO') && paths.includes(path.replace('.py', '_asyncio.py')))
      return [];
    const base = (/^# BASE_LIBRARY (\w+)/m.exec(original)?.[1] ?? 'trio').toLowerCase();
    // As their own tests do, to run a file for one library as that of another.
    const text =
      base === 'asyncio' || (says('NOASYNCIO') && !isForAll)
        ? original
        : original.replace(new RegExp(`(?<![\\w.])${base}(?=\\.|\\b)`, 'g'), 'asyncio');
    const isSilent = says('ASYNCIO_NO_ERROR');
    const expected = text.split('\n').flatMap((line, at) =>
      [...line.matchAll(MARK)]
        .filter(([, , library = base]) => library === base || library.includes('asyncio'))
        .map(([, code]) => ({
          code: code === 'error' ? `ASYNC${own}` : code!,
          line: at + 1,
          isForeign: isForeign || isSilent || (!isForAll && /\b(?:trio|anyio)\./.test(line)),
        })),
    );
    return {
      peer: 'flake8-async',
      name: basename(path),
      text: isForeign ? text : asCoroutine(existing(text, expected), codes),
      expected,
      codes,
      blockingCalls: Object.fromEntries(
        option('async200-blocking-calls')
          .split(',')
          .filter((pair) => pair.includes('->'))
          .map((pair) => pair.split('->').map((side) => side.trim())),
      ),
    };
  });
}

/** Their inventions, where any method will do for them: each a method that objects of that class have. */
function existing(text: string, expected: readonly Expected[]): string {
  const lines = text.split('\n');
  for (const { code, line } of expected) {
    const method = code === 'ASYNC212' ? 'request' : code === 'ASYNC232' ? 'read' : undefined;
    if (method === undefined) continue;
    lines[line - 1] = lines[line - 1]!.replace(/\.(?:anything|ao\w+)\(/, `.${method}(`);
  }
  return lines.join('\n');
}

/**
 * The files on lost cancellations have no coroutine, and a `try` that holds `...`: nothing can be cancelled there.
 * Here they are a coroutine, which waits in those places.
 */
function asCoroutine(text: string, codes: readonly string[]): string {
  if (!codes.includes('ASYNC103') && !codes.includes('ASYNC104')) return text;
  const lines = text.split('\n');
  const isFree = (line: string | undefined) => line !== undefined && /^(?:#.*)?$/.test(line);
  const docstring = lines[0]!.startsWith('"""') ? lines.indexOf('"""') : -1;
  const start = lines.findIndex(
    (line, at) => at > docstring && isFree(line) && isFree(lines[at + 1]),
  );
  const body = lines
    .slice(start + 2)
    .map((line) => (line === '' ? line : `    ${line.replace(/^(\s*)def /, '$1async def ')}`))
    .join('\n')
    .replace(/(\btry:[^\n]*\n\s+)\.\.\./g, '$1await asyncio.sleep(1)');
  return [...lines.slice(0, start), 'import asyncio', 'async def fixture():', body].join('\n');
}

/** Expectations are in snapshots: a line `CODE message`, then ` --> FILE:LINE:COLUMN`. */
function ruff(linter: string): Fixture[] {
  const fixtures = new Map<string, Map<string, Expected>>();
  for (const group of ['flake8_async', 'ruff', 'pylint', 'pyupgrade']) {
    const snapshots = join(linter, 'src/rules', group, 'snapshots');
    if (!existsSync(snapshots)) continue;
    for (const snapshot of readdirSync(snapshots)) {
      const [, code] = /__((?:ASYNC|RUF006|RUF029|PLE1142|PLE1700|UP041)\d*)/.exec(snapshot) ?? [];
      if (code === undefined) continue;
      const listed = readFileSync(join(snapshots, snapshot), 'utf8').matchAll(
        /^(\w+\d+) .*\n\s*--> (\S+?\.(?:py|ipynb)):(\d+):\d+/gm,
      );
      for (const [, own, name, written] of listed) {
        const path = join(linter, 'resources/test/fixtures', group, name!);
        if (!existsSync(path)) continue;
        const lines = readFileSync(path, 'utf8').split('\n');
        const line = Number(written);
        const expected = fixtures.get(path) ?? new Map<string, Expected>();
        const isForeign = isOfOtherLibrary(lines, line, own!);
        fixtures.set(path, expected.set(`${own} ${line}`, { code: own!, line, isForeign }));
      }
    }
  }
  return [...fixtures].map(([path, found]) => {
    const expected = [...found.values()];
    return {
      peer: 'ruff',
      name: basename(path),
      text: readFileSync(path, 'utf8'),
      expected,
      codes: [...new Set(expected.map(({ code }) => code))],
      blockingCalls: {},
    };
  });
}

/** Rules by the name of their test file. */
const SONAR: Readonly<Record<string, string>> = {
  asyncFunctionWithTimeout: 'S7483',
  busyWaitingInAsync: 'S7484',
  asyncLongSleep: 'S7486',
  synchronousSubprocessOperationsInAsync: 'S7487',
  timeSleepInAsync: 'S7488',
  synchronousOsCallsInAsync: 'S7489',
  cancellationScopeNoCheckpoint: 'S7490',
  sleepZeroInAsyncAnyio: 'S7491',
  sleepZeroInAsyncTrio: 'S7491',
  synchronousFileOperationsInAsync: 'S7493',
  cancellationReraisedInAsync: 'S7497',
  synchronousHttpOperationsInAsync: 'S7499',
  inputInAsync: 'S7501',
  inputInAsyncAnyIO: 'S7501',
  inputInAsyncAsyncIO: 'S7501',
  inputInAsyncTrio: 'S7501',
  asyncioTaskNotStored: 'S7502',
  asyncFunctionNotAsync: 'S7503',
  taskGroupNurseryUsedOnlyOnce: 'S7513',
  controlFlowInTaskGroup: 'S7514',
  asyncWithContextManager: 'S7515',
  asyncAwsLambdaHandler: 'S7614',
};

/** `# Noncompliant` on the line, or `# Noncompliant@+1` nearby. */
function sonar(checks: string): Fixture[] {
  return Object.entries(SONAR).flatMap(([name, code]): Fixture | [] => {
    const path = join(checks, `${name}.py`);
    if (!existsSync(path)) return [];
    const text = readFileSync(path, 'utf8');
    const lines = text.split('\n');
    const expected = lines.flatMap((text, at) => {
      const [mark, shift = '0'] = /# *Noncompliant(?:@([+-]\d+))?/.exec(text) ?? [];
      const line = at + 1 + Number(shift);
      const isForeign = isOfOtherLibrary(lines, line, code);
      return mark === undefined ? [] : [{ code, line, isForeign }];
    });
    return {
      peer: 'sonar-python',
      name: `${name}.py`,
      text,
      expected,
      codes: [code],
      blockingCalls: {},
    };
  });
}

/** Codes about what is the same whatever the library: calls that block, generators, signatures. */
const NEUTRAL = /^(?:ASYNC(?:2|109|119|124)|RUF029|S748[3789]|S7493|S7499|S750[13])/;

/** Does the line, else the innermost function around it, else the file, name libraries other than asyncio alone? */
function isOfOtherLibrary(lines: readonly string[], line: number, code: string): boolean {
  if (NEUTRAL.test(code)) return false;
  const around = [wordsOf([lines[line - 1]!]), ...functionsAround(lines, line - 1)];
  for (const words of [...around, importsOf(lines)]) {
    if (/\basyncio\b/.test(words)) return false;
    if (/\b(?:trio|anyio)\b/.test(words)) return true;
  }
  return false;
}

/** The functions that hold the line, innermost first, without their comments and strings. */
function functionsAround(lines: readonly string[], at: number): string[] {
  const found: string[] = [];
  let inner = Number.POSITIVE_INFINITY;
  for (let start = at; start >= 0 && inner > 0; start--) {
    const indent = indentOf(lines[start]!);
    if (indent >= inner) continue;
    inner = indent;
    if (!/^\s*(?:async\s+)?def\b/.test(lines[start]!)) continue;
    const length = lines.slice(start + 1).findIndex((line) => indentOf(line) <= indent);
    found.push(wordsOf(lines.slice(start, length < 0 ? undefined : start + 1 + length)));
  }
  return found;
}

/** Infinite where the line is empty. */
function indentOf(line: string): number {
  const indent = line.search(/\S/);
  return indent < 0 ? Number.POSITIVE_INFINITY : indent;
}

function importsOf(lines: readonly string[]): string {
  return wordsOf(lines.filter((line) => /^(?:import|from)\s/.test(line)));
}

function wordsOf(lines: readonly string[]): string {
  return lines.join('\n').replace(/#.*|"[^"\n]*"|'[^'\n]*'/g, '');
}

/** Modules that the fixtures use without importing them, which their tools do not mind. */
const UNIMPORTED =
  /(?<![\w.])(asyncio|os|subprocess|time|urllib|urllib3|requests|httpx|httpx2|io|signal|contextlib|pytest)(?=\.\w)|\b(Optional)(?=\[)/g;

/** The text with the imports that it lacks, on a line that says nothing else. */
function withImports(text: string): string {
  const used = new Set([...text.matchAll(UNIMPORTED)].map(([name]) => name));
  const lacking = [...used].filter(
    (name) =>
      !new RegExp(
        `^\\s*(?:import\\s.*\\b${name}\\b|from\\s.*\\bimport\\b.*\\b${name}\\b)`,
        'm',
      ).test(text),
  );
  if (lacking.length === 0) return text;
  const lines = text.split('\n');
  const free = lines.findIndex((line) => /^#(?! *(?:error|ASYNC))|^$/.test(line));
  if (free < 0) return text;
  lines[free] = lacking
    .map((name) =>
      name === 'Optional'
        ? 'from typing import Optional'
        : `import ${name === 'urllib' ? 'urllib.request' : name}`,
    )
    .join('; ');
  return lines.join('\n');
}

function pythonFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.py'))
    .sort()
    .map((name) => join(folder, name));
}
