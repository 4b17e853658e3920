/** Desktop and remote start: the server is a process run by VS Code's own Node. */

import type { ExtensionContext } from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import * as extension from './extension.ts';

export function activate(context: ExtensionContext): extension.Api {
  const server = {
    module: context.asAbsolutePath('dist/server.cjs'),
    transport: TransportKind.ipc,
  };
  return extension.activate(
    context,
    (options) => new LanguageClient('attendu', 'Attendu', server, options),
  );
}
