import { expect, test } from 'vitest';
import { loadParser } from '../support/parser.ts';
import { randomNumbers } from '../support/random.ts';
import { edit } from './edits.ts';
import { bigModule } from './sources.ts';

const MEBIBYTE = 2 ** 20;

test('10,000 edits leave no memory behind', { timeout: 240_000 }, async () => {
  const parser = await loadParser();
  const source = bigModule(400);
  const random = randomNumbers(3);
  let file = parser.parse(source);
  const run = (events: number) => {
    for (let event = 0; event < events; event++) {
      const text = event % 20 === 0 ? source : edit(file.text, random);
      file = parser.parse(text, event % 100 === 0 ? undefined : file);
    }
  };
  run(2000);
  const before = memory();
  run(10_000);
  const after = memory();
  // One tree kept by edit would cost hundreds of MiB.
  expect(after.wasm - before.wasm).toBeLessThan(8 * MEBIBYTE);
  expect(after.resident - before.resident).toBeLessThan(100 * MEBIBYTE);
});

/** The process's memory, and what of it is outside JavaScript's heap: WebAssembly's is there. */
function memory(): { resident: number; wasm: number } {
  globalThis.gc?.();
  const { rss, external } = process.memoryUsage();
  return { resident: rss, wasm: external };
}
