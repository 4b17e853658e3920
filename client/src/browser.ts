/** Web start: the server is a worker. */

import { type ExtensionContext, Uri, workspace } from 'vscode';
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  LanguageClient,
  type LanguageClientOptions,
  type ShutdownMode,
} from 'vscode-languageclient/browser';
import * as extension from './extension.ts';

export function activate(context: ExtensionContext): extension.Api {
  const dist = Uri.joinPath(context.extensionUri, 'dist');
  return extension.activate(context, (options) => new WorkerClient(dist, options));
}

/** A client that ends its worker with itself: the library does so for processes only. */
class WorkerClient extends LanguageClient {
  private worker: Worker | undefined;

  constructor(dist: Uri, options: LanguageClientOptions) {
    super(
      'attendu',
      'Attendu',
      async () => {
        this.worker = await startWorker(dist);
        return {
          reader: new WorkerReader(this.worker),
          writer: new BrowserMessageWriter(this.worker),
        };
      },
      options,
    );
  }

  protected override shutdown(mode: ShutdownMode, timeout?: number): Promise<void> {
    return super.shutdown(mode, timeout).finally(() => this.worker?.terminate());
  }
}

/** A worker never closes its channel: an error that it does not catch is its death. */
class WorkerReader extends BrowserMessageReader {
  constructor(worker: Worker) {
    super(worker);
    worker.addEventListener('error', () => this.fireClose());
  }
}

/**
 * The extension may live at an address that no worker can be started from (`vscode-remote:`, another
 * origin): its files are read through VS Code and handed over.
 */
async function startWorker(dist: Uri): Promise<Worker> {
  const [script, runtimeWasm, grammarWasm] = await Promise.all(
    ['server.browser.js', 'web-tree-sitter.wasm', 'tree-sitter-python.wasm'].map((name) =>
      workspace.fs.readFile(Uri.joinPath(dist, name)),
    ),
  );
  const url = URL.createObjectURL(new Blob([script as BlobPart], { type: 'text/javascript' }));
  const worker = new Worker(url, { name: 'Attendu' });
  // Not sooner: VS Code may load the script through a second address of its own.
  worker.addEventListener('message', () => URL.revokeObjectURL(url), { once: true });
  worker.postMessage({ type: 'attendu/start', runtimeWasm, grammarWasm });
  return worker;
}
