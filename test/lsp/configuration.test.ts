import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Client } from './support/client.ts';
import { BARE, MODERN, open, pull, SAMPLE, start, URI } from './support/session.ts';

describe('settings', () => {
  test('are asked for, and asked again when they change', async () => {
    const settings = { enable: false };
    const client = await start(MODERN, { settings });
    open(client);
    expect(await pull(client)).toEqual([]);
    settings.enable = true;
    client.notify('workspace/didChangeConfiguration', { settings: null });
    await client.received('workspace/diagnostic/refresh');
    expect(await pull(client)).toHaveLength(1);
    expect(
      client.requests.find(({ method }) => method === 'workspace/configuration')?.params,
    ).toEqual({
      items: [{ section: 'attendu' }],
    });
  });

  test('are taken as they come from a client that cannot be asked', async () => {
    const client = await start(BARE);
    open(client);
    await client.received(
      'textDocument/publishDiagnostics',
      ({ diagnostics }) => diagnostics.length > 0,
    );
    client.notify('workspace/didChangeConfiguration', { settings: { attendu: { enable: false } } });
    await client.received(
      'textDocument/publishDiagnostics',
      ({ diagnostics }) => diagnostics.length === 0,
    );
  });

  test('that make no sense change nothing', async () => {
    for (const settings of [
      null,
      3,
      [],
      { enable: 'x', targetVersion: 3.11, select: 'ATT1', ignore: {} },
    ]) {
      const client = await start(MODERN, { settings });
      open(client);
      expect(await pull(client)).toHaveLength(1);
    }
  });

  test('may silence a rule', async () => {
    const client = await start(MODERN, { settings: { ignore: ['ATT101'] } });
    open(client);
    expect(await pull(client)).toEqual([]);
  });
});

describe('the project’s files', () => {
  let folder: string;
  let uri: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'attendu-'));
    uri = pathToFileURL(join(folder, 'un essai é.py')).href;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (client: Client, name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    const changed = { uri: pathToFileURL(join(folder, name)).href, type: 2 };
    client.notify('workspace/didChangeWatchedFiles', { changes: [changed] });
  };

  test('are read, watched and read again', async () => {
    const client = await start();
    const { registrations } = await client.received(
      'client/registerCapability',
      (params) => params.registrations[0].method === 'workspace/didChangeWatchedFiles',
    );
    expect(registrations[0].registerOptions.watchers).toEqual([
      { globPattern: '**/{attendu,pyproject}.toml' },
      { globPattern: '**/setup.cfg' },
      { globPattern: '**/*.{py,pyi}' },
    ]);
    open(client, SAMPLE, uri);
    expect(await pull(client, uri)).toHaveLength(1);
    write(client, 'attendu.toml', 'ignore = ["ATT101"]\n');
    await client.received('workspace/diagnostic/refresh');
    expect(await pull(client, uri)).toEqual([]);
    write(client, 'attendu.toml', '');
    expect(await pull(client, uri)).toHaveLength(1);
  });

  test('that make no sense are shown once', async () => {
    const client = await start();
    open(client, SAMPLE, uri);
    write(client, 'attendu.toml', 'absurde = 1\n');
    expect(await pull(client, uri)).toHaveLength(1);
    const { type, message } = await client.received('window/showMessage');
    expect(type).toBe(2);
    expect(message).toMatch(
      /^Attendu\u00a0: «\u00a0attendu\.toml\u00a0», ligne\u00a01\u00a0: .*absurde/,
    );
    write(client, 'attendu.toml', 'absurde = 1\n');
    await pull(client, uri);
    expect(client.all('window/showMessage')).toHaveLength(1);
  });

  test('modules that a document imports are read, watched and read again', async () => {
    const client = await start();
    const other = pathToFileURL(join(folder, 'messagerie.py')).href;
    const text = 'from messagerie import prevenir\n\n\nasync def main():\n    prevenir()\n';
    open(client, text, uri);
    expect(await pull(client, uri)).toEqual([]);
    write(client, 'messagerie.py', 'async def prevenir():\n    return 1\n');
    await client.received('workspace/diagnostic/refresh');
    const [finding] = await pull(client, uri);
    expect(finding).toMatchObject({
      code: 'ATT101',
      relatedInformation: [
        { location: { uri: other, range: { start: { line: 0, character: 10 } } } },
      ],
    });
    // An unsaved buffer wins over the disk.
    open(client, 'def prevenir():\n    return 1\n', other);
    expect(await pull(client, uri)).toEqual([]);
  });

  test('other changed files are nobody’s business', async () => {
    const client = await start();
    open(client, SAMPLE, uri);
    await pull(client, uri);
    const refreshes = () =>
      client.requests.filter(({ method }) => method === 'workspace/diagnostic/refresh').length;
    const before = refreshes();
    write(client, 'notes.txt', '');
    await pull(client, uri);
    expect(refreshes()).toBe(before);
  });
});

