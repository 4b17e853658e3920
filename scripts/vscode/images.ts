/** Takes the pictures of the documentation, during a visit that checks what they show. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { ROOT } from './install.ts';
import { makePackage } from './package.ts';
import { borrow, startServer } from './server.ts';
import { type Sight, visit } from './visit.ts';
import { launch, workbenchUrl } from './workbench.ts';

const IMAGES = join(ROOT, 'docs', 'images');

const SIGHT: Sight = {
  file: 'station.py',
  before: '            alerter(',
  after: '            await alerter(',
  code: 'ATT101',
  fix: 'Ajouter `await`',
};

const vsix = process.argv[2] ?? (await makePackage());
const server = await startServer(vsix);
const browser = await launch();
await drawIcon(browser);
await takePictures(browser);
await browser.close();
server.stop();
process.exit();

async function takePictures(browser: Browser): Promise<void> {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 680 },
    deviceScaleFactor: 2,
  });
  await page.goto(workbenchUrl(server, borrow(server, join(ROOT, 'examples'))));
  for (const { name, run } of visit(page, SIGHT, (name) => shoot(page, name))) {
    await run();
    console.log(`ok ${name}`);
  }
}

/** The code and what is shown below it, without the rest of the workbench. */
async function shoot(page: Page, name: string): Promise<void> {
  const editor = await page.locator('.part.editor').boundingBox();
  const panel = await page.locator('.part.panel').boundingBox();
  if (!editor) throw new Error('no editor in view');
  const { x, y, width } = editor;
  const bottom = panel ? panel.y + panel.height : y + editor.height;
  const path = join(IMAGES, `${name}.png`);
  await page.screenshot({ path, clip: { x, y, width, height: bottom - y } });
}

/** The extension's icon, at the size that the Marketplace asks for. */
async function drawIcon(browser: Browser): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 128, height: 128 } });
  const svg = readFileSync(join(IMAGES, 'icone.svg'), 'utf8');
  await page.setContent(`<body style="margin: 0">${svg}</body>`);
  await page.screenshot({ path: join(IMAGES, 'icone.png'), omitBackground: true });
}
