/**
 * What the desktop and the Web share: one language server kept in life, its settings, its commands
 * and its status. `node.ts` and `browser.ts` only know how to start it.
 */

import * as vscode from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';
import { providePages } from './pages.ts';
import { Service, type Status } from './service.ts';
import { showStatus } from './status.ts';

/** Builds a client that is not started yet, for one life of the server. */
export type CreateClient = (options: LanguageClientOptions) => BaseLanguageClient;

/** What the extension offers to other extensions, and to its own tests. */
export interface Api {
  /** State of the language server at this instant. */
  status(): Status;
}

/** Starts everything, without waiting for the server; what it opens is closed with `context`. */
export function activate(context: vscode.ExtensionContext, createClient: CreateClient): Api {
  const log = vscode.window.createOutputChannel('Attendu', { log: true });
  const service = new Service(createClient, log);
  context.subscriptions.push(
    log,
    service,
    showStatus(service),
    providePages((rule) => service.page(rule)),
    vscode.commands.registerCommand('attendu.restart', () => service.restart()),
    vscode.commands.registerCommand('attendu.showOutput', () => log.show()),
    vscode.commands.registerCommand('attendu.fixAll', fixActiveDocument),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('attendu.enable')) void service.follow(isEnabled());
    }),
  );
  void service.follow(isEnabled());
  return { status: () => service.status };
}

function isEnabled(): boolean {
  return vscode.workspace.getConfiguration('attendu').get('enable', true);
}

/** Applies every safe fix to the document being edited, and says so when there is none. */
async function fixActiveDocument(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== 'python') {
    void vscode.window.showInformationMessage('Attendu\u00a0: ouvrez d’abord un fichier Python.');
    return;
  }
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    new vscode.Range(0, 0, document.lineCount, 0),
    'source.fixAll.attendu',
    1,
  );
  const edit = actions[0]?.edit;
  if (edit) await vscode.workspace.applyEdit(edit);
  else void vscode.window.showInformationMessage('Attendu\u00a0: rien à corriger sans risque ici.');
}