describe('files that the server cannot read', () => {
  const elsewhere = 'vscode-vfs://github/un/projet/essai.py';
  const readFile = ({ uri }: { uri: string }) => ({
    text: uri.endsWith('/projet/attendu.toml') ? 'ignore = ["ATT101"]\n' : null,
  });

  test('are read by the client that offers it', async () => {
    const client = await start(MODERN, { initializationOptions: { readFile: true } });
    client.answers['attendu/readFile'] = readFile;
    open(client, SAMPLE, elsewhere);
    expect(await pull(client, elsewhere)).toEqual([]);
  });

  test('may be modules', async () => {
    const client = await start(MODERN, { initializationOptions: { readFile: true } });
    const folder = elsewhere.replace('/essai.py', '');
    client.answers['attendu/listFolder'] = ({ uri }: { uri: string }) => ({
      entries: uri === folder ? ['essai.py', 'messagerie.py', 'autres/'] : null,
    });
    client.answers['attendu/readFile'] = ({ uri }: { uri: string }) => ({
      text: uri.endsWith('/messagerie.py') ? 'async def prevenir():\n    return 1\n' : null,
    });
    open(
      client,
      'from messagerie import prevenir\n\n\nasync def main():\n    prevenir()\n',
      elsewhere,
    );
    expect(await pull(client, elsewhere)).toHaveLength(1);
  });

  test('are not asked from another', async () => {
    const client = await start();
    client.answers['attendu/readFile'] = readFile;
    open(client, SAMPLE, elsewhere);
    expect(await pull(client, elsewhere)).toHaveLength(1);
    expect(client.requests.map(({ method }) => method)).not.toContain('attendu/readFile');
  });
});

describe('folders that are nobody’s program', () => {
  const inBuild = 'file:///home/moi/build/projet/essai.py';
  const inLibrary = 'file:///home/moi/build/projet/.venv/lib/essai.py';
  const folder = { uri: 'file:///home/moi/build/projet', name: 'projet' };

  async function found(client: Client, uri: string): Promise<number> {
    open(client, SAMPLE, uri);
    return (await pull(client, uri)).length;
  }

  test('are told by their names below the open folder', async () => {
    const client = await start(MODERN, { workspaceFolders: [folder] });
    expect(await found(client, inBuild)).toBe(1);
    expect(await found(client, inLibrary)).toBe(0);
  });

  test('without an open folder, what is opened is wanted', async () => {
    const client = await start(MODERN);
    expect(await found(client, inBuild)).toBe(1);
    client.notify('workspace/didChangeWorkspaceFolders', {
      event: { added: [folder], removed: [] },
    });
    expect(await found(client, inLibrary)).toBe(0);
    expect(await found(client, 'file:///usr/lib/site-packages/essai.py')).toBe(0);
  });
});

test('an untitled document is analysed', async () => {
  const client = await start();
  open(client, SAMPLE, 'untitled:Untitled-1');
  expect(await pull(client, 'untitled:Untitled-1')).toHaveLength(1);
  expect(await pull(client, URI)).toEqual([]);
});
