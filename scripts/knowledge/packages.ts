/**
 * Writes `server/src/knowledge/packages.json` from the sources of pinned releases: `npm run knowledge:packages`.
 * `-- --check` compares instead, the releases that follow or all. Sources are downloaded once under `.cache/`,
 * and read, never run.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModule } from '../load-module.ts';
import { pythonFiles, unpacked } from '../wheels.ts';
import type { describe } from './describe.ts';
import { PACKAGES, WITHOUT } from './pinned.ts';

const root = join(import.meta.dirname, '../..');
const cache = join(root, '.cache/knowledge');
const output = join(root, 'server/src/knowledge/packages.json');

const core = await loadModule<{ describe: typeof describe }>('scripts/knowledge/describe.ts');
const wasm = [
  'node_modules/web-tree-sitter/web-tree-sitter.wasm',
  'grammars/tree-sitter-python.wasm',
];
const [runtime, grammar] = wasm.map((path) => readFileSync(join(root, path)));
const [option, ...named] = process.argv.slice(2);
const wanted = named.length > 0 ? named : Object.keys(PACKAGES);
const files = wanted.flatMap((name) =>
  pythonFiles(unpacked(cache, `${name}==${PACKAGES[name]!.version}`), ''),
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
