/** The language server as a Node process: `--stdio`, `--node-ipc`, `--socket=N` or `--pipe=NAME`. */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createConnection } from 'vscode-languageserver/node';
import { readAssets } from './assets.ts';
import { activeEnvironments, uriOf } from './environment.ts';
import { listFolder } from './folder.ts';
import { startServer } from './lsp/server.ts';

startServer(createConnection(), {
  assets: readAssets,
  readFile: (uri) => readFile(fileURLToPath(uri), 'utf8').catch(() => undefined),
  listFolder: (uri) => listFolder(fileURLToPath(uri)),
  environments: activeEnvironments(process.env).map(uriOf),
  uriOf,
  pages: new URL('regles/', import.meta.url).href,
  exit: (code) => process.exit(code),
});
