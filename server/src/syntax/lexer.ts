import type { Comment, Span } from './source.ts';

/**
 * Python's lines and strings, and nothing else of its grammar: enough to cut a text into chunks
 * and statements, and to hide from the expression grammar all that it need not see.
 */

/** A logical line: what Python ends with a NEWLINE token. */
export interface LogicalLine {
  /** Start of its first physical line, indentation included. */
  readonly start: number;
  /**
   * Start of the blank and comment lines above it that belong to it: those after the last
   * comment indented deeper than it, which ends the block before.
   */
  readonly ownStart: number;
  /** Start of its first token and end of its last one (a comment is no token). */
  readonly first: number;
  readonly last: number;
  /** Just after its line end. */
  readonly end: number;
  readonly indent: Indent;
  /** Its first word, `@`, or the empty string. */
  readonly word: string;
  /** It ends with a colon: a block should follow. */
  readonly opens: boolean;
  /** Its brackets, strings or backslashes are wrong: it cannot be read. */
  readonly broken: boolean;
}

/** Columns of an indentation with tabs at every 8 columns, and at every column. */
export interface Indent {
  readonly column: number;
  readonly alternate: number;
}

/** Adjacent literals, that Python joins into one value. */
export interface StringRun extends Span {
  readonly tokens: readonly StringToken[];
}

export interface StringToken extends Span {
  /** Letters before the quote, in lower case. */
  readonly prefix: string;
  /** What is between the quotes; for f- and t-strings, cut at the replacement fields. */
  readonly parts: readonly StringPart[];
}

export type StringPart = TextPart | FieldPart;
export interface TextPart extends Span {
  readonly field: false;
}
export interface FieldPart extends Span {
  readonly field: true;
  /** The expression's text ends here, at `=`, `!`, `:` or `}`. */
  readonly expressionEnd: number;
  /** The `yield` or `yield from` that the expression begins with, which the skeleton hides. */
  readonly yields: { readonly start: number; readonly from: boolean } | null;
  /** After the `=` of `{x = }` and the spaces behind it; null without one. */
  readonly debugEnd: number | null;
  readonly conversion: string | null;
  readonly spec: (Span & { readonly parts: readonly StringPart[] }) | null;
}

/** CPython's own limit; beyond it a line is broken, which also bounds our stacks. */
const MAX_BRACKETS = 200;
/** CPython has no such limit; without one, many f-strings never closed take quadratic time. */
const MAX_FIELD_LINES = 200;

/** -1, 0 or 1; NaN when tabs and spaces are mixed so that the answer depends on the tab's width. */
export function compareIndents(a: Indent, b: Indent): number {
  const order = Math.sign(a.column - b.column);
  return order === Math.sign(a.alternate - b.alternate) ? order : Number.NaN;
}

/**
 * Reads a text one logical line at a time.
 *
 * With `skeleton` (a copy of the text's UTF-16 units) it also rewrites that copy in place, each
 * character by one character, into what the expression grammar is given: comments, line ends inside
 * brackets and string contents become spaces, non-ASCII names ASCII, the words that are keywords
 * only in places plain names. An f-string with fields becomes a set display of its expressions.
 */
export class Scanner {
  readonly comments: Comment[] = [];
  /** By start; filled only with a skeleton. */
  readonly strings = new Map<number, StringRun>();
  /** End of what has been looked at so far; `text.length + 1` once the end of the text was seen. */
  reach = 0;

  private at: number;
  private frames: Frame[] = [];
  private run: StringToken[] = [];
  private tokenEnd = 0;
  private broken = false;
  /** Where to come back to if the f-string being read does not end. */
  private attempt: Attempt | null = null;
  /** Lines inside brackets that look like the decorators of a definition to come. */
  private decorators: { readonly at: number; readonly depth: number } | null = null;

  constructor(
    private readonly text: string,
    from = 0,
    private readonly skeleton: Uint16Array | null = null,
  ) {
    this.at = from;
  }

