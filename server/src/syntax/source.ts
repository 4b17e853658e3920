import type { Stmt } from './ast.ts';

/** A half-open range of UTF-16 offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A comment, `#` included, line end excluded. */
export interface Comment extends Span {
  readonly text: string;
}

/**
 * The unit of reuse: a stretch of whole lines that parses on its own – a statement at the top of a
 * module (its decorators and the comments above it included), the header of a class at the top
 * of a module or of such a class, or a member of such a class.
 *
 * A chunk is a function of its text and role alone: everything in it is relative to its own start, so
 * it (and all that is computed from it) is reused wherever the text moves to.
 */
export interface Chunk {
  readonly text: string;
  readonly role: 'statement' | 'class' | 'member';
  /** Usually one statement; several when they share a line (`a; b`); none for trailing comments. For a `class` chunk: one `ClassDef` with `cut` true and no body. */
  readonly body: readonly Stmt[];
  readonly comments: readonly Comment[];
  /**
   * Sorted, disjoint ranges that hold a syntax error, widened to whole statements; to the header alone
   * where what was meant is known.
   */
  readonly damaged: readonly Span[];
}

/** A chunk at its place in one version of a file. */
export interface PlacedChunk {
  readonly chunk: Chunk;
  /** Offset of the chunk's start in the file. */
  readonly start: number;
  /** Index in `SourceFile.chunks` of the class chunk that holds this member, or -1. */
  readonly parent: number;
}

/** One version of a file, cut into chunks that tile its text in order. */
export interface SourceFile {
  readonly text: string;
  readonly chunks: readonly PlacedChunk[];
  /** Offsets of the starts of lines (`\n`, `\r\n`, lone `\r`), first is 0. */
  readonly lineStarts: readonly number[];
  /** Offsets of the starts of the cells; undefined for a module. */
  readonly cells?: readonly number[];
}
