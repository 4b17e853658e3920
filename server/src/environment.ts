import { homedir } from 'node:os';
import { pathToFileURL } from 'node:url';

type Variables = Readonly<Record<string, string | undefined>>;

/** Folders of the Python environments that the shell has active, the most particular first. */
export function activeEnvironments({ VIRTUAL_ENV, CONDA_PREFIX }: Variables): string[] {
  return [VIRTUAL_ENV, CONDA_PREFIX].filter(
    (folder) => folder !== undefined && folder !== '',
  ) as string[];
}

/** The `file:` URI of a path as users write it: `~` is their own folder. */
export function uriOf(path: string): string {
  return pathToFileURL(path.replace(/^~(?=[\\/]|$)/, homedir())).href;
}
