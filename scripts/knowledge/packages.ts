/**
 * Writes `server/src/knowledge/packages.json` from the sources of pinned releases: `npm run knowledge:packages`.
 * `-- --check` compares instead, the releases that follow or all. Sources are downloaded once under `.cache/`,
 * and read, never run.
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
import { PACKAGES, WITHOUT } from './pinned.ts';

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
const [option, ...named] = process.argv.slice(2);
const wanted = named.length > 0 ? named : Object.keys(PACKAGES);
const files = wanted.flatMap((name) =>
  pythonFiles(unpacked(`${name}==${PACKAGES[name]!.version}`), ''),
);
const modules = wanted.flatMap((name) => PACKAGES[name]!.modules);
const described = await core.describe(files, modules, WITHOUT, runtime!, grammar!);
if (option !== '--check') writeFileSync(output, written(described));
else if (!isSame(described, JSON.parse(readFileSync(output, 'utf8')).modules)) {
  console.error('packages.json differs from the sources: run `npm run knowledge:packages`.');
  process.exitCode = 1;
}

function written(texts: ReadonlyMap<string, string>): string {
  const releases = Object.entries(PACKAGES).map(([name, { version }]) => [name, version]);
  const head = { format: 1, releases: Object.fromEntries(releases) };
  const lines = [...texts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map((entry) => entry.map((part) => JSON.stringify(part)).join(':'));
  return `${JSON.stringify(head).slice(0, -1)},"modules":{\n${lines.join(',\n')}\n}}\n`;
}

/** Do the facts say the same of the packages described? */
function isSame(
  texts: ReadonlyMap<string, string>,
  facts: Readonly<Record<string, string>>,
): boolean {
  const top = (module: string) => module.split('.')[0]!;
  const tops = new Set([...texts.keys()].map(top));
  const known = Object.entries(facts).filter(([module]) => tops.has(top(module)));
  return known.length === texts.size && known.every(([module, text]) => texts.get(module) === text);
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
