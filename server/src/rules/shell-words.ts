/** How the source builds a text out of fixed parts and values, and where these stand for a shell. */
import type { BinOp, Call, Expr, FormattedValue, JoinedStr } from '../syntax/index.ts';

export interface Text {
  readonly text: string;
}

/** A place that a value fills. */
export interface Hole {
  readonly value: Expr;
  /** `{value}` in an f-string, else the value. */
  readonly node: Expr;
  /** Is the value put in through `str()`, as `format` and `%s` do? Else it is text already. */
  readonly converted: boolean;
  /** Put in otherwise than by `str()` alone: `{x!r}`, `{x:>10}`, `%5s`. */
  readonly isFormatted: boolean;
}

export type Piece = Text | Hole;

/** A piece as a shell reads it. */
export interface ShellPiece {
  readonly piece: Piece;
  /** The quotes that a value stands in, and whether they hold nothing else. */
  readonly quote: string | null;
  readonly isTight: boolean;
  /** Does the value stand where a shell expects the name of a program? */
  readonly isCommand: boolean;
}

export function isText(piece: Piece): piece is Text {
  return 'text' in piece;
}

/** The parts of a text that an expression builds; null when it is not known to build one. */
export function piecesOf(expr: Expr): readonly Piece[] | null {
  switch (expr.kind) {
    case 'Constant':
      return expr.type === 'str' && expr.value !== null ? [{ text: expr.value }] : null;
    case 'JoinedStr':
      return ofJoined(expr);
    case 'BinOp':
      return expr.op === '+' ? ofSum(expr) : expr.op === '%' ? ofPercent(expr) : null;
    case 'Call':
      return ofFormat(expr);
    default:
      return null;
  }
}

/** Follows the shell's quotes and the places of commands through the pieces. */
export function asShellReads(pieces: readonly Piece[]): readonly ShellPiece[] {
  const read: ShellPiece[] = [];
  let quote: string | null = null;
  let isJustOpened = false;
  let isCommand = true;
  pieces.forEach((piece, at) => {
    const next = pieces[at + 1];
    const isTight =
      quote !== null &&
      isJustOpened &&
      next !== undefined &&
      isText(next) &&
      next.text.startsWith(quote);
    read.push({ piece, quote, isTight, isCommand });
    isJustOpened = false;
    if (!isText(piece)) {
      isCommand = false;
      return;
    }
    for (let i = 0; i < piece.text.length; i++) {
      const char = piece.text[i]!;
      isJustOpened = false;
      if (char === '\\' && quote !== "'") i++;
      else if (char === quote) quote = null;
      else if (quote === null && (char === '"' || char === "'")) {
        quote = char;
        isJustOpened = true;
      }
      if (quote === null && /[;&|(`\n]/.test(char)) isCommand = true;
      else if (/\S/.test(char) && !isJustOpened) isCommand = false;
    }
  });
  return read;
}

function ofJoined({ values }: JoinedStr): readonly Piece[] | null {
  const pieces = values.map((part): Piece | null => {
    if (part.kind === 'FormattedValue') {
      const { value, conversion, format_spec } = part as unknown as FormattedValue;
      const isFormatted = conversion !== null || format_spec !== null;
      return { value, node: part, converted: true, isFormatted };
    }
    return part.kind === 'Constant' && part.value !== null ? { text: part.value } : null;
  });
  return pieces.includes(null) ? null : (pieces as Piece[]);
}

function ofSum(sum: BinOp): readonly Piece[] | null {
  const operands: Expr[] = [];
  let left: Expr = sum;
  for (; left.kind === 'BinOp' && left.op === '+'; left = left.left) operands.unshift(left.right);
  operands.unshift(left);
  const parts = operands.map(piecesOf);
  // Numbers and lists are added too.
  if (parts.every((part) => part === null)) return null;
  return parts.flatMap((part, at) => {
    const value = operands[at]!;
    return part ?? [{ value, node: value, converted: false, isFormatted: false }];
  });
}

function ofPercent({ left, right }: BinOp): readonly Piece[] | null {
  if (left.kind !== 'Constant' || left.type !== 'str' || left.value === null) return null;
  const values = right.kind === 'Tuple' ? right.elts : [right];
  return filled(left.value, /%(?:%|[^a-zA-Z%]*[a-zA-Z])/g, (mark, nth) => {
    if (mark === '%%') return '%';
    const value = /[(*]/.test(mark) ? undefined : values[nth];
    return value && { value, node: value, converted: true, isFormatted: mark !== '%s' };
  });
}

function ofFormat({ func, args, keywords }: Call): readonly Piece[] | null {
  if (func.kind !== 'Attribute' || func.attr !== 'format') return null;
  const { value: template } = func;
  if (template.kind !== 'Constant' || template.type !== 'str' || template.value === null)
    return null;
  return filled(template.value, /\{\{|\}\}|\{[^{}]*\}/g, (mark, nth) => {
    if (mark === '{{' || mark === '}}') return mark[0]!;
    const [, name, how] = /^\{(\w*)(.*)\}$/s.exec(mark) ?? [];
    if (name === undefined || /^[.[]/.test(how!)) return undefined;
    const value = /^\d*$/.test(name)
      ? args[name === '' ? nth : Number(name)]
      : keywords.find(({ arg }) => arg === name)?.value;
    return value && { value, node: value, converted: true, isFormatted: how !== '' };
  });
}

/** A template cut at its marks; null when one of them is not understood. */
function filled(
  template: string,
  marks: RegExp,
  fill: (mark: string, nth: number) => string | Hole | undefined,
): readonly Piece[] | null {
  const pieces: Piece[] = [];
  let last = 0;
  let nth = 0;
  for (const { 0: mark, index } of template.matchAll(marks)) {
    pieces.push({ text: template.slice(last, index) });
    last = index + mark.length;
    const piece = fill(mark, nth);
    if (piece === undefined || (typeof piece !== 'string' && piece.value.kind === 'Starred'))
      return null;
    if (typeof piece === 'string') pieces.push({ text: piece });
    else {
      pieces.push(piece);
      nth++;
    }
  }
  return [...pieces, { text: template.slice(last) }];
}