  next(): LogicalLine | null {
    const { text } = this;
    const triviaStart = this.at;
    const comments: { column: number; after: number }[] = [];
    for (;;) {
      const start = this.at;
      const indent = this.readIndent();
      const c = text.charCodeAt(this.at);
      if (c === HASH) {
        this.readComment();
        this.readLineEnd();
        comments.push({ column: indent.column, after: this.at });
      } else if (isLineEnd(c)) {
        this.readLineEnd();
      } else if (this.at >= text.length) {
        this.look(text.length + 1);
        return null;
      } else {
        const deeper = comments.filter((comment) => comment.column > indent.column);
        return this.readLogicalLine(start, deeper.at(-1)?.after ?? triviaStart, indent);
      }
    }
  }

  private readLogicalLine(start: number, ownStart: number, indent: Indent): LogicalLine {
    const { text } = this;
    const first = this.at;
    this.broken = false;
    this.frames = [];
    this.run = [];
    this.decorators = null;
    WORD.lastIndex = first;
    const word = text.charCodeAt(first) === AT ? '@' : (WORD.exec(text)?.[0] ?? '');
    this.readTokens();
    this.endRun();
    const last = this.tokenEnd;
    // One more: a carriage return was looked at together with what follows it.
    this.look(this.at + 1);
    return {
      start,
      ownStart,
      first,
      last,
      end: this.at,
      indent,
      word,
      opens: text.charCodeAt(last - 1) === COLON,
      broken: this.broken,
    };
  }

  /** Reads tokens up to and including the line end that is outside brackets. */
  private readTokens(): void {
    const { text } = this;
    for (;;) {
      const frame = this.frames.at(-1);
      const c = text.charCodeAt(this.at);
      if (this.at >= text.length) {
        this.look(text.length + 1);
        if (this.inField()) this.giveUp();
        else {
          this.broken ||= frame !== undefined;
          return;
        }
      } else if (c === SPACE || c === TAB || c === FORM_FEED) {
        this.at++;
      } else if (isLineEnd(c)) {
        const start = this.at;
        this.readLineEnd();
        if (frame === undefined) return;
        this.blank(start, this.at);
        if (this.isForgotten()) {
          this.broken = true;
          return;
        }
      } else if (c === HASH) {
        const start = this.at;
        this.readComment();
        this.blank(start, this.at);
      } else if (c === BACKSLASH) {
        const start = this.at++;
        if (isLineEnd(text.charCodeAt(this.at))) {
          this.readLineEnd();
          this.blank(start, this.at);
          // A backslash before the end of the text joins nothing.
          if (this.at >= text.length) this.broken = true;
        } else this.broken = true;
      } else if (isQuote(c)) {
        this.readString('', this.at);
      } else if (isWordUnit(c)) {
        const start = this.at;
        const word = this.readWord();
        const prefix = word.toLowerCase();
        if (isQuote(text.charCodeAt(this.at)) && PREFIXES.has(prefix)) {
          this.readString(prefix, start);
          continue;
        }
        this.endRun();
        if (frame?.kind === 'field' && this.hideYield(frame, word, start)) continue;
        this.writeWord(word, start);
        this.tokenEnd = this.at;
      } else {
        this.endRun();
        if (frame?.kind === 'field' && this.endsExpression(c)) {
          if (!this.readFieldEnd(frame)) this.giveUp();
          continue;
        }
        this.tokenEnd = this.at + 1;
        this.readPunctuation(c);
      }
    }
  }

  /**
   * At the beginning of a line inside brackets: whether it begins a statement, as a word tells that
   * no expression can hold. The brackets were not closed, then. Goes back to its decorators.
   */
  private isForgotten(): boolean {
    OPENING.lastIndex = this.at;
    const match = OPENING.exec(this.text);
    this.look(OPENING.lastIndex + 1);
    const depth = this.frames.length;
    const isDefinition = match?.[1] !== undefined;
    const isDecorator = match?.[2] !== undefined;
    if (this.inField()) {
      const isTooLong = ++this.attempt!.lines > MAX_FIELD_LINES;
      if (isTooLong || (match !== null && !isDecorator)) this.giveUp();
      return false;
    }
    const { decorators } = this;
    if (isDefinition && decorators?.depth === depth) this.rewind(decorators.at);
    if (isDecorator && decorators?.depth !== depth) this.decorators = { at: this.at, depth };
    // Deeper lines are a decorator's arguments.
    if (!isDecorator && decorators !== null && depth <= decorators.depth) this.decorators = null;
    return match !== null && !isDecorator;
  }

