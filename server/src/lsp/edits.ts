import type { TextEdit as LspEdit, TextDocumentEdit, WorkspaceEdit } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { TextEdit } from '../lint/index.ts';
import { type OpenDocument, placeOf } from './documents.ts';
import type { Session } from './session.ts';

/** Edits of the document's analysed text, as the client applies them; each part is edited apart. */
export function workspaceEdit(
  session: Session,
  document: OpenDocument,
  edits: readonly TextEdit[],
): WorkspaceEdit {
  const byPart = new Map<TextDocument, LspEdit[]>();
  for (const { start, end, newText } of edits) {
    const { part, range } = placeOf(document, start, end);
    const partEdits = byPart.get(part) ?? [];
    byPart.set(part, [...partEdits, { range, newText }]);
  }
  if (!session.client.workspace?.workspaceEdit?.documentChanges) {
    return { changes: Object.fromEntries([...byPart].map(([part, list]) => [part.uri, list])) };
  }
  const documentChanges = [...byPart].map(
    ([{ uri, version }, list]): TextDocumentEdit => ({
      textDocument: { uri, version },
      edits: list,
    }),
  );
  return { documentChanges };
}
