/** Just enough of a test runner to run inside an extension host, desktop or Web. */

import * as vscode from 'vscode';

/** What each line of the suite's own output begins with: VS Code logs much else. */
export const MARK = '[attendu]';

const TEST_PATIENCE = 60_000;
const tests: { name: string; body: () => Promise<void> }[] = [];

/** Declares a test: it passes unless `body` throws, or has not ended after a minute. */
export function test(name: string, body: () => Promise<void>): void {
  tests.push({ name, body });
}

/** Runs all the declared tests in order. @throws if one failed. */
export async function runAll(): Promise<void> {
  let failed = 0;
  for (const { name, body } of tests) {
    try {
      await Promise.race([body(), timeout()]);
      console.log(`${MARK} ok ${name}`);
    } catch (error) {
      failed++;
      console.log(`${MARK} FAILED ${name}: ${error instanceof Error ? error.stack : error}`);
    }
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  }
  if (failed > 0) throw new Error(`${failed} of ${tests.length} failed`);
}

/** @throws an error saying `what` unless `value` is truthy. */
export function check(value: unknown, what: string): asserts value {
  if (!value) throw new Error(what);
}

/**
 * Asks again until the answer is neither falsy nor an error.
 * @throws after `patience` milliseconds, saying `what` was expected.
 */
export async function eventually<T>(
  what: string,
  ask: () => T | PromiseLike<T>,
  patience = 20_000,
): Promise<NonNullable<T>> {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not seen in ${patience} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

function timeout(): Promise<never> {
  return new Promise((_, reject) =>
    setTimeout(() => reject(new Error('took too long')), TEST_PATIENCE),
  );
}
