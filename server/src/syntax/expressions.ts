import type { Expr, Keyword, Pattern } from './ast.ts';
import type { Elements, Lowering } from './lower.ts';
import type { Grammar } from './parse.ts';
import { toPattern } from './patterns.ts';
import type { Skeleton } from './skeleton.ts';
import type { Span } from './source.ts';
import { UNREADABLE } from './unreadable.ts';

/** The expressions of a chunk: noted first, then read by the grammar all at once. */
export class Expressions {
  /** Whether `async` stood for a name in one of those asked for since this was set to false. */
  usesAsync = false;
  lowering!: Lowering;
  private readonly noted: Unit[] = [];

  constructor(readonly skeleton: Skeleton) {}

  /** Notes a stretch, spaces around it left out. Throws UNREADABLE when nothing remains. */
  note(start: number, end: number): Unit {
    const span = this.skeleton.trim(start, end);
    return this.noteText(span, this.skeleton.text.slice(span.start, span.end));
  }

  /** Notes a text to be read in the place of a stretch of the same length. */
  noteText(span: Span, text: string): Unit {
    if (text === '') throw UNREADABLE;
    const unit = new Unit(this, span, text);
    this.noted.push(unit);
    return unit;
  }

  /** Notes a stretch that may be a `yield` without parentheses. */
  noteYield(start: number, end: number): Unit | YieldUnit {
    const { skeleton } = this;
    const span = skeleton.trim(start, end);
    if (skeleton.wordAt(span.start) !== 'yield' || span.start >= span.end) {
      return this.note(start, end);
    }
    const after = skeleton.trim(span.start + 'yield'.length, span.end);
    const from = skeleton.wordAt(after.start) === 'from' && after.start < after.end;
    if (from) return new YieldUnit(span, this.note(after.start + 'from'.length, after.end), from);
    const isBare = after.start >= after.end;
    return new YieldUnit(span, isBare ? null : this.note(after.start, after.end), from);
  }

  /** Has the grammar read all that was noted. */
  read(grammar: Grammar, lowering: Lowering): void {
    this.lowering = lowering;
    const { noted } = this;
    const read = grammar.read(
      noted.map((unit) => unit.text),
      (cursor, i, shift) => lowering.readTuple(cursor, shift + noted[i]!.span.start),
    );
    for (const [i, unit] of noted.entries()) unit.elements = read[i]!;
  }
}

/**
 * A stretch of a chunk that should be an expression. All its methods throw UNREADABLE when it is not
 * of the sort asked for.
 */
export class Unit {
  /** Known once the grammar has read it; null when it could not. */
  elements: Elements | null = null;

  constructor(
    private readonly owner: Expressions,
    readonly span: Span,
    readonly text: string,
  ) {}

  /** A single expression, without a comma; `*expression` only where told. */
  one({ star = false } = {}): Expr {
    const [only, ...others] = this.read();
    if (only === undefined || others.length > 0 || this.text.endsWith(',')) throw UNREADABLE;
    if (only.kind === 'Starred' && !star) throw UNREADABLE;
    return only;
  }

  /** An expression, or a tuple without parentheses. */
  many(): Expr {
    const value = this.whole(this.read());
    if (value.kind === 'Starred') throw UNREADABLE;
    return value;
  }

  /** What can be assigned to. */
  target(): Expr {
    const target = this.many();
    checkTargets([target]);
    return target;
  }

  /** What a `del` names. */
  targets(): readonly Expr[] {
    const targets = this.read();
    checkTargets(targets);
    return targets;
  }

  pattern(): Pattern {
    const value = this.whole(this.read(true));
    if (value.kind === 'Starred') throw UNREADABLE;
    return toPattern(value, this.owner.lowering.parenthesized);
  }

  /** The arguments of a call. */
  callArguments(): { bases: readonly Expr[]; keywords: readonly Keyword[] } {
    const call = this.one();
    if (call.kind !== 'Call') throw UNREADABLE;
    return { bases: call.args, keywords: call.keywords };
  }

  private whole(elements: readonly Expr[]): Expr {
    const { start, end } = this.span;
    return this.owner.lowering.tuple(elements, this.text.endsWith(','), start, end);
  }

  private read(allowAs = false): readonly Expr[] {
    const { elements } = this;
    if (elements === null || (elements.hasAs && !allowAs)) throw UNREADABLE;
    if (elements.usesAsync) this.owner.usesAsync = true;
    return elements.elements;
  }
}

/** A `yield` without parentheses. */
export class YieldUnit {
  constructor(
    private readonly span: Span,
    private readonly value: Unit | null,
    private readonly from: boolean,
  ) {}

  many(): Expr {
    const { start, end } = this.span;
    const span = { start, end, parent: null };
    if (this.from) return { kind: 'YieldFrom', ...span, value: this.value!.one() };
    return { kind: 'Yield', ...span, value: this.value?.many() ?? null };
  }

  target(): never {
    throw UNREADABLE;
  }
}

/** Throws UNREADABLE unless all can be assigned to. */
function checkTargets(targets: readonly Expr[]): void {
  const pending = [...targets];
  for (let target = pending.pop(); target !== undefined; target = pending.pop()) {
    if (target.kind === 'Tuple' || target.kind === 'List') pending.push(...target.elts);
    else if (target.kind === 'Starred') pending.push(target.value);
    else if (!isPlainTarget(target)) throw UNREADABLE;
  }
}

/** A target that does not unpack. */
export function isPlainTarget(target: Expr): boolean {
  return target.kind === 'Name' || target.kind === 'Attribute' || target.kind === 'Subscript';
}
