/**
 * Forgets `await` at many places of real packages, and tells who sees it, we or Pyright:
 * `npm run build && npm run mesure:pyright`. `-- --details` prints every place that we do not see.
 *
 * Both are given the package and the standard library, nothing else. Only bare statements are
 * forgotten in the first copy: no value changes, so no place hides another. The second copy holds
 * those whose value served.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { randomNumbers } from '../../test/support/random.ts';
import { loadModule } from '../load-module.ts';
import type { Omission, omissionsIn, Situation } from './omissions.ts';
import { readPackages } from './packages.ts';

/** Places a package, at most one a function. */
const PLACES: Record<Situation, number> = { statement: 60, value: 20 };
const SEED = 20_240_607;

type Seer = 'attendu' | 'pyright';
/** Per file, the lines (from 0) where a coroutine is said to be forgotten. */
type Lines = ReadonlyMap<string, readonly number[]>;
interface Judged extends Omission {
  readonly pkg: string;
  readonly by: Readonly<Record<Seer, boolean>>;
}

const COLUMNS = new Map<string, (place: Judged) => boolean>([
  ['planted', () => true],
  ['attendu', ({ by }) => by.attendu],
  ['pyright', ({ by }) => by.pyright],
  ['both', ({ by }) => by.attendu && by.pyright],
  ['attendu only', ({ by }) => by.attendu && !by.pyright],
  ['pyright only', ({ by }) => !by.attendu && by.pyright],
  ['neither', ({ by }) => !by.attendu && !by.pyright],
]);

const root = join(import.meta.dirname, '../..');
const cache = join(root, '.cache/mesures');

const packages = readPackages(cache);
const core = await loadModule<{ omissionsIn: typeof omissionsIn }>('scripts/mesures/omissions.ts');
const wasm = [
  'node_modules/web-tree-sitter/web-tree-sitter.wasm',
  'grammars/tree-sitter-python.wasm',
];
const [runtime, grammar] = wasm.map((path) => readFileSync(join(root, path)));
const random = randomNumbers(SEED);
const chosen = new Map<Situation, Omission[]>([
  ['statement', []],
  ['value', []],
]);
for (const files of packages.values()) {
  const all = await core.omissionsIn(files, runtime!, grammar!);
  for (const [situation, places] of chosen) places.push(...choose(all, situation));
}

for (const [situation, omissions] of chosen) {
  const folder = join(cache, 'copies', situation);
  writeCopy(folder, omissions);
  const attendu = timed(() => ownLines(folder));
  const pyright = timed(() => pyrightLines(folder));
  const judged = omissions.map((omission) => ({
    ...omission,
    pkg: omission.path.split('/')[0]!,
    by: { attendu: sees(attendu.value, omission), pyright: sees(pyright.value, omission) },
  }));
  report(situation, judged);
  console.log(
    `\nWhole run: attendu ${attendu.seconds.toFixed(1)} s, pyright ${pyright.seconds.toFixed(1)} s.`,
  );
}

/** Places of one situation, at random, at most one a function. */
function choose(all: readonly Omission[], situation: Situation): Omission[] {
  const byFunction = new Map<string, Omission[]>();
  for (const omission of all) {
    if (omission.situation !== situation) continue;
    const key = `${omission.path} ${omission.within}`;
    byFunction.set(key, [...(byFunction.get(key) ?? []), omission]);
  }
  const functions = [...byFunction.values()];
  const count = Math.min(PLACES[situation], functions.length);
  return Array.from({ length: count }, () => {
    const [places] = functions.splice(Math.floor(random() * functions.length), 1);
    return places![Math.floor(random() * places!.length)]!;
  });
}

function writeCopy(folder: string, omissions: readonly Omission[]): void {
  rmSync(folder, { recursive: true, force: true });
  for (const { path, text } of [...packages.values()].flat()) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(
      target,
      without(
        text,
        omissions.filter((omission) => omission.path === path),
      ),
    );
  }
}

