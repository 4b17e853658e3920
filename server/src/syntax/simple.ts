import type { Alias, Arg, Operator, Stmt, TypeParam } from './ast.ts';
import { type Expressions, isPlainTarget, type Unit } from './expressions.ts';
import type { Parameter } from './lower.ts';
import { isKeyword, Names } from './names.ts';
import { type Mark, type Skeleton, split } from './skeleton.ts';
import type { Span } from './source.ts';
import { UNREADABLE } from './unreadable.ts';

/** A statement without a block, made once its expressions are read. */
export interface Simple extends Span {
  /** Throws UNREADABLE. */
  readonly make: () => Stmt;
}

/** A parameter of a function or of a type, as written. */
export interface ParameterUnits extends Span {
  readonly star: Parameter['star'];
  readonly name: string | null;
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly annotation: Unit | null;
  readonly default: Unit | null;
}

/** Reads simple statements, and the lists of parameters that they and headers have. */
export class SimpleReader {
  readonly names: Names;
  private readonly skeleton: Skeleton;

  constructor(
    private readonly text: string,
    private readonly expressions: Expressions,
  ) {
    this.skeleton = expressions.skeleton;
    this.names = new Names(text, this.skeleton);
  }

  /** The statements of a stretch, between semicolons. */
  readAll(start: number, end: number): Simple[] {
    const { skeleton } = this;
    const marks = skeleton.marks(start, end);
    const items = split({ start, end }, marks, ';').map((item) =>
      skeleton.trim(item.start, item.end),
    );
    // A semicolon may end the line.
    if (items.length > 1 && items.at(-1)!.start >= items.at(-1)!.end) items.pop();
    return items.map((item) => {
      const own = marks.filter((mark) => mark.start >= item.start && mark.end <= item.end);
      return { ...item, make: this.read(item, own) };
    });
  }

  /** Type parameters and their bounds, or parameters and their annotations, between brackets. */
  readParameters(from: number, to: number): ParameterUnits[] {
    const { skeleton } = this;
    const span = skeleton.trim(from, to);
    if (span.start >= span.end) return [];
    const marks = skeleton.marks(span.start, span.end);
    const items = split(span, marks, ',').map((item) => skeleton.trim(item.start, item.end));
    if (items.length > 1 && items.at(-1)!.start >= items.at(-1)!.end) items.pop();
    return items.map((item) => this.parameter(item, marks));
  }

  /** The value is not a function yet: what is wrong with it shows when it is made. */
  private read(span: Span, marks: readonly Mark[]): () => Stmt {
    try {
      return this.statement(span, marks);
    } catch (problem) {
      return () => {
        throw problem;
      };
    }
  }

  private statement(span: Span, marks: readonly Mark[]): () => Stmt {
    const { skeleton, expressions } = this;
    const { start, end } = span;
    const node = { start, end, parent: null };
    const word = skeleton.wordAt(start);
    const from = start + word.length;
    const isBare = from >= end;
    const find = (text: string) => marks.find((mark) => mark.text === text);
    if (start >= end || find(':=') !== undefined) throw UNREADABLE;
    switch (word) {
      case 'pass':
      case 'break':
      case 'continue': {
        if (!isBare) throw UNREADABLE;
        const kind = word === 'pass' ? 'Pass' : word === 'break' ? 'Break' : 'Continue';
        return () => ({ kind, ...node });
      }
      case 'return': {
        const value = isBare ? null : expressions.note(from, end);
        return () => ({ kind: 'Return', ...node, value: value?.many() ?? null });
      }
      case 'raise': {
        const fromMark = find('from');
        const exc = isBare ? null : expressions.note(from, fromMark?.start ?? end);
        const cause = fromMark ? expressions.note(fromMark.end, end) : null;
        return () => {
          return { kind: 'Raise', ...node, exc: exc?.one() ?? null, cause: cause?.one() ?? null };
        };
      }
      case 'del': {
        const targets = expressions.note(from, end);
        return () => ({ kind: 'Delete', ...node, targets: targets.targets() });
      }
      case 'assert': {
        const [test, msg, ...others] = split({ start: from, end }, marks, ',').map((item) =>
          expressions.note(item.start, item.end),
        );
        if (others.length > 0) throw UNREADABLE;
        return () => ({ kind: 'Assert', ...node, test: test!.one(), msg: msg?.one() ?? null });
      }
      case 'global':
      case 'nonlocal': {
        const items = split({ start: from, end }, marks, ',');
        const names = items.map((item) => this.names.read(item.start, item.end));
        return () => ({ kind: word === 'global' ? 'Global' : 'Nonlocal', ...node, names });
      }
      case 'import': {
        const names = split({ start: from, end }, marks, ',').map((item) => this.alias(item));
        return () => ({ kind: 'Import', ...node, names });
      }
      case 'from': {
        const imports = this.importFrom(from, end, marks);
        return () => ({ kind: 'ImportFrom', ...node, ...imports });
      }
      default:
        return this.isTypeAlias(start, from)
          ? this.typeAlias(span, skeleton.skip(from), marks)
          : this.assignment(span, marks);
    }
  }

