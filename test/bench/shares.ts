/**
 * Measures how the time of a key, of a first reading and of a check is shared among rules:
 * `npm run bench -- --regles [FOLDER…]`. Prints, writes nothing.
 *
 * Time is sampled, not clocked: each handler is called through a function that has the rule's code for a name, and
 * the profiler tells whose code was running. What several rules ask is worked out for the first that asks,
 * so the rules change places from run to run.
 */

import { readFile } from 'node:fs/promises';
import { type Profiler, Session } from 'node:inspector/promises';
import { join, resolve } from 'node:path';
import { loadModule } from '../../scripts/load-module.ts';
import { pythonFiles } from '../../scripts/wheels.ts';
import { listFolder } from '../../server/src/folder.ts';
import type * as core from '../../server/src/lint/index.ts';
import { readAssets } from '../support/assets.ts';
import { randomOf } from '../support/random.ts';
import { program, typingLine } from './program.ts';
import { TYPED } from './typing.ts';

/** In microseconds. */
const SAMPLING = 100;
const LINES = 8_500;
const RUNS = 8;
const KEYS = 50;

interface Shares {
  /** Sampled time by rule; what is no rule's is under the name of what was done, or of the collector. */
  readonly times: Map<string, number>;
  /** Milliseconds of the processor, all threads together. */
  cpu: number;
}

const noTime = (): Shares => ({ times: new Map(), cpu: 0 });

/** Prints the table; `folders` are checked one by one, each alone. */
export async function printShares(folders: readonly string[]): Promise<void> {
  const { Workspace, rules } = await loadModule<typeof core>('server/src/lint/index.ts');
  const ordered = rules.map(named);
  const random = randomOf(1);
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLING });

  /** A workspace with every rule on, in another order each time. */
  async function fresh(): Promise<core.Workspace> {
    for (let i = ordered.length - 1; i > 0; i--) {
      const other = random(i + 1);
      [ordered[i], ordered[other]] = [ordered[other]!, ordered[i]!];
    }
    (rules as core.Rule[]).splice(0, rules.length, ...ordered);
    const workspace = await Workspace.create({
      ...readAssets(),
      files: { read: (path) => readFile(path, 'utf8').catch(() => undefined), list: listFolder },
      log: (message) => {
        throw new Error(message);
      },
    });
    workspace.setOverrides({ select: ['ALL'] });
    return workspace;
  }

  async function profiled(shares: Shares, work: () => Promise<void>): Promise<void> {
    await session.post('Profiler.start');
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    const { profile } = await session.post('Profiler.stop');
    shares.cpu += (user + system) / 1_000;
    addTimes(profile, shares.times);
  }

  const [opening, key, check] = [noTime(), noTime(), noTime()];
  const text = program(LINES);
  const at = text.split('\n').slice(0, typingLine(text)).join('\n').length + '\n    '.length;
  for (let run = 0; run < RUNS; run++) {
    const workspace = await fresh();
    const judge = async (version: string) => {
      workspace.setDocument('/long.py', version);
      await workspace.complete('/long.py');
    };
    await profiled(opening, () => judge(text));
    await profiled(key, async () => {
      for (let i = 1; i <= KEYS; i++)
        await judge(text.slice(0, at) + TYPED.slice(0, i) + text.slice(at));
    });
  }
  let lines = 0;
  for (const folder of folders.map((name) => resolve(name))) {
    const workspace = await fresh();
    workspace.setRoots([folder]);
    const files = pythonFiles(folder, '');
    const paths = files.map(({ path }) => join(folder, path));
    lines += files.reduce((sum, file) => sum + file.text.split('\n').length, 0);
    await profiled(check, async () => {
      for (const [i, file] of files.entries()) workspace.setDocument(paths[i]!, file.text);
      await workspace.completeWholly(paths);
      for (const path of paths) workspace.findings(path);
    });
  }

  console.log(`A file of ${LINES} lines read ${RUNS} times, ${KEYS} characters typed each time.`);
  console.log('Milliseconds of the processor, sampling included:');
  console.log(`  a reading: ${(opening.cpu / RUNS).toFixed(0)}`);
  console.log(`  a key: ${(key.cpu / RUNS / KEYS).toFixed(1)}`);
  const columns = { opening, key };
  if (folders.length > 0) {
    Object.assign(columns, { check });
    const perThousand = ((check.cpu / lines) * 1_000).toFixed(0);
    console.log(`  a thousand lines of ${folders.length} folders (${lines} lines): ${perThousand}`);
  }
  console.log('\nParts of the time, in percent:\n');
  table(columns);
  session.disconnect();
}

/** The rule, its handlers called through functions that have its code for a name. */
function named(rule: core.Rule): core.Rule {
  // The profiler knows functions by what they are called in their source.
  const callerOf = new Function(
    'handler',
    `return function ${rule.code}(node, context) { handler(node, context); };`,
  );
  const handlers = Object.entries(rule.handlers).map(([kind, handler]) => [
    kind,
    callerOf(handler),
  ]);
  return { ...rule, handlers: Object.fromEntries(handlers) };
}

/** Gives each sample's time to the rule that was running, the outermost if one led to another. */
function addTimes(
  { nodes, samples, timeDeltas }: Profiler.Profile,
  times: Map<string, number>,
): void {
  const owners = new Map<number, string>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  // A node comes before its children.
  for (const node of nodes) {
    const own = OWN_NAMES[node.callFrame.functionName] ?? owners.get(node.id) ?? OTHER;
    for (const child of node.children ?? []) {
      const { functionName } = byId.get(child)!.callFrame;
      owners.set(child, own === OTHER && /^ATT\d+$/.test(functionName) ? functionName : own);
    }
    owners.set(node.id, own);
  }
  for (const [i, id] of (samples ?? []).entries()) {
    const owner = owners.get(id)!;
    if (owner !== 'idle') times.set(owner, (times.get(owner) ?? 0) + (timeDeltas![i + 1] ?? 0));
  }
}

const OTHER = 'rest of the analysis';
const OWN_NAMES: Readonly<Record<string, string>> = {
  '(idle)': 'idle',
  '(garbage collector)': 'garbage collector',
  setDocument: 'reading the text',
};

function table(columns: Readonly<Record<string, Shares>>): void {
  const parts = Object.values(columns).map(({ times }) => {
    const all = [...times.values()].reduce((sum, time) => sum + time, 0);
    return new Map([...times].map(([owner, time]) => [owner, (100 * time) / all]));
  });
  const heaviest = (owner: string) => Math.max(...parts.map((part) => part.get(owner) ?? 0));
  const owners = [...new Set(parts.flatMap((part) => [...part.keys()]))];
  const row = (name: string, cells: readonly string[]) =>
    console.log(name.padEnd(22) + cells.map((cell) => cell.padStart(10)).join(''));
  row('', Object.keys(columns));
  for (const owner of owners.sort((a, b) => heaviest(b) - heaviest(a)))
    row(
      owner,
      parts.map((part) => (part.get(owner) ?? 0).toFixed(2)),
    );
  const isRule = (owner: string) => owner.startsWith('ATT');
  row(
    'all rules',
    parts.map((part) =>
      [...part].reduce((sum, [owner, own]) => sum + (isRule(owner) ? own : 0), 0).toFixed(2),
    ),
  );
}
