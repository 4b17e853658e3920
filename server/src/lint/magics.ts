/**
 * What IPython adds to Python in a cell: `%magic`, `%%cell`, `!command`, `?help`, `help?`,
 * `x = %magic`, `x = !command`.
 */

/** Cell magics whose cell is still Python, judged without its first line. */
const PYTHON_CELLS = new Set(['capture', 'debug', 'prun', 'time', 'timeit']);

/**
 * The cell as plain Python of the same length and the same lines: a masked statement becomes `pass` (`0`
 * where there is no room), a masked value becomes the name `_`, of which nothing is known.
 */
export function maskMagics(cell: string): string {
  const bodyStart = endOfCellMagic(cell);
  return maskLines(blank(cell.slice(0, bodyStart)) + cell.slice(bodyStart), bodyStart);
}

/**
 * Where Python starts in a cell: below the line of its `%%magic`, 0 without one; beyond the cell's end when
 * the magic makes something else of it.
 */
export function endOfCellMagic(cell: string): number {
  if (!/^\s*%%/.test(cell)) return 0;
  const magic = /^\s*%%(\w*)[^\r\n]*(?:\r\n|\r|\n)/.exec(cell);
  return magic && PYTHON_CELLS.has(magic[1]!) ? magic[0].length : cell.length + 1;
}

/** Masks magics line by line; only where a statement may start, so never in a string or brackets. */
function maskLines(cell: string, from: number): string {
  let out = cell.slice(0, from);
  for (let at = from; at < cell.length; ) {
    const line = /^[^\r\n]*/.exec(cell.slice(at))![0];
    const statement = /^([ \t]*)([%!?].*|[\w.*]+\?\??[ \t]*)$/s.exec(line);
    const value = statement ? null : /^([ \t]*[\w., \t[\]'"*]+?=[ \t]*)([%!][^=].*)$/s.exec(line);
    const masked = statement ?? value;
    if (masked) {
      const end = endOfCommand(cell, at);
      const head = masked[1]!;
      const rest = cell.slice(at + head.length, end);
      out += head + (value ? fill('_', rest) : fill(/^[^\r\n]{4}/.test(rest) ? 'pass' : '0', rest));
      at = end;
    } else {
      const end = endOfLogicalLine(cell, at);
      out += cell.slice(at, end);
      at = end;
    }
    const lineEnd = /^(?:\r\n|\n|\r)?/.exec(cell.slice(at))![0];
    out += lineEnd;
    at += lineEnd.length;
  }
  return out;
}

/** `filler`, then blanks as long as `text`, its line ends kept. */
function fill(filler: string, text: string): string {
  return filler + blank(text.slice(filler.length));
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}

/** A command goes on after a backslash at a line's end. */
function endOfCommand(cell: string, start: number): number {
  return start + /^(?:\\(?:\r\n|\n|\r)|[^\r\n])*/.exec(cell.slice(start))![0].length;
}

/** Where the statement's line ends (strings, brackets and backslashes may carry it further). */
function endOfLogicalLine(cell: string, start: number): number {
  let depth = 0;
  const token =
    /#[^\r\n]*|("""|''')(?:\\[\s\S]|(?!\1)[\s\S])*(?:\1|$)|(["'])(?:\\(?:\r\n|[\s\S])|(?!\2)[^\\\r\n])*\2?|\\(?:\r\n|\n|\r)|[([{]|[)\]}]|\r\n|\n|\r/g;
  token.lastIndex = start;
  for (let match = token.exec(cell); match; match = token.exec(cell)) {
    const text = match[0];
    if (/^[([{]$/.test(text)) depth++;
    else if (/^[)\]}]$/.test(text)) depth = Math.max(0, depth - 1);
    else if (/^[\r\n]/.test(text) && depth === 0) return match.index;
  }
  return cell.length;
}
