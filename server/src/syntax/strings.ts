import type { Constant, Expr, FormattedValue, JoinedStr } from './ast.ts';
import type { FieldPart, StringPart, StringRun } from './lexer.ts';
import { UNREADABLE } from './unreadable.ts';

/**
 * The value of a run of literals. `takeField` gives the expression of a replacement field, asked
 * for in source order. Null when Python refuses the run: bytes next to text, or not ASCII.
 */
export function lowerStrings(
  text: string,
  run: StringRun,
  takeField: (field: FieldPart) => Expr,
): Constant | JoinedStr | null {
  const { start, end, tokens } = run;
  const bytes = tokens.filter((token) => token.prefix.includes('b')).length;
  if (bytes === tokens.length) {
    if (tokens.some((token) => NON_ASCII.test(text.slice(token.start, token.end)))) return null;
    return constant(start, end, 'bytes', text.slice(start, end));
  }
  if (bytes > 0) return null;
  const pieces = new Pieces(text, takeField);
  for (const { prefix, parts } of tokens) {
    pieces.add(
      parts,
      prefix.includes('r'),
      prefix.includes('t') ? 'Interpolation' : 'FormattedValue',
    );
  }
  if (tokens.some((token) => token.prefix.includes('t'))) {
    return { kind: 'TemplateStr', start, end, parent: null, values: pieces.finish() };
  }
  if (tokens.some((token) => token.prefix.includes('f'))) {
    return { kind: 'JoinedStr', start, end, parent: null, values: pieces.finish() };
  }
  const [value] = pieces.finish() as Constant[];
  return constant(start, end, 'str', value === undefined ? '' : value.value);
}

/** The values of an f-string: texts that touch are one. */
class Pieces {
  private readonly values: Expr[] = [];
  private textStart = 0;
  private textEnd = -1;
  private content: string | null = '';

  constructor(
    private readonly text: string,
    private readonly takeField: (field: FieldPart) => Expr,
  ) {}

  add(parts: readonly StringPart[], raw: boolean, kind: FormattedValue['kind']): void {
    const { text } = this;
    for (const part of parts) {
      if (part.field) {
        if (part.debugEnd !== null) {
          const expression = text.slice(part.start + 1, part.expressionEnd);
          const equals = text.slice(part.expressionEnd, part.debugEnd).replace(/#.*/g, '');
          this.addText(part.start + 1, part.debugEnd, newlines(expression + equals));
        }
        this.endText();
        this.values.push(this.field(part, raw, kind));
      } else {
        const content = newlines(text.slice(part.start, part.end));
        this.addText(part.start, part.end, raw ? content : decode(content));
      }
    }
  }

  finish(): Expr[] {
    this.endText();
    return this.values;
  }

  private field(part: FieldPart, raw: boolean, kind: FormattedValue['kind']): FormattedValue {
    const value = this.takeField(part);
    let spec: JoinedStr | null = null;
    if (part.spec !== null) {
      const { start, end, parts } = part.spec;
      const pieces = new Pieces(this.text, this.takeField);
      pieces.add(parts, raw, 'FormattedValue');
      spec = { kind: 'JoinedStr', start, end, parent: null, values: pieces.finish() };
    }
    if (part.conversion !== null && !/^[sra]$/.test(part.conversion)) throw UNREADABLE;
    // `{x=}` shows the representation unless told otherwise.
    const shown = part.debugEnd !== null && spec === null ? 'r' : null;
    return {
      kind,
      start: part.start,
      end: part.end,
      parent: null,
      value,
      conversion: part.conversion ?? shown,
      format_spec: spec,
    };
  }

  private addText(start: number, end: number, content: string | null): void {
    if (this.textEnd < 0) this.textStart = start;
    this.textEnd = end;
    this.content = this.content === null || content === null ? null : this.content + content;
  }

  private endText(): void {
    if (this.textEnd >= 0 && this.content !== '') {
      this.values.push(constant(this.textStart, this.textEnd, 'str', this.content));
    }
    this.textEnd = -1;
    this.content = '';
  }
}

function constant(
  start: number,
  end: number,
  type: Constant['type'],
  value: string | null,
): Constant {
  return { kind: 'Constant', start, end, parent: null, type, value };
}

function newlines(source: string): string {
  return source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
}

const NON_ASCII = /[^\0-\x7f]/;
const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const ESCAPE =
  /\\(?:([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(N\{[^{}]+\})|([\n\\'"abfnrtv])|[xuUN])/g;

/**
 * Null when the text names a character (`\N{…}`): we do not carry Unicode's names. Throws UNREADABLE
 * for an escape that is cut short.
 */
function decode(source: string): string | null {
  if (!source.includes('\\')) return source;
  let named = false;
  const decoded = source.replace(ESCAPE, (_, octal, x, u, long, name, simple) => {
    if (name !== undefined) {
      named = true;
      return '';
    }
    if (simple !== undefined) return SIMPLE_ESCAPES[simple]!;
    const digits = x ?? u ?? long;
    const code = octal !== undefined ? Number.parseInt(octal, 8) : Number.parseInt(digits, 16);
    if (!(code <= 0x10ffff)) throw UNREADABLE;
    return String.fromCodePoint(code);
  });
  return named ? null : decoded;
}
