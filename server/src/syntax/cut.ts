import { compareIndents, type Indent, type LogicalLine, Scanner } from './lexer.ts';
import type { Chunk } from './source.ts';

/** A stretch of a text that makes one chunk, and what is needed to cut again from there. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly role: Chunk['role'];
  /** Index of the piece of the class header it is a member of, or -1. */
  readonly parent: number;
  /** The indentation of its class's members; zero at the top of the module. */
  readonly level: Indent;
  /**
   * How far the text was looked at to find where this piece ends. An edit that starts there or
   * later does not change it.
   */
  readonly reach: number;
}

/** Cuts a text into pieces that tile it. */
export function cut(text: string): Piece[] {
  const cutter = new Cutter(text, [], 0);
  while (cutter.step() !== null);
  return cutter.pieces;
}

/** What `recut` did: `pieces[kept .. kept + fresh)` are new, the others those of before. */
export interface Recut {
  readonly pieces: Piece[];
  /** Pieces before it are the same, at the same place. */
  readonly kept: number;
  readonly fresh: number;
  /** The first old piece of those after the new ones: same text, moved. */
  readonly oldRest: number;
}

/**
 * The pieces of `text`, which is the text of `old` but for one stretch: it ends as before from
 * `newEnd` on, `oldEnd` in the old text. Scans no more than what the change may have moved.
 */
export function recut(
  text: string,
  old: readonly Piece[],
  start: number,
  oldEnd: number,
  newEnd: number,
): Recut {
  const kept = Math.max(
    0,
    old.findIndex((piece) => piece.reach > start),
  );
  const cutter = new Cutter(text, old, kept);
  const moved = newEnd - oldEnd;
  let candidate = kept;
  for (let at = cutter.step(); at !== null; at = cutter.step()) {
    if (at < newEnd) continue;
    while (candidate < old.length && old[candidate]!.start + moved < at) candidate++;
    if (candidate < old.length && old[candidate]!.start + moved === at) {
      // The scan stands where it stood before, in front of the same text.
      const parents = cutter.classesLike(old, candidate);
      if (parents === null) continue;
      const fresh = cutter.pieces.length - kept;
      const shift = cutter.pieces.length - candidate;
      for (const piece of old.slice(candidate)) {
        const parent = piece.parent >= candidate ? piece.parent + shift : parents.get(piece.parent);
        cutter.pieces.push({
          ...piece,
          start: piece.start + moved,
          end: piece.end + moved,
          parent: parent ?? -1,
          reach: piece.reach + moved,
        });
      }
      return { pieces: cutter.pieces, kept, fresh, oldRest: candidate };
    }
  }
  return { pieces: cutter.pieces, kept, fresh: cutter.pieces.length - kept, oldRest: old.length };
}

/** A class whose members are being cut, or the module. */
interface Scope {
  /** Index of the class's piece, -1 for the module. */
  readonly parent: number;
  readonly level: Indent;
}

const ZERO: Indent = { column: 0, alternate: 0 };
/** Words that go on with the statement above at the same indentation. */
const CLAUSES: ReadonlySet<string> = new Set(['elif', 'else', 'except', 'finally']);

class Cutter {
  readonly pieces: Piece[];
  private readonly scanner: Scanner;
  /** The module and the classes around the piece at hand. */
  private scopes: Scope[];
  private start: number;
  /** The last line of the piece at hand that is at its scope's indentation. */
  private head: LogicalLine | null = null;
  private headIsLast = false;
  private reach = 0;

  constructor(
    private readonly text: string,
    old: readonly Piece[],
    kept: number,
  ) {
    this.pieces = old.slice(0, kept);
    this.start = old[kept]?.start ?? 0;
    this.scopes = scopesOf(old, kept);
    this.scanner = new Scanner(text, this.start);
  }

  /** Ends the piece at hand; the start of the next, or null at the end of the text. */
  step(): number | null {
    for (;;) {
      this.scanner.reach = 0;
      const line = this.scanner.next();
      this.reach = Math.max(this.reach, this.scanner.reach);
      if (line === null) {
        if (this.start < this.text.length) this.end(this.text.length, 'statement');
        return null;
      }
      const { head, headIsLast } = this;
      this.headIsLast = true;
      if (head === null) {
        this.head = line;
        continue;
      }
      const { level } = this.scopes.at(-1)!;
      const isClass = head.word === 'class' && head.opens && !head.broken;
      const fits =
        compareIndents(head.indent, level) === 0 && compareIndents(line.indent, level) > 0;
      if (headIsLast && isClass && fits) {
        this.end(line.ownStart, 'class');
        this.scopes.push({ parent: this.pieces.length - 1, level: line.indent });
        this.head = line;
        return this.start;
      }
      const depth = this.scopes.findIndex(
        (scope) => compareIndents(scope.level, line.indent) === 0,
      );
      // Deeper lines are the statement's own; so are those indented like nothing above.
      if (depth < 0) {
        this.headIsLast = false;
        continue;
      }
      const inner = depth === this.scopes.length - 1;
      if (!inner || !(CLAUSES.has(line.word) || head.word === '@')) {
        this.end(line.ownStart, 'statement');
        this.scopes.length = depth + 1;
        this.head = line;
        return this.start;
      }
      this.head = line;
    }
  }

  /** Old indices of the classes around an old piece, to new ones; null if they differ. */
  classesLike(old: readonly Piece[], index: number): Map<number, number> | null {
    const scopes = scopesOf(old, index);
    if (scopes.length !== this.scopes.length) return null;
    const parents = new Map<number, number>();
    for (const [i, scope] of scopes.entries()) {
      const own = this.scopes[i]!;
      if (compareIndents(scope.level, own.level) !== 0) return null;
      parents.set(scope.parent, own.parent);
    }
    return parents;
  }

  private end(end: number, role: 'statement' | 'class'): void {
    const { parent, level } = this.scopes.at(-1)!;
    this.pieces.push({
      start: this.start,
      end,
      role: role === 'class' || parent < 0 ? role : 'member',
      parent,
      level,
      reach: this.reach,
    });
    this.start = end;
    // The line that ended the piece is the first of the next one.
    this.reach = this.scanner.reach;
  }
}

/** The module and the classes around a piece. */
function scopesOf(pieces: readonly Piece[], index: number): Scope[] {
  const scopes: Scope[] = [];
  for (let piece = pieces[index]; piece !== undefined; piece = pieces[piece.parent]) {
    scopes.unshift({ parent: piece.parent, level: piece.level });
  }
  return scopes.length > 0 ? scopes : [{ parent: -1, level: ZERO }];
}