  private assignment(span: Span, marks: readonly Mark[]): () => Stmt {
    const { expressions } = this;
    const { start, end } = span;
    const node = { start, end, parent: null };
    const augmented = marks.find((mark) => mark.text.length > 1 && mark.text.endsWith('='));
    const equals = marks.filter((mark) => mark.text === '=');
    if (marks.some((mark) => mark.text === ':')) return this.annotated(span, marks);
    if (augmented !== undefined) {
      if (equals.length > 0) throw UNREADABLE;
      const target = expressions.note(start, augmented.start);
      const op = this.text.slice(augmented.start, augmented.end - 1) as Operator;
      const value = expressions.noteYield(augmented.end, end);
      return () => {
        const assigned = target.one();
        if (!isPlainTarget(assigned)) throw UNREADABLE;
        return { kind: 'AugAssign', ...node, target: assigned, op, value: value.many() };
      };
    }
    const targets = split(span, equals, '=').map((item) =>
      expressions.noteYield(item.start, item.end),
    );
    const value = targets.pop()!;
    if (targets.length === 0) return () => ({ kind: 'Expr', ...node, value: value.many() });
    return () => ({
      kind: 'Assign',
      ...node,
      targets: targets.map((target) => target.target()),
      value: value.many(),
    });
  }

  private annotated(span: Span, marks: readonly Mark[]): () => Stmt {
    const { expressions } = this;
    const { start, end } = span;
    const [colon, equals, ...others] = marks.filter(({ text }) => text === ':' || text === '=');
    if (colon?.text !== ':' || others.length > 0 || equals?.text === ':') throw UNREADABLE;
    const target = expressions.note(start, colon.start);
    const annotation = expressions.note(colon.end, equals?.start ?? end);
    const value = equals ? expressions.noteYield(equals.end, end) : null;
    return () => {
      const annotated = target.one();
      if (!isPlainTarget(annotated)) throw UNREADABLE;
      return {
        kind: 'AnnAssign',
        start,
        end,
        parent: null,
        target: annotated,
        annotation: annotation.one(),
        value: value?.many() ?? null,
      };
    };
  }

  /** Whether the word at `start` is the keyword `type`, and no name like another. */
  private isTypeAlias(start: number, end: number): boolean {
    const { skeleton, text } = this;
    const next = skeleton.wordAt(skeleton.skip(end));
    return text.slice(start, end) === 'type' && next !== '' && !isKeyword(next);
  }

  private typeAlias(span: Span, nameStart: number, marks: readonly Mark[]): () => Stmt {
    const { skeleton, expressions } = this;
    const { start, end } = span;
    const nameEnd = nameStart + skeleton.wordAt(nameStart).length;
    const name = expressions.note(nameStart, nameEnd);
    let at = skeleton.skip(nameEnd);
    let parameters: ParameterUnits[] = [];
    if (skeleton.text[at] === '[') {
      const close = skeleton.closing(at);
      parameters = this.readParameters(at + 1, close);
      at = skeleton.skip(close + 1);
    }
    const equals = marks.find((mark) => mark.text === '=');
    if (equals?.start !== at) throw UNREADABLE;
    const value = expressions.note(equals.end, end);
    return () => ({
      kind: 'TypeAlias',
      start,
      end,
      parent: null,
      name: name.one(),
      type_params: parameters.map(makeTypeParameter),
      value: value.one(),
    });
  }

