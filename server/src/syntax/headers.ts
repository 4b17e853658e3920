import type { Expressions, Unit } from './expressions.ts';
import type { LogicalLine } from './lexer.ts';
import { type ParameterUnits, type Simple, SimpleReader } from './simple.ts';
import { type Mark, type Skeleton, split } from './skeleton.ts';
import type { Span } from './source.ts';
import { UNREADABLE } from './unreadable.ts';

/** What a logical line says, its expressions still to be read. */
export type Header =
  /** It cannot be read. */
  | { readonly word: 'error' }
  | { readonly word: 'simple'; readonly statements: readonly Simple[] }
  | { readonly word: '@'; readonly decorator: Unit }
  | CompoundHeader;

/** The header of a compound statement, or of one of its clauses. */
export type CompoundHeader = Clause & {
  readonly start: number;
  readonly headerEnd: number;
  /** Statements after the colon, on the same line. */
  readonly inline: readonly Simple[];
};

type Clause =
  | { readonly word: 'if' | 'elif' | 'while'; readonly test: Unit }
  | { readonly word: 'try' | 'else' | 'finally' }
  | { readonly word: 'match'; readonly subject: Unit }
  | { readonly word: 'case'; readonly pattern: Unit; readonly guard: Unit | null }
  | {
      readonly word: 'except';
      readonly star: boolean;
      readonly type: Unit | null;
      readonly name: string | null;
    }
  | (Async & { readonly word: 'for'; readonly target: Unit; readonly iter: Unit })
  | (Async & { readonly word: 'with'; readonly items: readonly WithItemUnits[] })
  | (Async &
      Definition & {
        readonly word: 'def';
        /** `async name(…):`, read as if `def` were there. */
        readonly missingDef: boolean;
        readonly parameters: Span & { readonly list: readonly ParameterUnits[] };
        readonly returns: Unit | null;
      })
  | (Definition & { readonly word: 'class'; readonly bases: Unit | null });

interface Async {
  readonly isAsync: boolean;
  readonly keywordStart: number;
}

interface Definition {
  readonly name: string;
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly typeParameters: readonly ParameterUnits[];
}

export interface WithItemUnits {
  readonly context: Unit;
  readonly vars: Unit | null;
}

/** Reads logical lines. */
export class HeaderReader {
  private readonly skeleton: Skeleton;
  private readonly simples: SimpleReader;

  constructor(
    text: string,
    private readonly expressions: Expressions,
  ) {
    this.skeleton = expressions.skeleton;
    this.simples = new SimpleReader(text, expressions);
  }

  /** `inMatch` tells whether the line is in the block of a `match`, where `case` is a keyword. */
  read(line: LogicalLine, inMatch: boolean): Header {
    if (line.broken) return { word: 'error' };
    try {
      return this.header(line, inMatch);
    } catch (problem) {
      if (problem !== UNREADABLE) throw problem;
      return { word: 'error' };
    }
  }

  private header(line: LogicalLine, inMatch: boolean): Header {
    const { skeleton } = this;
    const { first: start, last } = line;
    if (line.word === '@') {
      return { word: '@', decorator: this.expressions.note(start + 1, last) };
    }
    const keyword = this.keyword(line);
    const isCompound =
      COMPOUND.has(keyword.word) ||
      (keyword.word === 'case' && inMatch) ||
      (keyword.word === 'match' && line.opens && skeleton.skip(keyword.end) < last - 1);
    if (!isCompound) return { word: 'simple', statements: this.simples.readAll(start, last) };
    const marks = skeleton.marks(keyword.end, last);
    const colon = marks.find((mark) => mark.text === ':');
    if (colon === undefined) throw UNREADABLE;
    const own = marks.filter((mark) => mark.start < colon.start);
    if (!TESTS.has(keyword.word) && own.some((mark) => mark.text === ':=')) throw UNREADABLE;
    const clause = this.clause(keyword, skeleton.trim(keyword.end, colon.start), own);
    const headerEnd = colon.end;
    const inline = headerEnd < last ? this.simples.readAll(headerEnd, last) : [];
    return { ...clause, start, headerEnd, inline };
  }

  /** The word that tells what a line is, and where it stands. */
  private keyword({ word, first }: LogicalLine): KeywordAt {
    const { skeleton } = this;
    const plain = { word, start: first, end: first + word.length, isAsync: false };
    if (word !== 'async') return { ...plain, missingDef: false };
    const start = skeleton.skip(plain.end);
    const next = skeleton.wordAt(start);
    if (next === '') return { ...plain, missingDef: false };
    const missingDef = !ASYNC.has(next);
    if (missingDef) return { ...plain, word: 'def', isAsync: true, missingDef };
    return { word: next, start, end: start + next.length, isAsync: true, missingDef };
  }

