import type { Span } from './source.ts';

/** A word or sign that cuts a statement into parts. */
export interface Mark extends Span {
  readonly text: string;
}

/**
 * A chunk's text as the lexer rewrites it: names, numbers, brackets, operators and spaces, each at
 * its own place. With no string and no comment left, parts are found by looking at characters.
 */
export class Skeleton {
  readonly text: string;

  constructor(units: Uint16Array) {
    let text = '';
    // By pieces of a bounded length: the units are passed as arguments.
    for (let i = 0; i < units.length; i += 4096) {
      text += String.fromCharCode(...units.subarray(i, i + 4096));
    }
    this.text = text;
  }

  /** A stretch without the spaces around it. */
  trim(start: number, end: number): Span {
    let from = start;
    let to = end;
    while (from < to && this.isBlank(from)) from++;
    while (to > from && this.isBlank(to - 1)) to--;
    return { start: from, end: to };
  }

  /** The first place from `at` on that is no space. */
  skip(at: number): number {
    let i = at;
    while (this.isBlank(i)) i++;
    return i;
  }

  /** The word that starts here, or the empty string. */
  wordAt(at: number): string {
    WORD.lastIndex = at;
    return WORD.exec(this.text)?.[0] ?? '';
  }

  /** The bracket that closes the one at `open`; brackets are known to be balanced. */
  closing(open: number): number {
    let depth = 0;
    let at = open;
    do {
      BRACKET.lastIndex = at;
      const bracket = BRACKET.exec(this.text)!;
      depth += '([{'.includes(bracket[0]) ? 1 : -1;
      at = bracket.index + 1;
    } while (depth > 0);
    return at - 1;
  }

  /** The marks of a stretch that are outside brackets and lambda parameters. */
  marks(from: number, to: number): Mark[] {
    const marks: Mark[] = [];
    let depth = 0;
    let lambdas = 0;
    TOKEN.lastIndex = from;
    for (let match = TOKEN.exec(this.text); match !== null; match = TOKEN.exec(this.text)) {
      const [text] = match;
      const start = match.index;
      if (start >= to) break;
      if ('([{'.includes(text)) depth++;
      else if (')]}'.includes(text)) depth--;
      else if (depth > 0) continue;
      else if (text === 'lambda') lambdas++;
      else if (lambdas > 0 && text === ':') lambdas--;
      else if (lambdas === 0 && MARKS.has(text)) {
        marks.push({ start, end: start + text.length, text });
      }
    }
    return marks;
  }

  private isBlank(at: number): boolean {
    const c = this.text.charCodeAt(at);
    return c === 0x20 || c === 0x09 || c === 0x0c;
  }
}

/** Cuts a stretch at the marks of a text that are inside it. */
export function split(span: Span, marks: readonly Mark[], text: string): Span[] {
  const spans: Span[] = [];
  let { start } = span;
  for (const mark of marks) {
    if (mark.text !== text || mark.start < span.start || mark.start >= span.end) continue;
    spans.push({ start, end: mark.start });
    start = mark.end;
  }
  spans.push({ start, end: span.end });
  return spans;
}

const WORD = /[A-Za-z_]\w*/y;
const BRACKET = /[()[\]{}]/g;
// A number ends before a word that touches it: `0if a else b`.
const TOKEN =
  /[()[\]{}]|0[xX][\da-fA-F_]+|\d[\d_]*(?:[eE][\d_]+)?[jJ]?|\w+|\*\*=?|\/\/=?|>>=?|<<=?|->|[-+*/%@&|^=!<>:]=|[-+*/%@&|^<>=:,;]/g;
const AUGMENTED = [
  '+=',
  '-=',
  '*=',
  '/=',
  '//=',
  '%=',
  '@=',
  '&=',
  '|=',
  '^=',
  '>>=',
  '<<=',
  '**=',
];
const WORDS = ['as', 'in', 'from', 'if', 'for', 'import'];
const MARKS = new Set([',', ':', '=', ';', ':=', '->', ...AUGMENTED, ...WORDS]);
