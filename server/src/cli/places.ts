/** From offsets to places, as users count them. */
import { Cells, lineAt, lineStartsOf } from '../lint/index.ts';

/** From 1, columns in code points. */
export interface Place {
  /** Index of the code cell, from 0; only in notebooks. */
  readonly cell?: number;
  readonly line: number;
  readonly column: number;
}

/** A line of source. */
export interface Line {
  /** Without its end. */
  readonly text: string;
  /** Where the offset asked for is in it, in code units. */
  readonly at: number;
}

/** The places of a text, or of a notebook's cells. */
export class Places {
  readonly #cells: Cells | undefined;
  readonly #sources: readonly string[];
  readonly #lineStarts: (readonly number[])[] = [];

  constructor(source: string | readonly string[]) {
    this.#cells = typeof source === 'string' ? undefined : new Cells(source);
    this.#sources = typeof source === 'string' ? [source] : source;
  }

  place(offset: number): Place {
    const { source, lineStarts, line, local, cell } = this.#locate(offset);
    const column = [...source.slice(lineStarts[line], local)].length + 1;
    return { ...(this.#cells ? { cell } : {}), line: line + 1, column };
  }

  line(offset: number): Line {
    const { source, lineStarts, line, local } = this.#locate(offset);
    const start = lineStarts[line]!;
    return { text: /^[^\r\n]*/.exec(source.slice(start))![0], at: local - start };
  }

  #locate(offset: number) {
    const { cell, offset: local } = this.#cells?.positionAt(offset) ?? { cell: 0, offset };
    const source = this.#sources[cell] ?? '';
    const lineStarts = (this.#lineStarts[cell] ??= lineStartsOf(source));
    return { source, lineStarts, line: lineAt(lineStarts, local), local, cell };
  }
}
