/** The suite in the desktop VS Code, downloaded from its vendor by `@vscode/test-electron`. */

import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { ROOT } from './install.ts';
import { makePackage } from './package.ts';

await makePackage();
const workspace = mkdtempSync(join(tmpdir(), 'attendu-'));
cpSync(join(ROOT, 'test', 'vscode', 'workspace'), workspace, { recursive: true });
await runTests({
  extensionDevelopmentPath: ROOT,
  extensionTestsPath: join(ROOT, 'dist', 'test', 'index.js'),
  launchArgs: [workspace, '--disable-extensions', '--disable-workspace-trust'],
});
