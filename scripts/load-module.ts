/** Lets a script use a module of the core: Node alone does not read the Markdown that it imports. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** What the module exports; `path` is given from the root of the repository. */
export async function loadModule<T>(path: string): Promise<T> {
  const outfile = join(root, 'node_modules/.cache/attendu', `${path.replaceAll('/', '-')}.mjs`);
  await build({
    entryPoints: [join(root, path)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    loader: { '.md': 'text' },
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}
