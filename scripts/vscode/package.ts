/** Builds the package that users install: `attendu-<version>.vsix`. */

import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { ROOT } from './install.ts';

/** Nothing in the extension justifies more than this, in bytes. */
const MAX_SIZE = 1_000_000;

/** What the package holds, all of it and nothing else. */
const EXPECTED = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'THIRD_PARTY_NOTICES.md',
  'dist/cli.cjs',
  'dist/extension.cjs',
  'dist/server.browser.js',
  'dist/server.cjs',
  'dist/tree-sitter-python.wasm',
  'dist/web-tree-sitter.wasm',
  'docs/images/icone.png',
  'package.json',
];

/**
 * Builds the package at the repository's root and returns its absolute path.
 * @throws if a file is missing, is one too many, or if the package is too large.
 */
export async function makePackage(): Promise<string> {
  execFileSync(process.execPath, ['esbuild.mjs', '--minify'], { cwd: ROOT, stdio: 'inherit' });

  const files = (await listFiles({ cwd: ROOT, packageManager: PackageManager.None })).sort();
  const missing = EXPECTED.filter((file) => !files.includes(file));
  const unexpected = files.filter((file) => !EXPECTED.includes(file));
  if (missing.length > 0 || unexpected.length > 0) {
    throw new Error(`missing: ${missing.join(', ')}; unexpected: ${unexpected.join(', ')}`);
  }

  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const packagePath = join(ROOT, `attendu-${version}.vsix`);
  await createVSIX({
    cwd: ROOT,
    packagePath,
    dependencies: false,
    // The repository has no public address that relative links could be rewritten to.
    rewriteRelativeLinks: false,
    allowMissingRepository: true,
  });
  const { size } = statSync(packagePath);
  if (size > MAX_SIZE) throw new Error(`${packagePath}: ${size} bytes, more than ${MAX_SIZE}.`);
  console.log(`${packagePath}\u00a0: ${Math.round(size / 1000)}\u00a0ko`);
  return packagePath;
}

if (process.argv[1] === import.meta.filename) await makePackage();
