import { readFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import {
  createConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { ParserAborted, Workspace } from '../../server/src/lint/index.ts';
import { type Assets, type Runtime, startServer } from '../../server/src/lsp/server.ts';
import { Client, DIST, overStreams } from './support/client.ts';
import { MODERN, open, pull, start, URI } from './support/session.ts';

afterEach(() => vi.restoreAllMocks());

async function assets(): Promise<Assets> {
  const [runtimeWasm, grammarWasm] = await Promise.all(
    ['web-tree-sitter', 'tree-sitter-python'].map((name) => readFile(`${DIST}${name}.wasm`)),
  );
  return { runtimeWasm: runtimeWasm!, grammarWasm: grammarWasm! };
}

/** The server's sources in this very process, where its parts can be made to fail. */
function inProcess(runtime: Partial<Runtime> = {}) {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  startServer(
    createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)),
    { assets, exit: () => {}, ...runtime },
  );
  return overStreams(toClient, toServer);
}

test('a failure is logged and answered with nothing; the next request is answered well', async () => {
  const client = await start(MODERN, { transport: inProcess() });
  open(client);
  vi.spyOn(Workspace.prototype, 'findings').mockImplementationOnce(() => {
    throw new TypeError('a bug of ours');
  });
  expect(await pull(client)).toEqual([]);
  expect(await client.received('window/logMessage', ({ type }) => type === 1)).toMatchObject({
    message: expect.stringContaining('TypeError: a bug of ours'),
  });
  expect(await pull(client)).toHaveLength(1);
});

test('when the parser is lost the server logs it and leaves with code 70', async () => {
  const exit = vi.fn();
  const client = await start(MODERN, { transport: inProcess({ exit }) });
  open(client);
  vi.spyOn(Workspace.prototype, 'setDocument').mockImplementation(() => {
    throw new ParserAborted('Aborted()');
  });
  client.ask('textDocument/diagnostic', { textDocument: { uri: URI } });
  await client.received('window/logMessage', ({ message }) => message.includes('Aborted()'));
  await vi.waitFor(() => expect(exit).toHaveBeenCalledExactlyOnceWith(70));
});

test('a server without its parser refuses to start, and says why', async () => {
  const failing = async () => {
    throw new Error('no such file: tree-sitter-python.wasm');
  };
  const client = new Client(inProcess({ assets: failing }));
  const { answer } = client.ask('initialize', { processId: null, rootUri: null, capabilities: {} });
  expect((await answer).error?.message).toContain('no such file: tree-sitter-python.wasm');
});
