import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** The built command line; `ATTENDU_CLI` names another bundle. */
const CLI = process.env.ATTENDU_CLI ?? join(import.meta.dirname, '../../dist/cli.cjs');

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own for each test, and the command line run in it. */
export function workshop() {
  let folder = '';
  beforeEach(() => {
    if (!existsSync(CLI)) throw new Error(`${CLI} is missing: run \`npm run build\` first`);
    folder = mkdtempSync(join(tmpdir(), 'attendu-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  return {
    get folder() {
      return folder;
    },
    write(name: string, content: string | Uint8Array): void {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    },
    read: (name: string): string => readFileSync(join(folder, name), 'utf8'),
    bytes: (name: string): Buffer => readFileSync(join(folder, name)),
    run(args: readonly string[], { input = '' as string | Uint8Array, env = {} } = {}): Ran {
      const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
        cwd: folder,
        input,
        encoding: 'utf8',
        env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, ...env },
      });
      return { status, stdout, stderr };
    },
  };
}

/** One error (ATT101, with a safe fix) at line 7, column 5. */
export const FORGOTTEN = `import asyncio


async def envoyer():
    pass
async def main():
    envoyer()
asyncio.run(main())
`;

export const AWAITED = FORGOTTEN.replace('    envoyer()', '    await envoyer()');
