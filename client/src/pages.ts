/**
 * The rules' pages as read-only documents, `attendu-regle:/<slug>.md`, shown as Markdown is read: a click on a
 * finding's code, or on the link of its hover, opens one. The text is the server's, which has it for its hovers anyway.
 */

import * as vscode from 'vscode';

const SCHEME = 'attendu-regle';
const OPEN = 'attendu.page';

/** Address of the folder of pages, as the server is told. */
export const PAGES = `${SCHEME}:/`;

/** Hovers may hold the one command that opens a page. */
export const TRUSTED = { enabledCommands: [OPEN] };

/** Asks the server for the page of a rule, undefined when it cannot answer. */
export type AskPage = (rule: string) => Promise<string | undefined>;

export function providePages(ask: AskPage): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      async provideTextDocumentContent({ path }) {
        const rule = path.replace(/^\/|\.md$/g, '');
        return (await ask(rule)) ?? MISSING;
      },
    }),
    vscode.commands.registerCommand(OPEN, (rule: string) =>
      vscode.commands.executeCommand(
        'markdown.showPreview',
        vscode.Uri.parse(`${PAGES}${rule}.md`),
      ),
    ),
  );
}

/** Hovers follow no address of a scheme that VS Code does not know, but they may run a command. */
export function withPageLinks(hover: vscode.Hover | null | undefined): typeof hover {
  for (const content of hover?.contents ?? []) {
    if (!(content instanceof vscode.MarkdownString)) continue;
    content.value = content.value.replace(
      new RegExp(`\\(${PAGES}([\\w-]+)\\.md\\)`, 'g'),
      (_, rule: string) => `(command:${OPEN}?${encodeURIComponent(JSON.stringify([rule]))})`,
    );
  }
  return hover;
}

const MISSING = `# Page introuvable

Le serveur d’Attendu ne répond pas, ou ne connaît pas cette règle. La commande « Attendu\u00a0: Redémarrer le serveur » le relance.
`;
