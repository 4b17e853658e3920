import { cut, type Piece, recut } from './cut.ts';
import { Grammar } from './parse.ts';
import { lineStartsAfter, lineStartsOf } from './positions.ts';
import type { Chunk, PlacedChunk, SourceFile } from './source.ts';
import { readChunk } from './statements.ts';

export type * from './ast.ts';
export { type Outline, outlineOf, type Parameters } from './outline.ts';
export { ParserAborted } from './parse.ts';
export {
  codePointColumn,
  lineAt,
  lineEnd,
  lineStartsOf,
  offsetAt,
  type Position,
  positionAt,
} from './positions.ts';
export type { Chunk, Comment, PlacedChunk, SourceFile, Span } from './source.ts';
export { ancestors, childrenOf, holds, nodeAt, SKIP, walk } from './walk.ts';

/** Turns Python source into trees. One is enough for any number of files. */
export class PythonParser {
  /** How many chunks have been read so far: what a change did cost. */
  lowered = 0;
  private readonly pieces = new WeakMap<SourceFile, Piece[]>();

  private constructor(private readonly grammar: Grammar) {}

  /** From the contents of web-tree-sitter's own .wasm file and of the grammar's. */
  static async create(runtimeWasm: Uint8Array, grammarWasm: Uint8Array): Promise<PythonParser> {
    return new PythonParser(await Grammar.create(runtimeWasm, grammarWasm));
  }

  /**
   * Parses a text. The result depends on the text only; `previous`, another version of the file
   * given by this parser, lends the chunks that are still the same.
   *
   * Any text can be parsed: errors are in the tree. Throws ParserAborted.
   */
  parse(text: string, previous?: SourceFile): SourceFile {
    const oldPieces = previous && this.pieces.get(previous);
    return previous && oldPieces ? this.update(text, previous, oldPieces) : this.parseAll(text);
  }

  private parseAll(text: string): SourceFile {
    const pieces = cut(text);
    const chunks = pieces.map((piece) =>
      this.place(piece, this.read(text.slice(piece.start, piece.end), piece)),
    );
    return this.remember({ text, chunks, lineStarts: lineStartsOf(text) }, pieces);
  }

  private update(text: string, previous: SourceFile, oldPieces: Piece[]): SourceFile {
    const old = previous.text;
    if (text === old) return previous;
    const start = commonPrefix(old, text);
    const same = commonSuffix(old, text, start);
    const oldEnd = old.length - same;
    const newEnd = text.length - same;
    const { pieces, kept, fresh, oldRest } = recut(text, oldPieces, start, oldEnd, newEnd);
    // Between what stayed and what moved, chunks that only changed places are found by their text.
    const spare = new Map<string, Chunk[]>();
    for (let i = kept; i < oldRest; i++) {
      const { chunk } = previous.chunks[i]!;
      const key = chunk.role + chunk.text;
      const alike = spare.get(key);
      if (alike) alike.push(chunk);
      else spare.set(key, [chunk]);
    }
    const chunks = previous.chunks.slice(0, kept);
    for (let i = kept; i < pieces.length; i++) {
      const piece = pieces[i]!;
      const moved = i - kept - fresh;
      if (moved >= 0) {
        chunks.push(this.place(piece, previous.chunks[oldRest + moved]!.chunk));
        continue;
      }
      const own = text.slice(piece.start, piece.end);
      const known = spare.get(piece.role + own)?.shift();
      chunks.push(this.place(piece, known ?? this.read(detached(own), piece)));
    }
    const lineStarts = lineStartsAfter(previous, text, start, oldEnd, newEnd);
    return this.remember({ text, chunks, lineStarts }, pieces);
  }

  private read(text: string, { role }: Piece): Chunk {
    this.lowered++;
    return readChunk(this.grammar, text, role);
  }

  private place({ start, parent }: Piece, chunk: Chunk): PlacedChunk {
    return { chunk, start, parent };
  }

  private remember(file: SourceFile, pieces: Piece[]): SourceFile {
    this.pieces.set(file, pieces);
    return file;
  }
}

/**
 * The same text with memory of its own: engines make a slice a view that keeps the whole text alive, here a version
 * of the file for each key.
 */
function detached(slice: string): string {
  return ` ${slice}`.slice(1);
}

/** Texts are compared so many units at a time, then one by one: engines compare slices much faster. */
const BLOCK = 4_096;

function commonPrefix(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  let i = 0;
  while (i + BLOCK <= end && a.slice(i, i + BLOCK) === b.slice(i, i + BLOCK)) i += BLOCK;
  while (i < end && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  return i;
}

/** Length of the common end, not overlapping the first `start` units. */
function commonSuffix(a: string, b: string, start: number): number {
  const end = Math.min(a.length, b.length) - start;
  const block = (text: string, from: number) =>
    text.slice(text.length - from - BLOCK, text.length - from);
  let i = 0;
  while (i + BLOCK <= end && block(a, i) === block(b, i)) i += BLOCK;
  while (i < end && a.charCodeAt(a.length - 1 - i) === b.charCodeAt(b.length - 1 - i)) i++;
  return i;
}
