import { expect, test } from 'vitest';
import { start } from './support/session.ts';

test.each(['ATT101', 'coroutine-jamais-attendue'])(
  'the page of %s is given as read',
  async (rule) => {
    const client = await start();
    const { markdown } = await client.request('attendu/page', { rule });
    expect(markdown).toMatch(/^# Coroutine jamais attendue\n/);
    expect(markdown).not.toMatch(/^```\w+ /m);
  },
);

test('there is no page of no rule', async () => {
  const client = await start();
  expect(await client.request('attendu/page', { rule: 'ATT999' })).toEqual({ markdown: null });
});
