/**
 * The language server as a web worker. One message brings the parser, which a worker cannot always
 * fetch: `{ type: 'attendu/start', runtimeWasm, grammarWasm }`. All the others are the protocol.
 */

import {
  BrowserMessageReader,
  BrowserMessageWriter,
  createConnection,
} from 'vscode-languageserver/browser';
import { type Assets, startServer } from './lsp/server.ts';

const worker = self as unknown as DedicatedWorkerGlobalScope;

// Listens before the protocol does, and keeps this message from it.
const assets = new Promise<Assets>((resolve) => {
  worker.addEventListener('message', (event: MessageEvent<Assets & { type?: string }>) => {
    if (event.data.type !== 'attendu/start') return;
    event.stopImmediatePropagation();
    resolve(event.data);
  });
});

const connection = createConnection(
  new BrowserMessageReader(worker),
  new BrowserMessageWriter(worker),
);
connection.onExit(() => worker.close());

startServer(connection, {
  assets: () => assets,
  exit(code) {
    // A worker has no exit code: an error that nobody catches tells its owner that it is lost.
    setTimeout(() => {
      throw new Error(`The language server ends with code ${code}`);
    });
  },
});
