/** A place as the Language Server Protocol counts: from zero, characters in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

interface Lines {
  readonly text: string;
  readonly lineStarts: readonly number[];
}

/** The starts of the lines of a text; a line ends with `\n`, `\r\n` or a lone `\r`. */
export function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x0d && text.charCodeAt(i + 1) === 0x0a) i++;
    if (c === 0x0a || c === 0x0d) starts.push(i + 1);
  }
  return starts;
}

/**
 * The starts of the lines of `text`, which is `old`'s text but for one stretch: from `start` to
 * `oldEnd` in the old text, to `newEnd` in the new one.
 */
export function lineStartsAfter(
  old: Lines,
  text: string,
  start: number,
  oldEnd: number,
  newEnd: number,
): number[] {
  // A carriage return just outside the stretch may make one line end with what is inside.
  const first = lineAt(old.lineStarts, Math.max(0, start - 1));
  const rest = lineAt(old.lineStarts, oldEnd + 1) + 1;
  const moved = newEnd - oldEnd;
  const from = old.lineStarts[first]!;
  const to = (old.lineStarts[rest] ?? old.text.length) + moved;
  const fresh = lineStartsOf(text.slice(from, to));
  // The last of these is the first of those that only moved.
  if (rest < old.lineStarts.length) fresh.pop();
  const kept = old.lineStarts.length - rest;
  const starts = new Array<number>(first + fresh.length + Math.max(0, kept));
  for (let i = 0; i < first; i++) starts[i] = old.lineStarts[i]!;
  for (let i = 0; i < fresh.length; i++) starts[first + i] = from + fresh[i]!;
  for (let i = 0; i < kept; i++)
    starts[first + fresh.length + i] = old.lineStarts[rest + i]! + moved;
  return starts;
}

/** The index of the line that holds an offset. */
export function lineAt(lineStarts: readonly number[], offset: number): number {
  let low = 0;
  let high = lineStarts.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (lineStarts[middle]! <= offset) low = middle;
    else high = middle;
  }
  return low;
}

/** The position of an offset; offsets beyond the text are taken as its end. */
export function positionAt(file: Lines, offset: number): Position {
  const clamped = Math.max(0, Math.min(offset, file.text.length));
  const line = lineAt(file.lineStarts, clamped);
  return { line, character: clamped - file.lineStarts[line]! };
}

/** The offset of a position; a character beyond its line is taken as the line's end. */
export function offsetAt(file: Lines, position: Position): number {
  const { text, lineStarts } = file;
  if (position.line < 0) return 0;
  if (position.line >= lineStarts.length) return text.length;
  const start = lineStarts[position.line]!;
  return Math.min(start + Math.max(0, position.character), lineEnd(file, position.line));
}

/** Where a line's text ends, its line end excluded. */
export function lineEnd(file: Lines, line: number): number {
  const { text, lineStarts } = file;
  const next = lineStarts[line + 1];
  if (next === undefined) return text.length;
  return text.charCodeAt(next - 2) === 0x0d && text.charCodeAt(next - 1) === 0x0a
    ? next - 2
    : next - 1;
}

/** The column of an offset in Unicode characters, from zero, as terminals and Python count. */
export function codePointColumn(file: Lines, offset: number): number {
  const { line, character } = positionAt(file, offset);
  const start = file.lineStarts[line]!;
  return [...file.text.slice(start, start + character)].length;
}
