/**
 * Measures what a key costs in a long file, for us and for Pyright, in turn and in one run:
 * `npm run bench`. Prints, writes nothing. Needs `npm run build` first. With `-- --regles`, see `shares.ts`.
 */

import { fileURLToPath } from 'node:url';
import { overStdio, serverCommand } from '../lsp/support/client.ts';
import { printShares } from './shares.ts';
import { percentile, pulling, pushed, type Typist } from './typing.ts';

const LINES = 8_500;
const KEYS = 100;
const PYRIGHT = fileURLToPath(
  new URL('../../node_modules/pyright/langserver.index.js', import.meta.url),
);

const [option, ...folders] = process.argv.slice(2);
if (option === '--regles') await printShares(folders);
else await compareWithPyright();

async function compareWithPyright(): Promise<void> {
  const servers: Record<string, Typist> = {
    attendu: await pulling(overStdio(serverCommand(process.execPath)), LINES),
    pyright: await pushed(overStdio([process.execPath, PYRIGHT, '--stdio']), LINES),
  };

  console.log(`A file of ${LINES} lines, ${KEYS} characters typed in one of its functions.`);
  console.log('From the change to the diagnostics of that version, in milliseconds:\n');
  console.log(row('', ['open', 'p50', 'p95', 'max']));

  const opening: Record<string, number> = {};
  for (const [name, typist] of Object.entries(servers)) opening[name] = await typist.open();
  const keys: Record<string, number[]> = { attendu: [], pyright: [] };
  for (let i = 0; i < KEYS; i++) {
    for (const [name, typist] of Object.entries(servers)) keys[name]!.push(await typist.type());
  }
  for (const [name, measures] of Object.entries(keys)) {
    const figures = [opening[name]!, ...[0.5, 0.95, 1].map((part) => percentile(measures, part))];
    console.log(
      row(
        name,
        figures.map((figure) => figure.toFixed(1)),
      ),
    );
  }
  const ratio = percentile(keys.pyright!, 0.5) / percentile(keys.attendu!, 0.5);
  console.log(`\nRatio of the medians: ${ratio.toFixed(1)}.`);
  console.log(
    'Pyright checks types, which is much more work, and starts at most 250 ms after the last',
  );
  console.log('key: its figures include that delay. Ours include none, the client asks at once.');

  for (const { client } of Object.values(servers)) client.transport.close();
}

function row(name: string, cells: string[]): string {
  return name.padEnd(10) + cells.map((cell) => cell.padStart(10)).join('');
}