  private readPunctuation(c: number): void {
    const { frames, skeleton } = this;
    if (c === OPEN_PAREN || c === OPEN_BRACKET || c === OPEN_BRACE) {
      frames.push({ kind: 'bracket', closer: c === OPEN_PAREN ? CLOSE_PAREN : c + 2 });
      if (frames.length > MAX_BRACKETS) this.broken = true;
    } else if (c === CLOSE_PAREN || c === CLOSE_BRACKET || c === CLOSE_BRACE) {
      const frame = frames.at(-1);
      if (frame?.kind === 'bracket' && frame.closer === c) frames.pop();
      else this.broken = true;
    } else if (skeleton !== null) {
      // The grammar has the precedences of `&` and `^` the wrong way round.
      if (c === AMPERSAND) skeleton[this.at] = CARET;
      else if (c === CARET) skeleton[this.at] = AMPERSAND;
    }
    this.at++;
  }

  // Strings

  /** Reads a literal at the quote; of an f- or t-string, the text before its first field. */
  private readString(prefix: string, start: number): void {
    const { text } = this;
    if (!this.inField()) this.attempt = null;
    const quoteAt = this.at;
    const quote = text.charCodeAt(quoteAt);
    const triple = text.charCodeAt(quoteAt + 1) === quote && text.charCodeAt(quoteAt + 2) === quote;
    const open: OpenString = {
      prefix,
      start,
      quote,
      triple,
      raw: prefix.includes('r'),
      runBefore: this.run,
    };
    this.at = quoteAt + (triple ? 3 : 1);
    this.blank(start, this.at);
    if (!prefix.includes('f') && !prefix.includes('t')) {
      this.readPlain(open);
      return;
    }
    this.attempt ??= {
      string: open,
      quoteAt,
      depth: this.frames.length,
      comments: this.comments.length,
      lines: 0,
    };
    if (!this.readText({ string: open, parts: [], start: this.at, field: null })) this.giveUp();
  }

  /** Reads to the closing quote, or the line's end (the text's, if triple) when there is none. */
  private readPlain(open: OpenString): void {
    const { text } = this;
    const contents = this.at;
    for (;;) {
      const c = text.charCodeAt(this.at);
      if (this.at >= text.length || (isLineEnd(c) && !open.triple)) {
        if (this.at >= text.length) this.look(text.length + 1);
        this.broken = true;
        this.blank(contents, this.at);
        this.endString(open, this.at, [{ field: false, start: contents, end: this.at }]);
        return;
      }
      if (c === BACKSLASH) this.skipEscape();
      else if (c === open.quote && this.atClosing(open)) {
        const end = this.at;
        this.at += open.triple ? 3 : 1;
        this.blank(contents, this.at);
        this.endString(open, this.at, [{ field: false, start: contents, end }]);
        return;
      } else this.at++;
    }
  }

  /**
   * Reads the text of an f-string or of a format specification, up to a field or the end. False when it
   * does not end.
   */
  private readText(context: TextContext): boolean {
    const { text } = this;
    const { string: open, field } = context;
    let start = this.at;
    const flush = () => {
      if (this.at > start) context.parts.push({ field: false, start, end: this.at });
      this.blank(start, this.at);
    };
    for (;;) {
      const c = text.charCodeAt(this.at);
      if (this.at >= text.length) {
        this.look(text.length + 1);
        return false;
      }
      if (isLineEnd(c) && !open.triple) return false;
      if (c === BACKSLASH) {
        if (!open.raw && this.matches(NAMED_CHARACTER, this.at)) {
          this.at = NAMED_CHARACTER.lastIndex;
        } else if (text.charCodeAt(this.at + 1) === OPEN_BRACE) this.at++;
        else if (text.charCodeAt(this.at + 1) === CLOSE_BRACE) this.at++;
        else this.skipEscape();
      } else if (c === open.quote && this.atClosing(open)) {
        if (field !== null) return false;
        flush();
        const end = this.at + (open.triple ? 3 : 1);
        this.blank(this.at, end);
        this.at = end;
        this.endString(open, end, context.parts);
        return true;
      } else if (isBrace(c) && field === null && text.charCodeAt(this.at + 1) === c) {
        // Doubled braces stand for one: the text is cut between them.
        this.at++;
        flush();
        this.blank(this.at, this.at + 1);
        start = ++this.at;
      } else if (c === OPEN_BRACE) {
        flush();
        this.blank(this.at, this.at + 1);
        this.frames.push({ kind: 'field', start: this.at, context, run: this.run, yields: null });
        if (this.frames.length > MAX_BRACKETS) this.broken = true;
        this.run = [];
        this.tokenEnd = this.at++;
        return true;
      } else if (c === CLOSE_BRACE && field !== null) {
        flush();
        return this.endField({
          ...field,
          spec: { start: context.start, end: this.at, parts: context.parts },
        });
      } else if (c === CLOSE_BRACE) {
        this.broken = true;
        this.at++;
      } else this.at++;
    }
  }

