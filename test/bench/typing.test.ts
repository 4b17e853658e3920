import { expect, test } from 'vitest';
import { overStdio } from '../lsp/support/client.ts';
import { percentile, pulling } from './typing.ts';

const LINES = 8_500;
const KEYS = 40;

/** The aim is 10 ms; the rest is for slow, busy machines. */
const MOST = 50;

test('a key costs the function it is typed in, not the file', async () => {
  const typist = await pulling(overStdio(), LINES);
  try {
    await typist.open();
    await typist.type();
    const before = await typist.client.request('attendu/counters');
    const measures: number[] = [];
    for (let i = 0; i < KEYS; i++) measures.push(await typist.type());
    const after = await typist.client.request('attendu/counters');
    expect(after.judged - before.judged).toBe(KEYS);
    expect(after.lowered - before.lowered).toBe(KEYS);
    expect(percentile(measures, 0.5)).toBeLessThan(MOST);
  } finally {
    typist.client.transport.close();
  }
});
