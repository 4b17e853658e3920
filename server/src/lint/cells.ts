/** A notebook's code cells seen as one text. */
import type { TextEdit } from '../rules/rule.ts';
import { applyEdits } from './fixes.ts';
import { endOfCellMagic, maskMagics } from './magics.ts';

/** A place in a notebook: the index of a code cell, from 0, and an offset in its source. */
export interface CellPosition {
  readonly cell: number;
  readonly offset: number;
}

/** Code cells in order, joined by `\n`. Immutable. */
export class Cells {
  readonly sources: readonly string[];
  readonly text: string;
  /** Offset of each cell's start in `text`. */
  readonly starts: readonly number[];

  constructor(sources: readonly string[]) {
    this.sources = sources;
    this.text = sources.join('\n');
    let start = 0;
    this.starts = sources.map((source) => {
      const own = start;
      start += source.length + 1;
      return own;
    });
  }

  /** The cell of an offset of `text`; the end of a cell belongs to it. */
  positionAt(offset: number): CellPosition {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    const inCell = offset - (this.starts[low] ?? 0);
    return { cell: low, offset: Math.max(0, Math.min(inCell, this.sources[low]?.length ?? 0)) };
  }

  /** The offset in `text` of a place in a cell. */
  offsetAt({ cell, offset }: CellPosition): number {
    return (this.starts[cell] ?? this.text.length) + offset;
  }

  /** Python alone: what only IPython understands is replaced by as many neutral characters. */
  get python(): readonly string[] {
    return this.sources.map(maskMagics);
  }

  /** The edits of `text` by cell, their offsets within it. An edit across cells is refused (throws). */
  editsByCell(edits: readonly TextEdit[]): ReadonlyMap<number, readonly TextEdit[]> {
    const byCell = new Map<number, TextEdit[]>();
    for (const edit of edits) {
      const start = this.positionAt(edit.start);
      const end = this.positionAt(edit.end);
      if (start.cell !== end.cell) throw new Error(`an edit crosses cells at offset ${edit.start}`);
      const own = byCell.get(start.cell) ?? [];
      own.push({ start: start.offset, end: end.offset, newText: edit.newText });
      byCell.set(start.cell, own);
    }
    return byCell;
  }

  /** Whether edits of `text` keep to cells, and change none that a `%%` line makes something else. */
  accept(edits: readonly TextEdit[]): boolean {
    return edits.every(({ start, end }) => {
      const { cell, offset } = this.positionAt(start);
      const source = this.sources[cell] ?? '';
      return this.positionAt(end).cell === cell && offset >= endOfCellMagic(source);
    });
  }

  /** The notebook after edits of `text`. */
  edited(edits: readonly TextEdit[]): Cells {
    const byCell = this.editsByCell(edits);
    return new Cells(this.sources.map((source, i) => applyEdits(source, byCell.get(i) ?? [])));
  }
}
