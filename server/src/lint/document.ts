/** An open document: its text, parsed. */
import type { TextEdit } from '../rules/rule.ts';
import {
  lineStartsOf,
  type PlacedChunk,
  type PythonParser,
  type SourceFile,
} from '../syntax/index.ts';
import { Cells } from './cells.ts';
import { applyEdits, type LineEnding, lineEndingOf } from './fixes.ts';

/** One version of a module or a notebook. Immutable. */
export interface Document {
  readonly path: string;
  /** As the user sees it; a notebook's cells are joined. */
  readonly text: string;
  readonly cells: Cells | undefined;
  readonly source: SourceFile;
  /** Each cell parsed alone, so that an error in one does not leak into the next. */
  readonly parts: readonly SourceFile[];
}

/** Parses what `previous` does not hold already. */
export function openDocument(
  parser: PythonParser,
  path: string,
  source: string | readonly string[] | Cells,
  previous?: Document,
): Document {
  if (typeof source === 'string') {
    const parsed = parser.parse(source, previous?.parts[0]);
    return { path, text: source, cells: undefined, source: parsed, parts: [parsed] };
  }
  const cells = source instanceof Cells ? source : new Cells(source);
  const texts = cells.python;
  // A cell's text takes in the line end that joins it to the next: chunks tile the text.
  const parts = texts.map((text, i) =>
    parser.parse(i < texts.length - 1 ? `${text}\n` : text, previous?.parts[i]),
  );
  return { path, text: cells.text, cells, source: joined(texts.join('\n'), parts, cells), parts };
}

/** The document after edits. */
export function editedDocument(
  parser: PythonParser,
  document: Document,
  edits: readonly TextEdit[],
): Document {
  const source = document.cells?.edited(edits) ?? applyEdits(document.text, edits);
  return openDocument(parser, document.path, source, document);
}

const lineEndings = new WeakMap<Document, LineEnding>();

/** The line ending of most of the document's lines. */
export function lineEndingIn(document: Document): LineEnding {
  let ending = lineEndings.get(document);
  if (!ending) lineEndings.set(document, (ending = lineEndingOf(document.text)));
  return ending;
}

function joined(text: string, parts: readonly SourceFile[], cells: Cells): SourceFile {
  const chunks: PlacedChunk[] = [];
  parts.forEach((part, i) => {
    const first = chunks.length;
    for (const { chunk, start, parent } of part.chunks) {
      chunks.push({
        chunk,
        start: start + cells.starts[i]!,
        parent: parent === -1 ? -1 : parent + first,
      });
    }
  });
  return { text, chunks, lineStarts: lineStartsOf(text), cells: cells.starts };
}
