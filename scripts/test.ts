/**
 * `npm test`: builds, runs vitest, then the suites inside the real VS Code. The last line is
 * `N passed, N failed`, all of them together; a part that dies without a count is one failure.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Count {
  readonly passed: number;
  readonly failed: number;
}

const root = join(import.meta.dirname, '..');

const built = await run('npm', ['run', 'build']);
const counts = built.status === 0 ? [await testUnits(), await testEditor()] : [];
const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, built.status === 0 ? 0 : 1);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function testUnits(): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), 'attendu-test-'));
  const report = join(folder, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = await run('npx', ['vitest', 'run', ...reporters]);
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    return counted(status, { passed: numPassedTests, failed: numFailedTests });
  } catch {
    return counted(status, undefined);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function testEditor(): Promise<Count> {
  const { status, output } = await run('npm', ['run', 'test:vscode']);
  const sum = /^(\d+) passed, (\d+) failed$/.exec(output.trimEnd().split('\n').at(-1)!);
  return counted(status, sum ? { passed: Number(sum[1]), failed: Number(sum[2]) } : undefined);
}

/** The count, which is not to say that all is well when the part says otherwise. */
function counted(status: number | null, count: Count | undefined): Count {
  const { passed, failed } = count ?? { passed: 0, failed: 0 };
  return { passed, failed: failed || Number(status !== 0 || count === undefined) };
}

/** Shows what the command prints while it runs. */
function run(command: string, args: string[]): Promise<{ status: number | null; output: string }> {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output }));
  });
}