  /**
   * Hides the `yield` that a field begins with: in a set display it would take the expressions of
   * the fields behind it.
   */
  private hideYield(frame: FieldFrame, word: string, start: number): boolean {
    if (this.tokenEnd !== frame.start) return false;
    if (word === 'yield' && frame.yields === null) frame.yields = { start, from: false };
    else if (word === 'from' && frame.yields?.from === false) frame.yields.from = true;
    else return false;
    this.blank(start, this.at);
    return true;
  }

  /** Whether the character at hand ends the expression of the replacement field around it. */
  private endsExpression(c: number): boolean {
    if (c === CLOSE_BRACE || c === COLON) return true;
    if (c === BANG) return this.text.charCodeAt(this.at + 1) !== EQUALS;
    return c === EQUALS && this.matches(DEBUG_EQUALS, this.at - 1);
  }

  private readFieldEnd(frame: FieldFrame): boolean {
    const { text } = this;
    const { yields } = frame;
    const expressionEnd = this.at;
    let debugEnd: number | null = null;
    let conversion: string | null = null;
    if (text.charCodeAt(this.at) === EQUALS) {
      this.at++;
      AFTER_DEBUG.lastIndex = this.at;
      AFTER_DEBUG.test(text);
      this.at = AFTER_DEBUG.lastIndex;
      debugEnd = this.at;
    }
    if (text.charCodeAt(this.at) === BANG) {
      CONVERSION.lastIndex = this.at;
      const match = CONVERSION.exec(text);
      if (match === null) return false;
      conversion = match[1]!;
      this.at = CONVERSION.lastIndex;
    }
    const c = text.charCodeAt(this.at);
    if (c !== COLON && c !== CLOSE_BRACE) return false;
    this.blank(expressionEnd, this.at + 1);
    if (this.skeleton !== null && !TRAILING_COMMA.test(text.slice(frame.start, expressionEnd))) {
      this.skeleton[expressionEnd] = COMMA;
    }
    // A name to be read in the place of nothing.
    if (yields?.from === false && this.tokenEnd === frame.start && this.skeleton !== null) {
      this.skeleton[yields.start] = LETTER;
    }
    const field = { frame, expressionEnd, yields, debugEnd, conversion };
    if (c === CLOSE_BRACE) return this.endField({ ...field, spec: null });
    this.at++;
    return this.readText({ string: frame.context.string, parts: [], start: this.at, field });
  }

  /** Closes the field whose `}` is at hand, and goes on with the text around it. */
  private endField(field: PendingField & Pick<FieldPart, 'spec'>): boolean {
    const { frame, expressionEnd, yields, debugEnd, conversion, spec } = field;
    if (this.skeleton?.[this.at] === CLOSE_BRACE) this.blank(this.at, this.at + 1);
    this.at++;
    this.frames.pop();
    this.run = frame.run;
    frame.context.parts.push({
      field: true,
      start: frame.start,
      end: this.at,
      expressionEnd,
      yields,
      debugEnd,
      conversion,
      spec,
    });
    return this.readText(frame.context);
  }

  private endString(open: OpenString, end: number, parts: StringPart[]): void {
    this.run = open.runBefore;
    this.run.push({ start: open.start, end, prefix: open.prefix, parts });
    this.tokenEnd = end;
  }

