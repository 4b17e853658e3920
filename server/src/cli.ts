/** The command line: `attendu check`, `attendu rule` … */
import { readFileSync } from 'node:fs';
import { readAssets } from './assets.ts';
import { main } from './cli/main.ts';

/** The package's, one folder above the bundle. */
const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { readonly version: string };

// Who reads the output may leave before its end (`attendu check | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 2);
});

main(process.argv.slice(2), version, {
  cwd: process.cwd(),
  env: process.env,
  isTerminal: process.stdout.isTTY === true,
  stdin: async () => {
    const parts: Uint8Array[] = [];
    for await (const part of process.stdin) parts.push(part as Uint8Array);
    return Buffer.concat(parts);
  },
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  assets: readAssets,
}).then(
  // Not `process.exit`: what is still to be written to a pipe would be lost.
  (status) => (process.exitCode = status),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 2;
  },
);
