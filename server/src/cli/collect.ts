/** From the paths of a command line to the files to check. */
import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import type { Workspace } from '../lint/index.ts';
import { quoted } from './words.ts';

/** A file to check. */
export interface Target {
  /** As the user names it. */
  readonly shown: string;
  /** Absolute, `/` between folders. */
  readonly path: string;
}

export interface Collected {
  readonly targets: readonly Target[];
  /** French. */
  readonly errors: readonly string[];
}

const CHECKED = /\.(?:pyi?|ipynb)$/;

/** Files given by name, whatever their name; in folders, those of Python that nothing excludes. */
export async function collect(
  paths: readonly string[],
  cwd: string,
  workspace: Workspace,
): Promise<Collected> {
  const targets = new Map<string, Target>();
  const errors: string[] = [];
  const add = (target: Target) => {
    if (!targets.has(target.path)) targets.set(target.path, target);
  };

  const walk = async (folder: Target, top: string): Promise<void> => {
    await workspace.loadConfiguration(`${folder.path}/`);
    const entries = await readdir(folder.path || '/', { withFileTypes: true }).catch(() => {
      errors.push(`${folder.shown}\u00a0: dossier illisible.`);
      return [];
    });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const shown =
        folder.shown === '.' ? entry.name : `${folder.shown.replace(/\/$/, '')}/${entry.name}`;
      const child = { shown, path: `${folder.path}/${entry.name}` };
      if (entry.isDirectory()) {
        if (!workspace.excluded(`${child.path}/`, top)) await walk(child, top);
      } else if (CHECKED.test(entry.name) && !workspace.excluded(child.path, top)) {
        // A link to a folder is not followed: it may lead back here.
        if (entry.isFile() || (await isFile(child.path))) add(child);
      }
    }
  };

  for (const shown of paths) {
    const path = absolute(cwd, shown);
    const found = await stat(path || '/').catch(() => undefined);
    if (!found) errors.push(`${quoted(shown)} n’existe pas ou n’est pas lisible.`);
    else if (found.isDirectory()) await walk({ shown: forward(shown), path }, path);
    else add({ shown: forward(shown), path });
  }
  return { targets: [...targets.values()], errors };
}

/** The absolute path, as the core writes it: `/` between folders, none at the end. */
export function absolute(cwd: string, path: string): string {
  return forward(resolve(cwd, path)).replace(/\/$/, '');
}

/** The path of a file that was not named on the command line, as short as it is clear. */
export function shownFrom(cwd: string, path: string): string {
  const base = `${forward(cwd).replace(/\/$/, '')}/`;
  return isAbsolute(path) && path.startsWith(base) ? path.slice(base.length) : path;
}

function forward(path: string): string {
  return process.platform === 'win32' ? path.replace(/\\/g, '/') : path;
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
