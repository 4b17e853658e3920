/**
 * Shows the extension at work: builds its package and opens a real VS Code on `examples/`.
 * `--exit-after-check` opens it unseen instead, prints the findings that it shows and exits, with 0
 * if there are any.
 */

import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { onPath } from '../apt.ts';
import { ROOT } from './install.ts';
import { makePackage } from './package.ts';
import { borrow, startServer } from './server.ts';
import { User } from './user.ts';
import { launch, workbenchUrl } from './workbench.ts';

const EXAMPLES = join(ROOT, 'examples');

const unseen = process.argv.includes('--exit-after-check');
const vsix = await makePackage();
if (!unseen && hasDisplay() && onPath('code')) openDesktop();
else await openServer();

/** In the VS Code of whoever works here, in a window of its own. */
function openDesktop(): void {
  console.log('Ouverture de VS Code sur examples/…');
  spawnSync('code', ['--extensionDevelopmentPath', ROOT, EXAMPLES], { stdio: 'inherit' });
}

async function openServer(): Promise<void> {
  const server = await startServer(vsix);
  // A copy: what one tries in it does not spoil the examples.
  const url = workbenchUrl(server, borrow(server, EXAMPLES));
  if (unseen) {
    const lines = await findings(url);
    for (const line of lines) console.log(line);
    process.exit(lines.length > 0 ? 0 : 1);
  }
  console.log(
    `\nOuvrez ${url}\n(Ctrl+C pour arrêter\u00a0: les exemples ouverts sont une copie, qui sera effacée.)`,
  );
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  if (hasDisplay() && onPath(opener)) {
    spawn(opener, [url], { detached: true, stdio: 'ignore' }).unref();
  }
}

function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** What the Problems panel says once all the examples are open. */
async function findings(url: string): Promise<string[]> {
  const browser = await launch();
  // Tall: the panel draws only the lines in view.
  const page = await browser.newPage({ viewport: { width: 1280, height: 2400 } });
  await page.goto(url);
  const user = new User(page);
  const files = readdirSync(EXAMPLES).filter((name) => name.endsWith('.py'));
  for (const file of files) await user.open(file);
  const lines = await user.readProblems();
  await browser.close();
  return lines;
}
