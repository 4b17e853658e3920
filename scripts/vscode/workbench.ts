/** Opens the workbench of a VS Code server in Chromium. */

import { type Browser, chromium, type Page } from 'playwright-core';
import { installChromium } from './install.ts';
import type { VscodeServer } from './server.ts';

/** An extension under development, and the tests to run in it; paths on the server's machine. */
export interface Development {
  extension: string;
  tests: string;
  /** Which extension host it runs in. */
  kind: 'node' | 'web';
}

const ARGS = [
  // Chromium as root, in a container, without a network.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a Chromium that nobody sees. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: installChromium(), args: ARGS });
}

/**
 * Address of the workbench, with a folder open in it.
 * @param development needs a server that is under test.
 */
export function workbenchUrl(
  server: VscodeServer,
  folder: string,
  development?: Development,
): string {
  const remote = (path: string) => `vscode-remote://${new URL(server.url).host}${path}`;
  const payload: [string, string][] = [];
  if (development) {
    payload.push(
      ['extensionDevelopmentPath', remote(development.extension)],
      ['extensionTestsPath', remote(development.tests)],
    );
    if (development.kind === 'web') payload.push(['extensionDevelopmentKind', 'web']);
  }
  const query = new URLSearchParams({ folder });
  if (payload.length > 0) query.set('payload', JSON.stringify(payload));
  return `${server.url}/?${query}`;
}

/**
 * Runs the tests of `development` in a new page.
 * @param onLog receives what the tests log, a line at a time.
 * @returns the tests' exit code: 0 when all passed.
 * @throws if they have not ended after `patience` milliseconds.
 */
export async function runTests(
  page: Page,
  url: string,
  onLog: (line: string) => void,
  patience: number,
): Promise<number> {
  await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) =>
    onLog(args.map(String).join(' ')),
  );
  const exitCode = new Promise<number>((resolve, reject) => {
    void page.exposeFunction('codeAutomationExit', resolve);
    setTimeout(
      () => reject(new Error(`The tests have not ended after ${patience / 1000} s.`)),
      patience,
    ).unref();
  });
  await page.goto(url);
  return exitCode;
}
