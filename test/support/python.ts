/** CPython, to hold the pages against what really happens. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The minor version of `python3` (11 for 3.11), or undefined when there is none. */
export const pythonMinor: number | undefined = (() => {
  const probe = spawnSync('python3', ['-c', 'import sys; print(sys.version_info[1])']);
  return probe.status === 0 ? Number(probe.stdout.toString()) : undefined;
})();

/** What a program printed, on both outputs in the order of printing, and how it ended. */
export interface Run {
  readonly output: string;
  /** Null when it was stopped for lasting too long. */
  readonly status: number | null;
}

/** Milliseconds that a page's program may take. */
export const TIME_LIMIT = 20_000;

/**
 * Runs one of `files` (texts by name) in development mode, alone in a folder that is not named in the
 * output, without input, for at most `limit` milliseconds.
 */
export async function runProgram(
  files: ReadonlyMap<string, string>,
  main: string,
  limit: number,
): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'attendu-'));
  try {
    for (const [name, text] of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const printed = join(folder, '.sortie');
    const status = await runPython(folder, main, printed, limit);
    const output = readFileSync(printed, 'utf8').replaceAll(`${folder}/`, '');
    return { output, status };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** For each text, the message of the syntax error that CPython finds in it, or null. */
export function syntaxErrors(texts: readonly string[]): (string | null)[] {
  const program = `
import json, sys, warnings
warnings.simplefilter('ignore')
def error(text):
    try:
        compile(text, 'exemple.py', 'exec')
    except (SyntaxError, ValueError) as problem:
        return str(problem)
print(json.dumps([error(text) for text in json.load(sys.stdin)]))`;
  const run = spawnSync('python3', ['-I', '-c', program], {
    input: JSON.stringify(texts),
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0) throw new Error(run.stderr.toString());
  return JSON.parse(run.stdout.toString());
}

async function runPython(
  folder: string,
  main: string,
  printed: string,
  timeout: number,
): Promise<number | null> {
  const { PATH } = process.env;
  const file = openSync(printed, 'w');
  const child = spawn('python3', ['-X', 'dev', '-u', main], {
    cwd: folder,
    env: { PATH, PYTHONDONTWRITEBYTECODE: '1', PYTHONHASHSEED: '0', PYTHONIOENCODING: 'utf-8' },
    stdio: ['ignore', file, file],
    timeout,
    killSignal: 'SIGKILL',
  });
  closeSync(file);
  const [status] = await once(child, 'close');
  return status;
}
