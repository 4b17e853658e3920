import { expect, test } from 'vitest';
import { plainText } from '../../server/src/lsp/hover.ts';
import { BARE, MODERN, open, SAMPLE_RANGE, start, URI } from './support/session.ts';

const at = (line: number, character: number) => ({
  textDocument: { uri: URI },
  position: { line, character },
});

test('a finding is explained in Markdown', async () => {
  const client = await start();
  open(client);
  const hover = await client.request('textDocument/hover', at(6, 6));
  expect(hover).toMatchObject({
    contents: { kind: 'markdown', value: expect.stringContaining('**') },
    range: SAMPLE_RANGE,
  });
  expect(await client.request('textDocument/hover', at(1, 0))).toBeNull();
});

test('a client that shows plain text gets no marks', async () => {
  const client = await start(BARE);
  open(client);
  const { contents } = await client.request('textDocument/hover', at(6, 6));
  expect(contents.kind).toBe('plaintext');
  expect(contents.value).not.toMatch(/\*\*|`|\]\(/);
});

test('a disabled server explains nothing', async () => {
  const client = await start(MODERN, { settings: { enable: false } });
  open(client);
  expect(await client.request('textDocument/hover', at(6, 6))).toBeNull();
});

test.each([
  ['# Titre\n\nUn **mot** et _un autre_.', 'Titre\n\nUn mot et un autre.'],
  ['`__init__` et \\_x\\_ et `a * b`', '__init__ et _x_ et a * b'],
  ['[Page](https://exemple.org/a_b)', 'Page (https://exemple.org/a_b)'],
  ['avant\n```python\nx = a * b ** c  # _x_\n```\naprès', 'avant\nx = a * b ** c  # _x_\naprès'],
  ['``a`b``', 'a`b'],
])('plain text of %j', (markdown, plain) => {
  expect(plainText(markdown)).toBe(plain);
});
