import type { Places } from './places.ts';
import { expandTabs, type Paint, type Style, width } from './terminal.ts';

/** Code units of a line shown before, in and after what is underlined: some lines have a million. */
const MOST = 100;

/** The first line of a range with its number, and carets below. */
export function excerpt(
  places: Places,
  start: number,
  end: number,
  style: Style,
  paint: Paint,
): readonly [string, string] {
  const { cell, line } = places.place(start);
  const last = places.place(end);
  const goesOn = last.line !== line || last.cell !== cell;
  const { text, at } = places.line(start);
  const until = goesOn ? Math.max(text.trimEnd().length, at) : at + end - start;

  const before = `${at > MOST ? '…' : ''}${expandTabs(part(text, at - MOST, at), 0)}`;
  const marked = expandTabs(part(text, at, Math.min(until, at + MOST)), width(before));
  const isCut = until > at + MOST;
  const rest = isCut ? '' : part(text, until, until + MOST).trimEnd();
  const after = expandTabs(rest, width(before + marked));
  const more = isCut || text.trimEnd().length > until + MOST ? '…' : '';

  const number = String(line);
  const bar = paint('dim', '│');
  const carets = '^'.repeat(Math.max(1, width(marked))) + (goesOn || isCut ? '…' : '');
  return [
    `  ${paint('dim', number)} ${bar} ${before}${marked}${after}${more}`,
    `  ${' '.repeat(number.length)} ${bar} ${' '.repeat(width(before))}${paint(style, carets)}`,
  ];
}

/** A slice that splits no character. */
function part(text: string, start: number, end: number): string {
  return text
    .slice(Math.max(0, start), Math.max(0, end))
    .replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '');
}
