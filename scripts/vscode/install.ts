/**
 * A real VS Code without a download from its vendor: the npm package `code-server` carries the whole
 * VS Code server and its web workbench. Run by itself, this installs it; run again, it does nothing.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aptInstall, onPath } from '../apt.ts';

/** 4.139.1 carries VS Code 1.139.1. */
const PACKAGE = 'code-server@4.139.1';

/** Repository root. */
export const ROOT = join(import.meta.dirname, '..', '..');

const CACHE = join(ROOT, '.cache', 'vscode');
const VSCODE = join(CACHE, 'node_modules', 'code-server', 'lib', 'vscode');
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_CHROME = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** Installs VS Code into .cache/vscode unless it is there; returns the path of its server's program. */
export function installVscode(): string {
  const done = join(CACHE, PACKAGE);
  if (!existsSync(done)) {
    console.log(`Installation de VS Code (${PACKAGE}, environ 600\u00a0Mo) dans .cache/vscode…`);
    mkdirSync(CACHE, { recursive: true });
    npmInstall(CACHE, '--prefix', CACHE, '--no-package-lock', PACKAGE);
    npmInstall(VSCODE, '--omit=dev');
    writeFileSync(done, '');
  }
  return join(VSCODE, 'out', 'server-main.js');
}

/**
 * Returns the path of a Chromium or Chrome; on a Debian where we are root, installs one if needed.
 * @throws if there is none, saying how to get one.
 */
export function installChromium(): string {
  const found = findChromium();
  if (found) return found;
  aptInstall('Chromium', ['chromium', 'fonts-dejavu-core', 'fonts-liberation']);
  const installed = findChromium();
  if (installed) return installed;
  throw new Error(
    'Aucun Chromium trouvé. Installez-le (Debian\u00a0: `apt-get install chromium`) ou indiquez son chemin dans la variable CHROMIUM.',
  );
}

function findChromium(): string | undefined {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  return (
    BROWSERS.map(onPath).find((path) => path) ?? (existsSync(MAC_CHROME) ? MAC_CHROME : undefined)
  );
}

/** Nothing that we use needs the packages' own install scripts, which compile native code. */
function npmInstall(cwd: string, ...args: string[]): void {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync('npm', ['install', ...quiet, ...args], {
    cwd,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`npm install a échoué dans ${cwd} (code ${status}).`);
}

if (process.argv[1] === import.meta.filename) {
  console.log(`VS Code\u00a0: ${installVscode()}`);
  console.log(`Chromium\u00a0: ${installChromium()}`);
}
