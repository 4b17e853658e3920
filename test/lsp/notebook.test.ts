import { describe, expect, test } from 'vitest';
import type { Client } from './support/client.ts';
import { actions, applied, BARE, MODERN, pull, range, start } from './support/session.ts';

const NOTEBOOK = 'file:///projet/carnet.ipynb';
const cellUri = (name: string) => `vscode-notebook-cell:/projet/carnet.ipynb#${name}`;
const DEFINITION = 'import asyncio\nasync def envoyer():\n    await asyncio.sleep(1)';
const USE = '# é🐍\nasync def main():\n    envoyer()';

function open(client: Client, cells: Record<string, string>): void {
  client.notify('notebookDocument/didOpen', {
    notebookDocument: {
      uri: NOTEBOOK,
      notebookType: 'jupyter-notebook',
      version: 1,
      cells: Object.keys(cells).map(reference),
    },
    cellTextDocuments: Object.entries(cells).map(([name, text]) => item(name, text)),
  });
}

function change(client: Client, cells: object): void {
  client.notify('notebookDocument/didChange', {
    notebookDocument: { uri: NOTEBOOK, version: 2 },
    change: { cells },
  });
}

const reference = (name: string) => ({
  kind: name.startsWith('texte') ? 1 : 2,
  document: cellUri(name),
});

const item = (name: string, text: string) => ({
  uri: cellUri(name),
  languageId: name.startsWith('texte') ? 'markdown' : 'python',
  version: 1,
  text,
});

const CELLS = { a: DEFINITION, texte: '# Un titre', b: USE };
const IN_B = range(2, 4, 2, 13);

describe('a notebook is one program', () => {
  test('a finding is shown in its cell', async () => {
    const client = await start();
    open(client, CELLS);
    expect(await pull(client, cellUri('b'))).toMatchObject([{ code: 'ATT101', range: IN_B }]);
    expect(await pull(client, cellUri('a'))).toEqual([]);
    expect(await pull(client, cellUri('texte'))).toEqual([]);
  });

  test('a repair goes to its cell', async () => {
    const client = await start();
    open(client, CELLS);
    const found = await actions(client, { uri: cellUri('b'), at: IN_B });
    for (const wanted of ['quickfix', 'source.fixAll.attendu']) {
      const { edit } = await client.request(
        'codeAction/resolve',
        found.find(({ kind }) => kind === wanted),
      );
      expect(edit.documentChanges).toHaveLength(1);
      const [{ textDocument, edits }] = edit.documentChanges;
      expect(textDocument).toEqual({ uri: cellUri('b'), version: 1 });
      expect(applied(USE, edits)).toBe(USE.replace('envoyer()', 'await envoyer()'));
    }
  });

  test('a hover is found in its cell', async () => {
    const client = await start();
    open(client, CELLS);
    const hover = await client.request('textDocument/hover', {
      textDocument: { uri: cellUri('b') },
      position: { line: 2, character: 6 },
    });
    expect(hover.range).toEqual(IN_B);
  });
});

describe('its cells may change', () => {
  test('in their text', async () => {
    const client = await start();
    open(client, CELLS);
    expect(await pull(client, cellUri('b'))).toHaveLength(1);
    change(client, {
      textContent: [
        {
          document: { uri: cellUri('b'), version: 2 },
          changes: [
            { range: range(0, 0, 1, 0), text: '' },
            { range: range(1, 4, 1, 4), text: 'print()\n    ' },
          ],
        },
      ],
    });
    expect(await pull(client, cellUri('b'))).toMatchObject([{ range: range(2, 4, 2, 13) }]);
    change(client, {
      textContent: [
        { document: { uri: cellUri('b'), version: 3 }, changes: [{ text: 'await envoyer()' }] },
      ],
    });
    expect(await pull(client, cellUri('b'))).toEqual([]);
  });

  test('in their number', async () => {
    const client = await start();
    open(client, CELLS);
    change(client, {
      structure: {
        array: { start: 3, deleteCount: 0, cells: [reference('c')] },
        didOpen: [item('c', 'async def autre():\n    envoyer()')],
      },
    });
    expect(await pull(client, cellUri('c'))).toMatchObject([{ range: range(1, 4, 1, 13) }]);
    change(client, {
      structure: {
        array: { start: 0, deleteCount: 1 },
        didClose: [{ uri: cellUri('a') }],
      },
    });
    expect(await pull(client, cellUri('b'))).toEqual([]);
    expect(await pull(client, cellUri('c'))).toEqual([]);
  });

  test('in their order, and places follow', async () => {
    const client = await start();
    open(client, CELLS);
    change(client, {
      structure: { array: { start: 0, deleteCount: 3, cells: ['b', 'texte', 'a'].map(reference) } },
    });
    expect(await pull(client, cellUri('b'))).toMatchObject([{ range: IN_B }]);
    expect(await pull(client, cellUri('a'))).toEqual([]);
  });

  test('in their kind', async () => {
    const client = await start();
    open(client, CELLS);
    change(client, { data: [{ kind: 1, document: cellUri('b') }] });
    expect(await pull(client, cellUri('b'))).toEqual([]);
    change(client, { data: [{ kind: 2, document: cellUri('b') }] });
    expect(await pull(client, cellUri('b'))).toHaveLength(1);
  });
});

test('pushed diagnostics go to each cell, and leave with it', async () => {
  const client = await start(BARE);
  open(client, CELLS);
  const publishedTo = (name: string, count: number) =>
    client.received(
      'textDocument/publishDiagnostics',
      ({ uri, diagnostics }) => uri === cellUri(name) && diagnostics.length === count,
    );
  expect((await publishedTo('b', 1)).diagnostics).toMatchObject([{ range: IN_B }]);
  client.notify('notebookDocument/didClose', {
    notebookDocument: { uri: NOTEBOOK },
    cellTextDocuments: [{ uri: cellUri('a') }, { uri: cellUri('b') }],
  });
  await publishedTo('b', 0);
});

test('a closed notebook is forgotten', async () => {
  const client = await start(MODERN);
  open(client, CELLS);
  await pull(client, cellUri('b'));
  client.notify('notebookDocument/didClose', {
    notebookDocument: { uri: NOTEBOOK },
    cellTextDocuments: [{ uri: cellUri('a') }, { uri: cellUri('b') }],
  });
  expect(await pull(client, cellUri('b'))).toEqual([]);
});