  private endRun(): void {
    const { run, skeleton } = this;
    if (run.length === 0) return;
    this.run = [];
    if (skeleton === null) return;
    const start = run[0]!.start;
    const end = run.at(-1)!.end;
    const fields = run.some((token) => token.parts.some((part) => part.field));
    skeleton[start] = fields ? OPEN_BRACE : DOUBLE_QUOTE;
    skeleton[end - 1] = fields ? CLOSE_BRACE : DOUBLE_QUOTE;
    this.strings.set(start, { start, end, tokens: run });
  }

  /** The f-string never ends as one: reads it again as if it had no fields. */
  private giveUp(): void {
    const { string, quoteAt, depth, comments } = this.attempt!;
    this.frames.length = depth;
    this.comments.length = comments;
    this.run = string.runBefore;
    this.rewind(quoteAt + (string.triple ? 3 : 1));
    this.broken = true;
    this.readPlain(string);
  }

  private rewind(to: number): void {
    this.look(this.at);
    const { text, skeleton } = this;
    if (skeleton !== null) {
      for (let i = to; i < this.at; i++) skeleton[i] = text.charCodeAt(i);
      for (const start of this.strings.keys()) if (start >= to) this.strings.delete(start);
      while ((this.comments.at(-1)?.start ?? -1) >= to) this.comments.pop();
    }
    this.at = to;
  }

  private atClosing(open: OpenString): boolean {
    if (!open.triple) return true;
    const { text, at } = this;
    return text.charCodeAt(at + 1) === open.quote && text.charCodeAt(at + 2) === open.quote;
  }

  private skipEscape(): void {
    this.at++;
    if (isLineEnd(this.text.charCodeAt(this.at))) this.readLineEnd();
    else if (this.at < this.text.length) this.at++;
  }

  private inField(): boolean {
    return this.frames.some((frame) => frame.kind === 'field');
  }

  // Lines and words

  private readIndent(): Indent {
    const { text } = this;
    let column = 0;
    let alternate = 0;
    let counting = true;
    if (this.at === 0 && text.charCodeAt(0) === BYTE_ORDER_MARK) this.at++;
    for (; ; this.at++) {
      const c = text.charCodeAt(this.at);
      if (c === FORM_FEED) column = alternate = 0;
      else if (c === BACKSLASH && isLineEnd(text.charCodeAt(this.at + 1))) {
        this.at++;
        if (text.startsWith('\r\n', this.at)) this.at++;
        // The columns before a backslash are the line's; those of the line it joins are not.
        counting = column === 0;
      } else if (c !== SPACE && c !== TAB) return { column, alternate };
      else if (counting) {
        column = c === TAB ? column - (column % 8) + 8 : column + 1;
        alternate++;
      }
    }
  }

  private readComment(): void {
    const { text } = this;
    const start = this.at;
    LINE_END.lastIndex = start;
    this.at = LINE_END.exec(text)?.index ?? text.length;
    if (this.skeleton !== null) {
      this.comments.push({ start, end: this.at, text: text.slice(start, this.at) });
    }
  }

  private readLineEnd(): void {
    const { text } = this;
    if (
      text.charCodeAt(this.at) === CARRIAGE_RETURN &&
      text.charCodeAt(this.at + 1) === LINE_FEED
    ) {
      this.at++;
    }
    if (this.at < text.length) this.at++;
    else this.look(text.length + 1);
  }

  private readWord(): string {
    const start = this.at;
    WORD.lastIndex = start;
    WORD.exec(this.text);
    this.at = WORD.lastIndex;
    return this.text.slice(start, this.at);
  }

  private writeWord(word: string, start: number): void {
    const { skeleton, text } = this;
    if (skeleton === null) return;
    const isAsyncName =
      word === 'async' && (text[start - 1] === '.' || this.matches(ASYNC_MODULE, this.at));
    if (SOMETIMES_KEYWORDS.has(word) || isAsyncName) {
      skeleton[start + word.length - 1] = UNDERSCORE;
    } else if (NON_ASCII.test(word)) {
      const filler = IDENTIFIER.test(word.normalize('NFKC')) ? LETTER : QUESTION;
      skeleton.fill(filler, start, start + word.length);
    }
  }

  private matches(pattern: RegExp, at: number): boolean {
    pattern.lastIndex = at;
    const found = pattern.test(this.text);
    this.look(pattern.lastIndex + 1);
    return found;
  }

