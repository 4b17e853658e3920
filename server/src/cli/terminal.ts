/** Colours, widths, and text that cannot act on the terminal. */

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'blue' | 'cyan' | 'green';
export type Paint = (style: Style, text: string) => string;

const CODES: Readonly<Record<Style, number>> = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  cyan: 36,
};

export function painter(coloured: boolean): Paint {
  return (style, text) => (coloured && text !== '' ? `\x1b[${CODES[style]}m${text}\x1b[0m` : text);
}

/** Whether to colour: as asked, else on a terminal that shows colours (no-color.org). */
export function wantsColour(
  asked: 'auto' | 'always' | 'never',
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (asked !== 'auto') return asked === 'always';
  return isTerminal && !env.NO_COLOR && env.TERM !== 'dumb';
}

/** The text with control characters made visible: a source must not drive the terminal. */
export function harmless(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
  });
}

const graphemes = new Intl.Segmenter('fr', { granularity: 'grapheme' });
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|\ufe0f|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Columns of a terminal that the text takes, tabs aside. */
export function width(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) {
    if (WIDE.test(segment)) columns += 2;
    else if (!/^[\p{Mn}\p{Me}\p{Cf}]+$/u.test(segment)) columns++;
  }
  return columns;
}

const TAB = 4;

/** The text, harmless, with spaces for tabs; it starts at a column from 0. */
export function expandTabs(text: string, column: number): string {
  let out = '';
  for (const [piece] of text.matchAll(/\t|[^\t]+/g)) {
    out += piece === '\t' ? ' '.repeat(TAB - ((column + width(out)) % TAB)) : harmless(piece);
  }
  return out;
}