  private importFrom(
    from: number,
    end: number,
    marks: readonly Mark[],
  ): { module: string | null; level: number; names: Alias[] } {
    const { skeleton } = this;
    const importMark = marks.find((mark) => mark.text === 'import');
    if (importMark === undefined) throw UNREADABLE;
    let at = skeleton.skip(from);
    let level = 0;
    for (; skeleton.text[at] === '.'; at = skeleton.skip(at + 1)) level++;
    const module = at < importMark.start ? this.names.readDotted(at, importMark.start) : null;
    if (module === null && level === 0) throw UNREADABLE;
    return { module, level, names: this.importedNames(skeleton.trim(importMark.end, end), marks) };
  }

  private importedNames(span: Span, marks: readonly Mark[]): Alias[] {
    const { skeleton } = this;
    let list = span;
    let commas = marks;
    if (skeleton.text.slice(list.start, list.end) === '*') {
      return [{ kind: 'alias', ...list, parent: null, name: '*', asname: null }];
    }
    if (skeleton.text[list.start] === '(') {
      if (skeleton.closing(list.start) !== list.end - 1) throw UNREADABLE;
      list = skeleton.trim(list.start + 1, list.end - 1);
      if (skeleton.text[list.end - 1] === ',') list = skeleton.trim(list.start, list.end - 1);
      commas = skeleton.marks(list.start, list.end);
    }
    const names = split(list, commas, ',').map((item) => this.alias(item));
    if (names.some((alias) => alias.name.includes('.'))) throw UNREADABLE;
    return names;
  }

  private alias(item: Span): Alias {
    const { names, skeleton } = this;
    const span = skeleton.trim(item.start, item.end);
    const asAt = skeleton.text.slice(span.start, span.end).search(/ as /);
    const nameEnd = asAt < 0 ? span.end : span.start + asAt;
    return {
      kind: 'alias',
      ...span,
      parent: null,
      name: names.readDotted(span.start, nameEnd),
      asname: asAt < 0 ? null : names.read(nameEnd + ' as '.length, span.end),
    };
  }

  private parameter(span: Span, marks: readonly Mark[]): ParameterUnits {
    const { skeleton, expressions } = this;
    const { start, end } = span;
    STAR.lastIndex = start;
    const star = (STAR.exec(skeleton.text)?.[0] ?? '') as Parameter['star'];
    const own = marks.filter((mark) => mark.start >= start && mark.start < end);
    const colon = own.find((mark) => mark.text === ':');
    const equals = own.find((mark) => mark.text === '=');
    const name = skeleton.trim(start + star.length, colon?.start ?? equals?.start ?? end);
    return {
      start,
      end,
      star,
      name: name.start < name.end ? this.names.read(name.start, name.end) : null,
      nameStart: name.start,
      nameEnd: name.end,
      annotation: colon ? expressions.note(colon.end, equals?.start ?? end) : null,
      default: equals ? expressions.note(equals.end, end) : null,
    };
  }
}

/** Throws UNREADABLE. */
export function makeParameter(parameter: ParameterUnits): Parameter {
  const { star, name, nameStart, nameEnd } = parameter;
  const isLone = name === null;
  if (isLone ? parameter.annotation !== null || star === '**' || star === '' : star === '/') {
    throw UNREADABLE;
  }
  if (star !== '' && parameter.default !== null) throw UNREADABLE;
  if (isLone) return { star, arg: null, default: null };
  const annotation = parameter.annotation?.one({ star: star === '*' }) ?? null;
  const end = parameter.annotation?.span.end ?? nameEnd;
  const arg: Arg = { kind: 'arg', start: nameStart, end, parent: null, arg: name, annotation };
  return { star, arg, default: parameter.default?.one() ?? null };
}

/** Throws UNREADABLE. */
export function makeTypeParameter(parameter: ParameterUnits): TypeParam {
  const { star, name, start, end } = parameter;
  const kind = TYPE_PARAMETERS[star];
  if (name === null || kind === undefined) throw UNREADABLE;
  const bound = parameter.annotation?.one() ?? null;
  if (bound !== null && kind !== 'TypeVar') throw UNREADABLE;
  const default_value = parameter.default?.one({ star: star === '*' }) ?? null;
  return { kind, start, end, parent: null, name, bound, default_value };
}

const STAR = /\*\*|\*|\//y;
const TYPE_PARAMETERS: Readonly<Record<string, TypeParam['kind']>> = {
  '': 'TypeVar',
  '*': 'TypeVarTuple',
  '**': 'ParamSpec',
};