  /** What stands between the keyword of a header and its colon. */
  private clause(keyword: KeywordAt, rest: Span, marks: readonly Mark[]): Clause {
    const { skeleton, expressions } = this;
    const { isAsync, start: keywordStart } = keyword;
    const { start, end } = rest;
    const find = (text: string) => marks.find((mark) => mark.text === text);
    switch (keyword.word) {
      case 'if':
      case 'elif':
      case 'while':
        return { word: keyword.word, test: expressions.note(start, end) };
      case 'try':
      case 'else':
      case 'finally':
        if (start < end) throw UNREADABLE;
        return { word: keyword.word };
      case 'match':
        return { word: 'match', subject: expressions.note(start, end) };
      case 'case': {
        const guard = find('if');
        return {
          word: 'case',
          pattern: expressions.note(start, guard?.start ?? end),
          guard: guard ? expressions.note(guard.end, end) : null,
        };
      }
      case 'except':
        return this.except(rest, marks);
      case 'for': {
        const inMark = find('in');
        if (inMark === undefined) throw UNREADABLE;
        const target = expressions.note(start, inMark.start);
        const iter = expressions.note(inMark.end, end);
        return { word: 'for', isAsync, keywordStart, target, iter };
      }
      case 'with':
        return { word: 'with', isAsync, keywordStart, items: this.withItems(rest, marks) };
      case 'def':
        return this.def(keyword, rest);
      case 'class': {
        const { definition, after } = this.definition(rest);
        if (after >= end) return { word: 'class', ...definition, bases: null };
        if (skeleton.text[after] !== '(' || skeleton.closing(after) !== end - 1) throw UNREADABLE;
        // Read as a call; any name would do for the function.
        const text = '_'.padEnd(after - start) + skeleton.text.slice(after, end);
        return { word: 'class', ...definition, bases: expressions.noteText(rest, text) };
      }
      default:
        throw UNREADABLE;
    }
  }

  private except({ start, end }: Span, marks: readonly Mark[]): Clause {
    const { expressions, skeleton, simples } = this;
    const star = skeleton.text[start] === '*' && start < end;
    if (start >= end) return { word: 'except', star, type: null, name: null };
    const as = marks.find((mark) => mark.text === 'as');
    // Several types need parentheses to be given a name.
    if (as && marks.some((mark) => mark.text === ',')) throw UNREADABLE;
    return {
      word: 'except',
      star,
      type: expressions.note(star ? start + 1 : start, as?.start ?? end),
      name: as ? simples.names.read(as.end, end) : null,
    };
  }

  /** Python first tries parentheses around all the items, then around a value. */
  private withItems(span: Span, marks: readonly Mark[]): WithItemUnits[] {
    const { skeleton } = this;
    const { start, end } = span;
    if (skeleton.text[start] === '(' && skeleton.closing(start) === end - 1) {
      const inside = skeleton.trim(start + 1, end - 1);
      const inner = skeleton.marks(inside.start, inside.end);
      const items = split(inside, inner, ',').map((item) => skeleton.trim(item.start, item.end));
      if (items.length > 1 && items.at(-1)!.start >= items.at(-1)!.end) items.pop();
      const areItems =
        !inner.some((mark) => mark.text === ':=' || mark.text === 'for') &&
        items.every((item) => item.start < item.end && this.isExpression(item.start));
      if (areItems) return items.map((item) => this.withItem(item, inner));
    }
    return split(span, marks, ',').map((item) => this.withItem(item, marks));
  }

  /** Not a `*value` nor a `yield`. */
  private isExpression(start: number): boolean {
    return this.skeleton.text[start] !== '*' && this.skeleton.wordAt(start) !== 'yield';
  }

  private withItem({ start, end }: Span, marks: readonly Mark[]): WithItemUnits {
    const as = marks.find((mark) => mark.text === 'as' && mark.start >= start && mark.end <= end);
    return {
      context: this.expressions.note(start, as?.start ?? end),
      vars: as ? this.expressions.note(as.end, end) : null,
    };
  }

  private def(keyword: KeywordAt, rest: Span): Clause {
    const { skeleton, expressions, simples } = this;
    const { isAsync, missingDef, start: keywordStart } = keyword;
    const { definition, after } = this.definition(rest);
    if (skeleton.text[after] !== '(') throw UNREADABLE;
    const close = skeleton.closing(after);
    const list = simples.readParameters(after + 1, close);
    const parameters = { start: after + 1, end: close, list };
    const arrow = skeleton.skip(close + 1);
    let returns: Unit | null = null;
    if (arrow < rest.end) {
      if (!skeleton.text.startsWith('->', arrow)) throw UNREADABLE;
      returns = expressions.note(arrow + '->'.length, rest.end);
    }
    return { word: 'def', ...definition, isAsync, missingDef, keywordStart, parameters, returns };
  }

  /** The name and type parameters of a function or class, and where they end. */
  private definition({ start }: Span): { definition: Definition; after: number } {
    const { skeleton, simples } = this;
    const nameEnd = start + skeleton.wordAt(start).length;
    const name = simples.names.read(start, nameEnd);
    let after = skeleton.skip(nameEnd);
    let typeParameters: ParameterUnits[] = [];
    if (skeleton.text[after] === '[') {
      const close = skeleton.closing(after);
      typeParameters = simples.readParameters(after + 1, close);
      if (typeParameters.length === 0) throw UNREADABLE;
      after = skeleton.skip(close + 1);
    }
    return { definition: { name, nameStart: start, nameEnd, typeParameters }, after };
  }
}

interface KeywordAt extends Span {
  readonly word: string;
  readonly isAsync: boolean;
  readonly missingDef: boolean;
}

const COMPOUND = new Set('if elif else while for with try except finally def class'.split(' '));
/** Headers where `:=` needs no parentheses. */
const TESTS = new Set(['if', 'elif', 'while', 'match', 'case']);
const ASYNC = new Set(['def', 'for', 'with']);
