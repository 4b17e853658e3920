/** The folders that make the projects of what is checked. */
import { readdir, stat } from 'node:fs/promises';
import { absolute } from './collect.ts';

/** What stands at the top of a project. */
const MARKS: ReadonlySet<string> = new Set([
  '.git',
  'Pipfile',
  'attendu.toml',
  'pyproject.toml',
  'requirements.txt',
  'setup.cfg',
  'setup.py',
]);

/** The current folder, and the top folder of each path's project: the folder itself when nothing tells. */
export async function rootsOf(paths: readonly string[], cwd: string): Promise<string[]> {
  const current = absolute(cwd, '.');
  const roots = new Set([current]);
  for (const path of paths) roots.add(await projectOf(absolute(cwd, path), current));
  return [...roots];
}

async function projectOf(path: string, current: string): Promise<string> {
  const isFolder = (await stat(path || '/').catch(() => undefined))?.isDirectory() ?? false;
  const own = isFolder ? path : above(path);
  for (let folder = own; ; folder = above(folder)) {
    if (folder === current || (await isMarked(folder))) return folder;
    if (folder === '') return own;
  }
}

function above(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

async function isMarked(folder: string): Promise<boolean> {
  const entries = await readdir(folder || '/').catch(() => []);
  return entries.some((entry) => MARKS.has(entry));
}
