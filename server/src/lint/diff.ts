/** The difference between two texts, by lines. */

/** Lines `[aStart, aEnd)` of the first text became lines `[bStart, bEnd)` of the second. */
export interface Hunk {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

/** Lines with their ends (`\n`, `\r\n`, lone `\r`); joined they give the text again. */
export function splitLines(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
}

/** Beyond so many changed lines the middle is given as one hunk: the search costs their square. */
const MOST_CHANGES = 2000;

/** The shortest list of hunks that turns `a` into `b` (Myers' greedy search), in order. */
export function diffLines(a: readonly string[], b: readonly string[]): Hunk[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let aEnd = a.length;
  let bEnd = b.length;
  while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) {
    aEnd--;
    bEnd--;
  }
  if (start === aEnd && start === bEnd) return [];
  const trace = search(a.slice(start, aEnd), b.slice(start, bEnd));
  if (!trace) return [{ aStart: start, aEnd, bStart: start, bEnd }];
  return hunks(trace, aEnd - start, bEnd - start, start);
}

/** For each number of changes, the furthest x on each diagonal; undefined when there are too many. */
function search(a: readonly string[], b: readonly string[]): Int32Array[] | undefined {
  const most = Math.min(a.length + b.length, MOST_CHANGES);
  const trace: Int32Array[] = [];
  let previous = new Int32Array(3);
  for (let changes = 0; changes <= most; changes++) {
    const middle = changes + 1;
    const furthest = new Int32Array(2 * middle + 1);
    for (let k = -changes; k <= changes; k += 2) {
      // `previous` is one diagonal narrower: its middle is `middle - 1`.
      const below = k === changes ? -1 : previous[middle + k]!;
      const left = k === -changes ? -1 : previous[middle + k - 2]!;
      let x = changes === 0 ? 0 : left < below ? below : left + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest[middle + k] = x;
      if (x >= a.length && x - k >= b.length) {
        trace.push(furthest);
        return trace;
      }
    }
    trace.push(furthest);
    previous = furthest;
  }
  return undefined;
}

function hunks(trace: readonly Int32Array[], x: number, y: number, shift: number): Hunk[] {
  const found: { aStart: number; aEnd: number; bStart: number; bEnd: number }[] = [];
  for (let changes = trace.length - 1; changes > 0; changes--) {
    const previous = trace[changes - 1]!;
    const k = x - y;
    const below = k === changes ? -1 : previous[changes + k + 1]!;
    const left = k === -changes ? -1 : previous[changes + k - 1]!;
    const inserted = left < below;
    const fromX = inserted ? below : left;
    const fromY = fromX - (inserted ? k + 1 : k - 1);
    const toX = inserted ? fromX : fromX + 1;
    const toY = inserted ? fromY + 1 : fromY;
    const next = found.at(-1);
    if (next && next.aStart === toX + shift && next.bStart === toY + shift) {
      next.aStart = fromX + shift;
      next.bStart = fromY + shift;
    } else {
      found.push({
        aStart: fromX + shift,
        aEnd: toX + shift,
        bStart: fromY + shift,
        bEnd: toY + shift,
      });
    }
    x = fromX;
    y = fromY;
  }
  return found.reverse();
}
