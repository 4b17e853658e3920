/**
 * Writes `server/src/knowledge/packages.json` from the sources of pinned releases: `npm run knowledge:packages`,
 * `-- --check` to compare instead. Sources are downloaded once under `.cache/`, and read, never run.
 */

import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { loadModule } from '../load-module.ts';
import type { describe, InstalledFile } from './describe.ts';
import { PACKAGES } from './pinned.ts';

const root = join(import.meta.dirname, '../..');
const cache = join(root, '.cache/knowledge');
const output = join(root, 'server/src/knowledge/packages.json');

/** Wheels of one platform, so that every machine reads the same files. */
const PLATFORM = [
  '--only-binary=:all:',
  '--implementation=cp',
  '--python-version=3.11',
  '--platform=manylinux_2_17_x86_64',
  '--platform=manylinux2014_x86_64',
  '--platform=manylinux_2_28_x86_64',
];

const core = await loadModule<{ describe: typeof describe }>('scripts/knowledge/describe.ts');
const wasm = [
  'node_modules/web-tree-sitter/web-tree-sitter.wasm',
  'grammars/tree-sitter-python.wasm',
];
const [runtime, grammar] = wasm.map((path) => readFileSync(join(root, path)));
const releases = Object.entries(PACKAGES).map(([name, { version }]) => `${name}==${version}`);
const files = releases.flatMap((release) => pythonFiles(unpacked(release), ''));
const modules = Object.values(PACKAGES).flatMap(({ modules: names }) => names);
const described = await core.describe(files, modules, runtime!, grammar!);
const text = written(described);
if (!process.argv.includes('--check')) writeFileSync(output, text);
else if (readFileSync(output, 'utf8') !== text) {
  console.error(
    'packages.json differs from what the sources say: run `npm run knowledge:packages`.',
  );
  process.exitCode = 1;
}

function written(texts: ReadonlyMap<string, string>): string {
  const head = {
    format: 1,
    releases: Object.fromEntries(
      Object.entries(PACKAGES).map(([name, { version }]) => [name, version]),
    ),
  };
  const lines = [...texts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map((entry) => entry.map((part) => JSON.stringify(part)).join(':'));
  return `${JSON.stringify(head).slice(0, -1)},"modules":{\n${lines.join(',\n')}\n}}\n`;
}

/** The folder of a release's sources. */
function unpacked(release: string): string {
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

function pythonFiles(folder: string, path: string): InstalledFile[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const inner = {
      folder: join(folder, entry.name),
      path: path === '' ? entry.name : `${path}/${entry.name}`,
    };
    if (entry.isDirectory()) return pythonFiles(inner.folder, inner.path);
    if (!/\.pyi?$/.test(entry.name)) return [];
    return [{ path: inner.path, text: readFileSync(inner.folder, 'utf8') }];
  });
}