  private blank(start: number, end: number): void {
    this.skeleton?.fill(SPACE, start, end);
  }

  private look(end: number): void {
    if (end > this.reach) this.reach = end;
  }
}

type Frame = { readonly kind: 'bracket'; readonly closer: number } | FieldFrame;
interface FieldFrame {
  readonly kind: 'field';
  readonly start: number;
  readonly context: TextContext;
  /** The literals read before the one that holds this field. */
  readonly run: StringToken[];
  yields: { start: number; from: boolean } | null;
}
interface OpenString {
  readonly prefix: string;
  readonly start: number;
  readonly quote: number;
  readonly triple: boolean;
  readonly raw: boolean;
  readonly runBefore: StringToken[];
}
interface TextContext {
  readonly string: OpenString;
  readonly parts: StringPart[];
  readonly start: number;
  /** The field whose format specification this is. */
  readonly field: PendingField | null;
}
interface PendingField
  extends Pick<FieldPart, 'expressionEnd' | 'yields' | 'debugEnd' | 'conversion'> {
  readonly frame: FieldFrame;
}
/** The outermost f-string being read, as it was at its beginning. */
interface Attempt {
  readonly string: OpenString;
  readonly quoteAt: number;
  readonly depth: number;
  readonly comments: number;
  /** Lines read inside its fields so far. */
  lines: number;
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const FORM_FEED = 0x0c;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const BANG = 0x21;
const DOUBLE_QUOTE = 0x22;
const HASH = 0x23;
const AMPERSAND = 0x26;
const SINGLE_QUOTE = 0x27;
const OPEN_PAREN = 0x28;
const CLOSE_PAREN = 0x29;
const COMMA = 0x2c;
const COLON = 0x3a;
const EQUALS = 0x3d;
const QUESTION = 0x3f;
const AT = 0x40;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const CARET = 0x5e;
const UNDERSCORE = 0x5f;
const LETTER = 0x78;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const BYTE_ORDER_MARK = 0xfeff;

const WORD = /[\w\u0080-\uffff]+/y;
const LINE_END = /[\r\n]/g;
const NON_ASCII = /[^\0-\x7f]/;
const IDENTIFIER = /^[_\p{XID_Start}]\p{XID_Continue}*$/u;
const NAMED_CHARACTER = /\\N\{[^{}\r\n]*\}/y;
const CONVERSION = /![ \t\f\r\n]*([A-Za-z_]\w*)[ \t\f\r\n]*/y;
const DEBUG_EQUALS = /[^=!<>:]=(?:[ \t\f\r\n]|#.*)*[}!:]/y;
const AFTER_DEBUG = /(?:[ \t\f\r\n]|#.*)*/y;
const TRAILING_COMMA = /,\s*$/;
const ASYNC_MODULE = /\s*\./y;
const PREFIXES = new Set(['r', 'u', 'b', 'f', 't', 'br', 'rb', 'fr', 'rf', 'tr', 'rt']);
/** Words that the grammar takes for keywords in more places than Python does. */
const SOMETIMES_KEYWORDS = new Set(['print', 'exec', 'match', 'case', 'type']);
/** Beginnings of lines that no expression holds at the beginning of a line. */
const OPENING =
  /[ \t\f]*(?:((?:async[ \t]+def|def|class)\b)|(@[ \t]*[A-Za-z_])|(?:async[ \t]+with|import|return|while|with|try|except|finally|raise|del|global|nonlocal|assert|pass|break|continue|elif)\b)/y;

function isLineEnd(c: number): boolean {
  return c === LINE_FEED || c === CARRIAGE_RETURN;
}
function isQuote(c: number): boolean {
  return c === DOUBLE_QUOTE || c === SINGLE_QUOTE;
}
function isBrace(c: number): boolean {
  return c === OPEN_BRACE || c === CLOSE_BRACE;
}
function isWordUnit(c: number): boolean {
  return (
    (c >= 0x61 && c <= 0x7a) ||
    (c >= 0x41 && c <= 0x5a) ||
    (c >= 0x30 && c <= 0x39) ||
    c === UNDERSCORE ||
    c >= 0x80
  );
}
