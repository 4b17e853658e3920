import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BARE, MODERN, open, pull, start } from './support/session.ts';

const USE = 'from b import envoyer\n\n\nasync def main():\n    envoyer()\n';
const SITE = 'lib/python3.12/site-packages/b.py';

let folder: string;
let root: string;
let uri: string;
let env: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'attendu-'));
  root = pathToFileURL(join(folder, 'p')).href;
  uri = `${root}/a.py`;
  env = join(folder, 'un env é');
  write(join(folder, 'p/a.py'), USE);
  write(join(env, SITE), 'async def envoyer(): ...\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

test('the setting of each folder names its interpreter', async () => {
  const client = await start(MODERN, { workspaceFolders: [{ uri: root, name: 'p' }] });
  const values: Record<string, unknown> = { 'attendu.interpreter': join(env, 'bin/python') };
  client.answers['workspace/configuration'] = ({ items }) =>
    items.map(({ section }: { section: string }) => values[section] ?? {});
  client.notify('workspace/didChangeConfiguration', { settings: null });
  await client.received('workspace/diagnostic/refresh');
  open(client, USE, uri);
  expect(await pull(client, uri)).toHaveLength(1);
  expect(client.requests.map(({ params }) => params)).toContainEqual({
    items: [{ scopeUri: root, section: 'attendu.interpreter' }],
  });
  values['attendu.interpreter'] = '';
  client.notify('workspace/didChangeConfiguration', { settings: null });
  await expect.poll(() => pull(client, uri)).toEqual([]);
});

test('the setting may be relative to the folder, or given without being asked', async () => {
  write(join(folder, 'p/env', SITE), 'async def envoyer(): ...\n');
  const client = await start(
    { ...BARE, textDocument: MODERN.textDocument },
    { workspaceFolders: [{ uri: root, name: 'p' }] },
  );
  open(client, USE, uri);
  expect(await pull(client, uri)).toEqual([]);
  client.notify('workspace/didChangeConfiguration', {
    settings: { attendu: { interpreter: env } },
  });
  await expect.poll(() => pull(client, uri)).toHaveLength(1);
});

test('what the client tells counts where there is no setting', async () => {
  const client = await start(MODERN, { workspaceFolders: [{ uri: root, name: 'p' }] });
  open(client, USE, uri);
  expect(await pull(client, uri)).toEqual([]);
  const tell = (environments: unknown) => client.notify('attendu/environments', { environments });
  tell([{ folder: `${root}/`, path: pathToFileURL(join(env, 'bin/python3')).href }]);
  await client.received('workspace/diagnostic/refresh');
  expect(await pull(client, uri)).toHaveLength(1);
  tell('nonsense');
  await expect.poll(() => pull(client, uri)).toEqual([]);
});
