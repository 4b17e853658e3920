import { type Hover, MarkupKind, type ServerCapabilities } from 'vscode-languageserver';
import { offsetOf, placeOf } from './documents.ts';
import type { Session } from './session.ts';

/** Explains what is under the pointer. */
export function hover(session: Session): ServerCapabilities {
  const { connection, client, documents, workspace } = session;
  const kinds = client.textDocument?.hover?.contentFormat ?? [MarkupKind.PlainText];
  const kind = kinds.includes(MarkupKind.Markdown) ? MarkupKind.Markdown : MarkupKind.PlainText;
  connection.onHover(({ textDocument, position }, token) =>
    session.attempt<Hover | null>(null, async () => {
      const document = documents.find(textDocument.uri);
      if (!document) return null;
      await session.analyseFor(token, document);
      if (!session.speaksOf(document)) return null;
      const offset = offsetOf(document, textDocument.uri, position);
      const found = await workspace.completed(() => workspace.hover(document.uri, offset));
      if (!found) return null;
      const value = kind === MarkupKind.Markdown ? found.markdown : plainText(found.markdown);
      return {
        contents: { kind, value },
        range: placeOf(document, found.start, found.end).range,
      };
    }),
  );
  return { hoverProvider: true };
}

/** Markdown without its marks; code keeps its characters. */
export function plainText(markdown: string): string {
  return markdown
    .split(/^```.*\n([\s\S]*?)^```$/m)
    .map((piece, index) => (index % 2 ? piece.trimEnd() : plainProse(piece)))
    .join('');
}

function plainProse(markdown: string): string {
  return markdown
    .split(/(?<![\\`])(`+)(?!`)(.+?)(?<!`)\1(?!`)/)
    .map((piece, index) => [plainWords(piece), '', piece][index % 3])
    .join('');
}

function plainWords(markdown: string): string {
  return markdown
    .replace(/^(#+ +|---$)/gm, '')
    .replace(/\[([^\]]+)\]\(([^)]+)\)/g, '$1 ($2)')
    .replace(/(?<!\\)\*/g, '')
    .replace(/(?<![\\\p{L}\p{N}_])_([^_\n]+)_(?![\p{L}\p{N}_])/gu, '$1')
    .replace(/&#8203;/g, '')
    .replace(/\\(?=[^\p{L}\p{N}\s])/gu, '');
}