function without(text: string, omissions: readonly Omission[]): string {
  return [...omissions]
    .sort((a, b) => b.start - a.start)
    .reduce((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
}

/** Is it said on the line of a statement; of a value, which goes on living, anywhere in the function? */
function sees(lines: Lines, { path, situation, line, within }: Omission): boolean {
  const [first, last] = situation === 'statement' ? [line, line] : within;
  return (lines.get(path) ?? []).some((other) => first <= other && other <= last);
}

function ownLines(folder: string): Lines {
  const words = [join(root, 'dist/cli.cjs'), 'check', '--format', 'json', '--select', 'ALL', '.'];
  const found = [...packages.keys()].flatMap((name) => {
    const findings = run(words, join(folder, name)) as {
      path: string;
      code: string;
      start: { line: number };
    }[];
    return findings
      .filter(({ code }) => /^ATT(?:10[1-4]|118)$/.test(code))
      .map(({ path, start }) => [`${name}/${path}`, start.line - 1] as const);
  });
  return grouped(found);
}

function pyrightLines(folder: string): Lines {
  // A value that is a coroutine shows in messages that name its type, whatever the rule.
  const configuration = {
    include: ['.'],
    exclude: [],
    pythonPlatform: 'Linux',
    pythonVersion: '3.11',
    typeCheckingMode: 'standard',
    reportUnusedCoroutine: 'error',
    reportMissingImports: 'none',
    reportMissingModuleSource: 'none',
    enableTypeIgnoreComments: false,
    // An environment without packages, so that those of the machine stay out of it.
    venvPath: cache,
    venv: 'venv',
    executionEnvironments: [...packages.keys()].map((name) => ({ root: name })),
  };
  mkdirSync(join(cache, 'venv/lib/python3.11/site-packages'), { recursive: true });
  const project = join(folder, 'pyrightconfig.json');
  writeFileSync(project, JSON.stringify(configuration));
  const pyright = join(root, 'node_modules/pyright/index.js');
  const { generalDiagnostics } = run([pyright, '--outputjson', '-p', project], folder) as {
    generalDiagnostics: {
      file: string;
      rule?: string;
      message: string;
      range: { start: { line: number } };
    }[];
  };
  return grouped(
    generalDiagnostics
      .filter(({ rule, message }) => rule === 'reportUnusedCoroutine' || /Coroutine/.test(message))
      .map(({ file, range }) => [file.slice(folder.length + 1), range.start.line]),
  );
}

/** What a program prints as JSON; both end with 1 when they found something. */
function run(words: readonly string[], cwd: string): unknown {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0 && status !== 1) throw new Error(`${words[0]} ended with ${status}\n${stderr}`);
  return JSON.parse(stdout);
}

function grouped(found: readonly (readonly [path: string, line: number])[]): Lines {
  const lines = new Map<string, number[]>();
  for (const [path, line] of found) lines.set(path, [...(lines.get(path) ?? []), line]);
  return lines;
}

function timed<T>(work: () => T): { readonly value: T; readonly seconds: number } {
  const start = performance.now();
  const value = work();
  return { value, seconds: (performance.now() - start) / 1000 };
}

function report(situation: Situation, judged: readonly Judged[]): void {
  console.log(`\n## ${situation === 'statement' ? 'Bare statements' : 'Values that serve'}\n`);
  table('package', judged, ({ pkg }) => pkg, true);
  console.log();
  table('what is called', judged, ({ shape }) => shape, false);
  if (!process.argv.includes('--details')) return;
  for (const title of ['pyright only', 'neither']) {
    console.log(`\n### ${title}\n`);
    for (const { path, line, source, shape, known } of judged.filter(COLUMNS.get(title)!))
      console.log(`${path}:${line + 1}: ${source}\n    ${shape}: ${known()}`);
  }
}

/** A row a group, the largest first unless `inOrder`, and one for all. */
function table(
  title: string,
  judged: readonly Judged[],
  groupOf: (place: Judged) => string,
  inOrder: boolean,
): void {
  const groups = new Map<string, Judged[]>();
  for (const place of judged) {
    const group = groupOf(place);
    groups.set(group, [...(groups.get(group) ?? []), place]);
  }
  const rows = [...groups].sort(([, a], [, b]) => (inOrder ? 0 : b.length - a.length));
  console.log(`| ${[title, ...COLUMNS.keys()].join(' | ')} |`);
  console.log(`|---|${'---:|'.repeat(COLUMNS.size)}`);
  for (const [name, places] of [...rows, ['total', judged] as const]) {
    const counts = [...COLUMNS.values()].map((counted) => places.filter(counted).length);
    console.log(`| ${[name, ...counts].join(' | ')} |`);
  }
}
