/**
 * Tests the package in a real VS Code: the suite in its two extension hosts, then a user's visit.
 * The last line says `N passed, N failed`. An argument names a package built earlier.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './install.ts';
import { makePackage } from './package.ts';
import { borrow, installedExtension, startServer } from './server.ts';
import { killings, type Sight, visit } from './visit.ts';
import { type Development, launch, runTests, workbenchUrl } from './workbench.ts';

const PATIENCE = 5 * 60_000;
const SUITE = join(ROOT, 'dist', 'test');
const WORKSPACE = join(ROOT, 'test', 'vscode', 'workspace');
const SIGHT: Sight = {
  file: 'envoi.py',
  before: '    envoyer("bonjour")',
  after: '    await envoyer("bonjour")',
  code: 'ATT101',
  fix: 'Ajouter `await`',
};
const MARK = '[attendu] ';

let passed = 0;
let failed = 0;

const vsix = process.argv[2] ?? (await makePackage());
await runSuite('node');
await runSuite('web');
await runVisit();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

/** Runs the suite in one extension host, printing a line a test. */
async function runSuite(kind: Development['kind']): Promise<void> {
  console.log(`\nThe suite, in VS Code's ${kind === 'node' ? 'desktop' : 'Web'} extension host`);
  const server = await startServer(vsix, true);
  const browser = await launch();
  try {
    // The desktop host takes the extension as a user installed it. The Web's takes none from a
    // server: it is given the unpacked package.
    const extension = kind === 'node' ? SUITE : installedExtension(server, 'attendu.attendu');
    const url = workbenchUrl(server, borrow(server, WORKSPACE), {
      extension,
      tests: join(SUITE, 'index'),
      kind,
    });
    const before = failed;
    const code = await runTests(await browser.newPage(), url, report, PATIENCE);
    if (code !== 0 && failed === before) fail(`the suite ended with code ${code}`);
  } catch (error) {
    fail(String(error));
  } finally {
    await browser.close();
    server.stop();
  }
}

/** Does what a user does, printing a line a step; the steps after a failed one make no sense. */
async function runVisit(): Promise<void> {
  console.log('\nA user in front of VS Code');
  const server = await startServer(vsix);
  const browser = await launch();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(workbenchUrl(server, borrow(server, WORKSPACE)));
    const steps = visit(page, SIGHT);
    if (existsSync('/proc/self')) {
      steps.push(...killings(page, SIGHT, installedExtension(server, 'attendu.attendu')));
    }
    for (const { name, run } of steps) {
      try {
        await run();
        pass(name);
      } catch (error) {
        const picture = join(ROOT, '.cache', 'visit-failed.png');
        await page.screenshot({ path: picture });
        fail(`${name}: ${error} (see ${picture})`);
        break;
      }
    }
  } catch (error) {
    fail(String(error));
  } finally {
    await browser.close();
    server.stop();
  }
}

function report(line: string): void {
  const at = line.indexOf(MARK);
  if (at < 0) {
    if (process.env.VERBOSE) console.log(line);
    return;
  }
  const result = line.slice(at + MARK.length);
  if (result.startsWith('ok ')) pass(result.slice('ok '.length));
  else fail(result.slice('FAILED '.length));
}

function pass(what: string): void {
  passed++;
  console.log(`  ok ${what}`);
}

function fail(what: string): void {
  failed++;
  console.log(`  FAILED ${what}`);
}
