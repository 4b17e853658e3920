/** Programs of Debian that the project's tests use. */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Installs packages where that can be done: on a Debian or Ubuntu where we are root. Says so in French. */
export function aptInstall(what: string, packages: readonly string[]): void {
  if (process.getuid?.() !== 0 || !onPath('apt-get')) return;
  console.log(`Installation de ${what} par apt-get…`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]) => execFileSync('apt-get', args, { stdio: 'inherit', env });
  apt('update', '-q');
  apt('install', '-qy', '--no-install-recommends', ...packages);
}

/** Absolute path of a program found on PATH. */
export function onPath(program: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}
