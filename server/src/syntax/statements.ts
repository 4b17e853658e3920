import type {
  Alias,
  Arg,
  ClassDef,
  ErrorStmt,
  ExceptHandler,
  Expr,
  FunctionDef,
  Keyword,
  MatchCase,
  Node,
  Operator,
  Stmt,
  TypeParam,
  WithItem,
} from './ast.ts';
import { type LogicalLine, Scanner, compareIndents, skeletonText } from './lexer.ts';
import {
  type Elements,
  Lowering,
  type Parameter,
  UNREADABLE,
  makeArguments,
  normalizeName,
} from './lower.ts';
import type { Grammar } from './parse.ts';
import { toPattern } from './patterns.ts';
import type { Chunk, Span } from './source.ts';
import { SKIP, childrenOf, walk } from './walk.ts';

/**
 * Reads a chunk. Python's statements are lines and blocks, which we read ourselves, so that an
 * error stays in its line; only expressions go to the grammar, all those of a chunk at once.
 */
export function readChunk(grammar: Grammar, text: string, role: Chunk['role']): Chunk {
  const skeleton = Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  const scanner = new Scanner(text, 0, skeleton);
  const lines: LogicalLine[] = [];
  for (let line = scanner.next(); line !== null; line = scanner.next()) lines.push(line);
  const reader = new Reader(text, skeletonText(skeleton));
  const blocks = layOut(lines, role, (line, inMatch) => reader.header(line, inMatch));
  const lowering = new Lowering(grammar.types, text, scanner.strings);
  reader.readExpressions(grammar, lowering);
  // Inner blocks come after the blocks that hold them.
  for (const block of blocks.reverse()) assemble(block, role);
  const { body } = blocks.at(-1)!;
  adopt(body);
  return { text, role, body, comments: scanner.comments, damaged: damageOf(body) };
}

// Blocks

/** A logical line with the block below it. */
interface Row {
  readonly line: LogicalLine;
  readonly header: Header;
  block: Block | null;
  /** Its block's lines do not fit together. */
  broken: boolean;
}

interface Block {
  readonly rows: Row[];
  readonly body: Stmt[];
}

/** Groups lines into blocks as Python's tokenizer indents and dedents; the outermost is first. */
function layOut(
  lines: readonly LogicalLine[],
  role: Chunk['role'],
  readHeader: (line: LogicalLine, inMatch: boolean) => Header,
): Block[] {
  const outermost: Block = { rows: [], body: [] };
  const blocks = [outermost];
  const base = role === 'statement' ? { column: 0, alternate: 0 } : lines[0]?.indent;
  const open = [{ block: outermost, indent: base!, inMatch: false }];
  for (const line of lines) {
    let top = open.at(-1)!;
    const opener = top.block.rows.at(-1);
    if (opener?.line.opens && opener.block === null && compareIndents(line.indent, top.indent) > 0) {
      opener.block = { rows: [], body: [] };
      blocks.push(opener.block);
      const inMatch = opener.header.word === 'match';
      open.push((top = { block: opener.block, indent: line.indent, inMatch }));
    }
    const before = open.length;
    while (open.length > 1 && !(compareIndents(line.indent, top.indent) >= 0)) {
      open.pop();
      top = open.at(-1)!;
    }
    const header = readHeader(line, top.inMatch);
    const row: Row = { line, header, block: null, broken: false };
    if (compareIndents(line.indent, top.indent) !== 0) {
      // Deeper than its block without a header that opens one; or back to where no block is.
      row.broken = true;
      const last = top.block.rows.at(-1);
      if (last !== undefined && open.length < before) last.broken = true;
    }
    top.block.rows.push(row);
  }
  return blocks;
}

/** Makes the statements of a block from its rows, whose own blocks are made. */
function assemble(block: Block, role: Chunk['role']): void {
  const { rows, body } = block;
  for (let at = 0; at < rows.length; ) {
    const count = groupLength(rows, at);
    const group = rows.slice(at, at + count);
    const { header } = group[0]!;
    const [only] = group;
    if (header.word === 'simple' && count === 1 && !only!.broken && only!.block === null) {
      for (const simple of header.statements) body.push(attempt(simple, simple.make, simple.uses));
    } else {
      const span = { start: group[0]!.line.first, end: endOf(group) };
      const whole = role === 'class' && at + count === rows.length;
      const uses = group.flatMap((row) => row.header.uses);
      const make = () => compound(group, span, whole);
      body.push(attempt(span, make, uses, header.word === 'def' && header.missingDef));
    }
    at += count;
  }
}

/** How many rows make one statement. */
function groupLength(rows: readonly Row[], from: number): number {
  let at = from;
  while (rows[at]?.header.word === '@') at++;
  const first = rows[at];
  if (first === undefined) return at - from;
  const word = first.header.word;
  at++;
  const next = () => rows[at]?.header.word ?? '';
  if (at === from + 1) {
    if (word === 'if') while (next() === 'elif') at++;
    if (word === 'try') while (next() === 'except') at++;
    if (LOOPS_AND_CHOICES.has(word) && next() === 'else') at++;
    if (word === 'try' && next() === 'finally') at++;
  }
  return at - from;
}

function endOf(rows: readonly Row[]): number {
  let last = rows.at(-1)!;
  for (let row = last.block?.rows.at(-1); row !== undefined; row = row.block?.rows.at(-1)) last = row;
  return last.line.last;
}

/** A statement, or the error in its place. */
function attempt(span: Span, make: () => Stmt, uses: readonly Unit[], missingDef = false): Stmt {
  const error = (parts: Stmt[]): ErrorStmt => ({
    kind: 'ErrorStmt',
    start: span.start,
    end: span.end,
    parent: null,
    parts,
  });
  try {
    const statement = make();
    const readable = !missingDef && !uses.some((unit) => unit.elements?.usesAsync);
    return readable ? statement : error([statement]);
  } catch (problem) {
    if (problem !== UNREADABLE) throw problem;
    return error([]);
  }
}

/** A statement of several rows, or with a header. Throws UNREADABLE. */
function compound(group: readonly Row[], span: Span, isWholeClass: boolean): Stmt {
  const decorator_list: Expr[] = [];
  let at = 0;
  for (const row of group) {
    if (row.broken || row.header.word === 'error') throw UNREADABLE;
    if (row.header.word !== '@') break;
    if (row.block !== null) throw UNREADABLE;
    decorator_list.push(row.header.decorator.named());
    at++;
  }
  const row = group[at];
  if (row === undefined) throw UNREADABLE;
  const { header } = row;
  if (!('inline' in header)) throw UNREADABLE;
  const { start } = header;
  const cut = isWholeClass && header.word === 'class' && header.inline.length === 0;
  const own = cut ? [] : bodyOf(row);
  const clauses = group.slice(at + 1);
  const end = cut ? header.headerEnd : Math.max(own.at(-1)?.end ?? 0, endOfClauses(clauses));
  const node = { start, end, parent: null, headerEnd: header.headerEnd };
  switch (header.word) {
    case 'def': {
      const { isAsync, name, nameStart, nameEnd, parameters, typeParameters, returns } = header;
      return {
        kind: isAsync ? 'AsyncFunctionDef' : 'FunctionDef',
        ...node,
        name,
        nameStart,
        nameEnd,
        args: makeArguments(parameters.list.map(makeParameter), parameters.start, parameters.end),
        body: own,
        decorator_list,
        returns: returns?.one() ?? null,
        type_params: typeParameters.map(makeTypeParameter),
      } satisfies FunctionDef;
    }
    case 'class': {
      const { name, nameStart, nameEnd, typeParameters } = header;
      const { bases, keywords } = header.bases?.callArguments() ?? { bases: [], keywords: [] };
      return {
        kind: 'ClassDef',
        ...node,
        name,
        nameStart,
        nameEnd,
        bases,
        keywords,
        body: own,
        cut,
        decorator_list,
        type_params: typeParameters.map(makeTypeParameter),
      } satisfies ClassDef;
    }
    default:
      if (decorator_list.length > 0) throw UNREADABLE;
  }
  switch (header.word) {
    case 'if': {
      // From the last clause to the first: each `elif` is the `else` of the one before.
      let orelse: Stmt[] = [];
      for (const clause of [...clauses].reverse()) {
        const inner = clause.header;
        const body = bodyOf(clause);
        if (inner.word === 'else') orelse = body;
        else if (inner.word === 'elif') {
          const test = inner.test.named();
          const { start, headerEnd } = inner;
          const end = (orelse.at(-1) ?? body.at(-1)!).end;
          orelse = [{ kind: 'If', start, end, parent: null, headerEnd, test, body, orelse }];
        }
      }
      return { kind: 'If', ...node, test: header.test.named(), body: own, orelse };
    }
    case 'while':
      return {
        kind: 'While',
        ...node,
        test: header.test.named(),
        body: own,
        orelse: clauseBody(clauses, 'else'),
      };
    case 'for':
      return {
        kind: header.isAsync ? 'AsyncFor' : 'For',
        ...node,
        keywordStart: header.keywordStart,
        target: header.target.target(),
        iter: header.iter.many(),
        body: own,
        orelse: clauseBody(clauses, 'else'),
      };
    case 'with':
      return {
        kind: header.isAsync ? 'AsyncWith' : 'With',
        ...node,
        keywordStart: header.keywordStart,
        items: header.items.map(makeWithItem),
        body: own,
      };
    case 'try': {
      const handlers = clauses.filter((clause) => clause.header.word === 'except');
      const star = handlers.some(isStarred);
      if (star && !handlers.every(isStarred)) throw UNREADABLE;
      const orelse = clauseBody(clauses, 'else');
      const finalbody = clauseBody(clauses, 'finally');
      if (handlers.length === 0 && (finalbody.length === 0 || orelse.length > 0)) throw UNREADABLE;
      return {
        kind: star ? 'TryStar' : 'Try',
        start,
        end,
        parent: null,
        body: own,
        handlers: handlers.map(makeHandler),
        orelse,
        finalbody,
      };
    }
    case 'match': {
      if (row.block === null) throw UNREADABLE;
      const cases = row.block.rows.map(makeCase);
      return { kind: 'Match', ...node, end: span.end, subject: header.subject.named(), cases };
    }
    default:
      throw UNREADABLE;
  }
}

/** The statements after a header's colon, on its line or below. */
function bodyOf(row: Row): Stmt[] {
  const { header, block, broken } = row;
  if (broken || !('inline' in header)) throw UNREADABLE;
  if (block !== null) {
    if (header.word === 'match') return [];
    return block.body;
  }
  if (header.inline.length === 0) throw UNREADABLE;
  return header.inline.map((simple) => attempt(simple, simple.make, simple.uses));
}

function endOfClauses(clauses: readonly Row[]): number {
  return clauses.length === 0 ? 0 : endOf(clauses);
}

function clauseBody(clauses: readonly Row[], word: 'else' | 'finally'): Stmt[] {
  const clause = clauses.find((row) => row.header.word === word);
  return clause === undefined ? [] : bodyOf(clause);
}

function isStarred({ header }: Row): boolean {
  return header.word === 'except' && header.star;
}

function makeHandler(row: Row): ExceptHandler {
  const { header } = row;
  if (header.word !== 'except') throw UNREADABLE;
  const body = bodyOf(row);
  const { start, headerEnd, name } = header;
  const type = header.type?.many() ?? null;
  const end = body.at(-1)!.end;
  return { kind: 'ExceptHandler', start, end, parent: null, headerEnd, type, name, body };
}

function makeCase(row: Row): MatchCase {
  const { header } = row;
  if (header.word !== 'case') throw UNREADABLE;
  const body = bodyOf(row);
  const { start, headerEnd } = header;
  return {
    kind: 'match_case',
    start,
    end: body.at(-1)!.end,
    parent: null,
    headerEnd,
    pattern: header.pattern.pattern(),
    guard: header.guard?.named() ?? null,
    body,
  };
}

function makeWithItem({ context, vars }: { context: Unit; vars: Unit | null }): WithItem {
  const context_expr = context.one();
  const optional_vars = vars?.target() ?? null;
  const { start } = context.span;
  const { end } = (vars ?? context).span;
  return { kind: 'withitem', start, end, parent: null, context_expr, optional_vars };
}

// Expressions

/** A stretch of a chunk that is an expression, known once the grammar has read it. */
class Unit {
  elements: Elements | null = null;
  /** `yield`, written outside parentheses, is read by us. */
  private readonly yields: { readonly value: Unit | null; readonly from: boolean } | null;

  constructor(
    private readonly reader: Reader,
    readonly span: Span,
    /** What the grammar is given. */
    readonly text: string,
    allowYield: boolean,
  ) {
    const { skeleton } = reader;
    const word = skeleton.startsWith('yield', span.start) && wordAt(skeleton, span.start);
    this.yields = null;
    if (allowYield && word === 'yield') {
      const after = trim(skeleton, span.start + 5, span.end);
      const from = wordAt(skeleton, after.start) === 'from' && after.start < span.end;
      const value = from ? trim(skeleton, after.start + 4, span.end) : after;
      const empty = value.start >= value.end;
      this.yields = { from, value: empty ? null : reader.unit(value.start, value.end) };
    } else reader.units.push(this);
  }

  /** One expression, or several with commas between, or after: a tuple. */
  many(): Expr {
    const { elements, lowering } = this.read();
    const { start, end } = this.span;
    const value = lowering.tuple(elements, this.text.endsWith(','), start, end);
    if (value.kind === 'Starred') throw UNREADABLE;
    return value;
  }

  /** As `many`, where a `:=` needs no parentheses. */
  named(): Expr {
    return this.many();
  }

  /** As `many`, or a `yield` without parentheses. */
  yielded(): Expr {
    if (this.yields === null) return this.many();
    const { value, from } = this.yields;
    const { start, end } = this.span;
    if (!from) return { kind: 'Yield', start, end, parent: null, value: value?.many() ?? null };
    if (value === null) throw UNREADABLE;
    return { kind: 'YieldFrom', start, end, parent: null, value: value.one() };
  }

  /** A single expression, no comma; `*expression` too where annotations allow it. */
  one(allowStar = false): Expr {
    const { elements } = this.read();
    const [only] = elements;
    if (only === undefined || elements.length > 1 || this.text.endsWith(',')) throw UNREADABLE;
    if (only.kind === 'Starred' && !allowStar) throw UNREADABLE;
    return only;
  }

  /** What can be assigned to. */
  target(): Expr {
    const target = this.many();
    checkTargets([target]);
    return target;
  }

  /** The targets of a `del`. */
  targets(): readonly Expr[] {
    const { elements } = this.read();
    checkTargets(elements);
    return elements;
  }

  /** The base classes, of a class header's argument list written as a call. */
  callArguments(): { bases: readonly Expr[]; keywords: readonly Keyword[] } {
    const call = this.one();
    if (call.kind !== 'Call') throw UNREADABLE;
    return { bases: call.args, keywords: call.keywords };
  }

  pattern(): MatchCase['pattern'] {
    const { elements, lowering } = this.read(true);
    const { start, end } = this.span;
    const whole = lowering.tuple(elements, this.text.endsWith(','), start, end);
    return toPattern(whole, lowering.parenthesized);
  }

  private read(allowAs = false): { elements: readonly Expr[]; lowering: Lowering } {
    const { elements } = this;
    if (elements === null || (elements.hasAs && !allowAs)) throw UNREADABLE;
    return { elements: elements.elements, lowering: this.reader.lowering };
  }
}

function checkTargets(targets: readonly Expr[]): void {
  const pending = [...targets];
  for (let target = pending.pop(); target !== undefined; target = pending.pop()) {
    if (target.kind === 'Tuple' || target.kind === 'List') pending.push(...target.elts);
    else if (target.kind === 'Starred') pending.push(target.value);
    else if (!ASSIGNABLE.has(target.kind)) throw UNREADABLE;
  }
}

// Lines

/** A statement on one line, or one of several between semicolons. */
interface Simple extends Span {
  readonly make: () => Stmt;
  readonly uses: readonly Unit[];
}

interface Common {
  readonly start: number;
  readonly headerEnd: number;
  /** Statements after the colon, on the same line. */
  readonly inline: readonly Simple[];
  readonly uses: readonly Unit[];
}

type Header =
  | { readonly word: 'simple'; readonly statements: readonly Simple[]; readonly uses: Unit[] }
  | { readonly word: 'error'; readonly uses: Unit[] }
  | { readonly word: '@'; readonly decorator: Unit; readonly uses: Unit[] }
  | (Common & { readonly word: 'if' | 'elif' | 'while'; readonly test: Unit })
  | (Common & { readonly word: 'try' | 'else' | 'finally' })
  | (Common & { readonly word: 'match'; readonly subject: Unit })
  | (Common & { readonly word: 'case'; readonly pattern: Unit; readonly guard: Unit | null })
  | (Common & {
      readonly word: 'except';
      readonly star: boolean;
      readonly type: Unit | null;
      readonly name: string | null;
    })
  | (Common & {
      readonly word: 'for';
      readonly isAsync: boolean;
      readonly keywordStart: number;
      readonly target: Unit;
      readonly iter: Unit;
    })
  | (Common & {
      readonly word: 'with';
      readonly isAsync: boolean;
      readonly keywordStart: number;
      readonly items: readonly { context: Unit; vars: Unit | null }[];
    })
  | (Common & {
      readonly word: 'def';
      readonly isAsync: boolean;
      readonly missingDef: boolean;
      readonly name: string;
      readonly nameStart: number;
      readonly nameEnd: number;
      readonly typeParameters: readonly ParameterUnits[];
      readonly parameters: Span & { readonly list: readonly ParameterUnits[] };
      readonly returns: Unit | null;
    })
  | (Common & {
      readonly word: 'class';
      readonly name: string;
      readonly nameStart: number;
      readonly nameEnd: number;
      readonly typeParameters: readonly ParameterUnits[];
      readonly bases: Unit | null;
    });

/** A parameter of a function or of a type, as written. */
interface ParameterUnits extends Span {
  readonly star: Parameter['star'];
  readonly name: string | null;
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly annotation: Unit | null;
  readonly default: Unit | null;
}

function makeParameter(parameter: ParameterUnits): Parameter {
  const { star, name, nameStart, nameEnd } = parameter;
  if (name === null) {
    if (parameter.annotation !== null || star === '**' || star === '') throw UNREADABLE;
    return { star, arg: null, default: null };
  }
  if (star === '/' || (star !== '' && parameter.default !== null)) throw UNREADABLE;
  const annotation = parameter.annotation?.one(star === '*') ?? null;
  const end = parameter.annotation?.span.end ?? nameEnd;
  const arg: Arg = { kind: 'arg', start: nameStart, end, parent: null, arg: name, annotation };
  return { star, arg, default: parameter.default?.one() ?? null };
}

function makeTypeParameter(parameter: ParameterUnits): TypeParam {
  const { star, name, start, end } = parameter;
  const kind = TYPE_PARAMETERS[star];
  if (name === null || kind === undefined) throw UNREADABLE;
  const bound = parameter.annotation?.one() ?? null;
  if (bound !== null && kind !== 'TypeVar') throw UNREADABLE;
  const default_value = parameter.default?.one(star === '*') ?? null;
  return { kind, start, end, parent: null, name, bound, default_value };
}

/** Reads lines on the skeleton, where only names, brackets and operators are left. */
class Reader {
  readonly units: Unit[] = [];
  lowering!: Lowering;
  private uses: Unit[] = [];

  constructor(
    private readonly text: string,
    readonly skeleton: string,
  ) {}

  readExpressions(grammar: Grammar, lowering: Lowering): void {
    this.lowering = lowering;
    const { units } = this;
    const read = grammar.read(
      units.map((unit) => unit.text),
      (cursor, i, shift) => lowering.readTuple(cursor, shift + units[i]!.span.start),
    );
    for (const [i, elements] of read.entries()) units[i]!.elements = elements;
  }

  header(line: LogicalLine, inMatch: boolean): Header {
    this.uses = [];
    if (line.broken) return { word: 'error', uses: [] };
    try {
      return this.readHeader(line, inMatch);
    } catch (problem) {
      if (problem !== UNREADABLE) throw problem;
      return { word: 'error', uses: [] };
    }
  }

  unit(start: number, end: number, allowYield = false, text?: string): Unit {
    const span = trim(this.skeleton, start, end);
    if (span.start >= span.end) throw UNREADABLE;
    const unit = new Unit(this, span, text ?? this.skeleton.slice(span.start, span.end), allowYield);
    this.uses.push(unit);
    return unit;
  }

  private readHeader(line: LogicalLine, inMatch: boolean): Header {
    const { skeleton } = this;
    const { first: start, last } = line;
    if (line.word === '@') {
      const decorator = this.unit(start + 1, last);
      return { word: '@', decorator, uses: this.uses };
    }
    let keywordStart = start;
    let word = line.word;
    const isAsync = word === 'async';
    if (isAsync) {
      keywordStart = skipSpace(skeleton, start + 5);
      word = wordAt(skeleton, keywordStart);
      if (word === '') word = 'simple';
    }
    const missingDef = isAsync && !ASYNC_STATEMENTS.has(word) && word !== 'simple';
    if (missingDef) {
      // Read as a `def` that stands where `async` does.
      keywordStart = start + 2;
      word = 'def';
    }
    const isCompound =
      COMPOUND.has(word) ||
      (word === 'case' && inMatch) ||
      (word === 'match' && line.opens && skipSpace(skeleton, start + 5) < last - 1);
    if (!isCompound) return { word: 'simple', statements: this.simples(start, last), uses: [] };

    const marks = this.marks(start, last);
    const colon = marks.find((mark) => mark.text === ':')?.start;
    if (colon === undefined) throw UNREADABLE;
    const headerEnd = colon + 1;
    const from = keywordStart + word.length;
    const header = this.readCompound(word, from, colon, marks, { keywordStart, isAsync, missingDef });
    const { uses } = this;
    const inline = headerEnd < last ? this.simples(headerEnd, last) : [];
    return { ...header, start, headerEnd, inline, uses } as unknown as Header;
  }

  /** What is between the word of a compound statement and its colon. */
  private readCompound(
    word: string,
    from: number,
    colon: number,
    marks: readonly Mark[],
    more: { keywordStart: number; isAsync: boolean; missingDef: boolean },
  ): object {
    const { skeleton, text } = this;
    const find = (mark: string) => marks.find((m) => m.text === mark && m.start < colon);
    const rest = trim(skeleton, from, colon);
    const { keywordStart, isAsync, missingDef } = more;
    switch (word) {
      case 'if':
      case 'elif':
      case 'while':
        return { word, test: this.unit(from, colon) };
      case 'match':
        return { word, subject: this.unit(from, colon) };
      case 'try':
      case 'else':
      case 'finally':
        if (rest.start < rest.end) throw UNREADABLE;
        return { word };
      case 'case': {
        const guard = find('if');
        return {
          word,
          pattern: this.unit(from, guard?.start ?? colon),
          guard: guard ? this.unit(guard.end, colon) : null,
        };
      }
      case 'except': {
        const star = skeleton[rest.start] === '*';
        const as = find('as');
        const typeFrom = star ? rest.start + 1 : rest.start;
        const bare = !star && rest.start >= rest.end;
        const type = bare ? null : this.unit(typeFrom, as?.start ?? colon);
        let name: string | null = null;
        if (as !== undefined) {
          const target = trim(skeleton, as.end, colon);
          name = this.name(target.start, target.end);
          // Without parentheses, several types cannot be given a name.
          if (marks.some((mark) => mark.text === ',' && mark.start < as.start)) throw UNREADABLE;
        }
        return { word, star, type, name };
      }
      case 'for': {
        const inMark = find('in');
        if (inMark === undefined) throw UNREADABLE;
        const target = this.unit(from, inMark.start);
        return { word, isAsync, keywordStart, target, iter: this.unit(inMark.end, colon) };
      }
      case 'with':
        return { word, isAsync, keywordStart, items: this.withItems(rest, marks) };
      case 'def':
      case 'class': {
        const nameStart = rest.start;
        NAME.lastIndex = nameStart;
        const nameEnd = nameStart + (NAME.exec(skeleton)?.[0].length ?? 0);
        const name = this.name(nameStart, nameEnd);
        let at = skipSpace(skeleton, nameEnd);
        let typeParameters: ParameterUnits[] = [];
        if (skeleton[at] === '[') {
          const close = this.closing(at);
          typeParameters = this.parameters(at + 1, close);
          if (typeParameters.length === 0) throw UNREADABLE;
          at = skipSpace(skeleton, close + 1);
        }
        const named = { word, name, nameStart, nameEnd, typeParameters };
        const hasParentheses = skeleton[at] === '(';
        const after = hasParentheses ? skipSpace(skeleton, this.closing(at) + 1) : at;
        if (word === 'class') {
          if (after !== colon) throw UNREADABLE;
          if (!hasParentheses) return { ...named, bases: null };
          // Read as a call; any name would do for the function.
          const call = '_'.padEnd(at - nameStart) + skeleton.slice(at, after);
          return { ...named, bases: this.unit(nameStart, after, false, call) };
        }
        if (!hasParentheses) throw UNREADABLE;
        const close = this.closing(at);
        const parameters = { start: at + 1, end: close, list: this.parameters(at + 1, close) };
        const arrow = text.startsWith('->', after);
        if (!arrow && after !== colon) throw UNREADABLE;
        const returns = arrow ? this.unit(after + 2, colon) : null;
        return { ...named, isAsync, missingDef, parameters, returns };
      }
      default:
        throw UNREADABLE;
    }
  }

  /** Python first tries parentheses around all the items, then around a value. */
  private withItems(span: Span, marks: readonly Mark[]): { context: Unit; vars: Unit | null }[] {
    const { skeleton } = this;
    if (skeleton[span.start] === '(' && this.closing(span.start) === span.end - 1) {
      const inside = trim(skeleton, span.start + 1, span.end - 1);
      const inner = this.marks(inside.start, inside.end);
      const items = split(inside, inner, ',');
      if (items.at(-1)!.start >= items.at(-1)!.end && items.length > 1) items.pop();
      const plain = items.every(
        ({ start, end }) =>
          start < end && skeleton[trim(skeleton, start, end).start] !== '*' && wordAt(skeleton, trim(skeleton, start, end).start) !== 'yield',
      );
      if (plain && !inner.some((mark) => mark.text === ':=' || mark.text === 'for')) {
        return items.map((item) => this.withItem(item, inner));
      }
    }
    const outer = marks.filter((mark) => mark.start >= span.start && mark.start < span.end);
    return split(span, outer, ',').map((item) => this.withItem(item, outer));
  }

  private withItem(item: Span, marks: readonly Mark[]): { context: Unit; vars: Unit | null } {
    const as = marks.find((m) => m.text === 'as' && m.start >= item.start && m.start < item.end);
    return {
      context: this.unit(item.start, as?.start ?? item.end),
      vars: as === undefined ? null : this.unit(as.end, item.end),
    };
  }

  private parameters(from: number, to: number): ParameterUnits[] {
    const { skeleton } = this;
    const span = trim(skeleton, from, to);
    if (span.start >= span.end) return [];
    const marks = this.marks(span.start, span.end);
    const items = split(span, marks, ',');
    const last = items.at(-1)!;
    if (trim(skeleton, last.start, last.end).start >= last.end) items.pop();
    return items.map((item) => {
      const { start, end } = trim(skeleton, item.start, item.end);
      STAR.lastIndex = start;
      const star = (STAR.exec(skeleton)?.[0] ?? '') as Parameter['star'];
      const nameStart = skipSpace(skeleton, start + star.length);
      NAME.lastIndex = nameStart;
      const nameEnd = nameStart + (nameStart < end ? (NAME.exec(skeleton)?.[0].length ?? 0) : 0);
      const inside = marks.filter((mark) => mark.start >= nameEnd && mark.start < end);
      const colon = inside.find((mark) => mark.text === ':');
      const equals = inside.find((mark) => mark.text === '=');
      if (skipSpace(skeleton, nameEnd) < Math.min(colon?.start ?? end, equals?.start ?? end)) {
        throw UNREADABLE;
      }
      return {
        start,
        end,
        star,
        name: nameEnd > nameStart ? this.name(nameStart, nameEnd) : null,
        nameStart,
        nameEnd,
        annotation: colon ? this.unit(colon.end, equals?.start ?? end) : null,
        default: equals ? this.unit(equals.end, end) : null,
      };
    });
  }

  // Simple statements

  private simples(from: number, to: number): Simple[] {
    const marks = this.marks(from, to);
    const items = split({ start: from, end: to }, marks, ';');
    const outer = this.uses;
    const simples = items.flatMap((item, i) => {
      const span = trim(this.skeleton, item.start, item.end);
      // A semicolon may end the line.
      if (span.start >= span.end && i > 0 && i === items.length - 1) return [];
      this.uses = [];
      const make = this.simple(
        span,
        marks.filter((mark) => mark.start >= span.start && mark.start < span.end),
      );
      return [{ ...span, make, uses: this.uses }];
    });
    this.uses = outer;
    return simples;
  }

  private simple(span: Span, marks: readonly Mark[]): () => Stmt {
    try {
      return this.readSimple(span, marks);
    } catch (problem) {
      if (problem !== UNREADABLE) throw problem;
      return () => {
        throw UNREADABLE;
      };
    }
  }

  private readSimple(span: Span, marks: readonly Mark[]): () => Stmt {
    const { skeleton } = this;
    const { start, end } = span;
    if (start >= end) throw UNREADABLE;
    const node = { start, end, parent: null };
    const word = wordAt(skeleton, start);
    const from = start + word.length;
    const rest = trim(skeleton, from, end);
    const isBare = rest.start >= rest.end;
    const find = (mark: string) => marks.find((m) => m.text === mark);
    if (find(':=') !== undefined) throw UNREADABLE;
    switch (word) {
      case 'pass':
      case 'break':
      case 'continue': {
        if (!isBare) throw UNREADABLE;
        const kind = word === 'pass' ? 'Pass' : word === 'break' ? 'Break' : 'Continue';
        return () => ({ kind, ...node });
      }
      case 'return': {
        const value = isBare ? null : this.unit(from, end);
        return () => ({ kind: 'Return', ...node, value: value?.many() ?? null });
      }
      case 'raise': {
        const fromMark = find('from');
        const exc = isBare ? null : this.unit(from, fromMark?.start ?? end);
        const cause = fromMark === undefined ? null : this.unit(fromMark.end, end);
        return () => ({
          kind: 'Raise',
          ...node,
          exc: exc?.one() ?? null,
          cause: cause?.one() ?? null,
        });
      }
      case 'del': {
        const targets = this.unit(from, end);
        return () => ({ kind: 'Delete', ...node, targets: targets.targets() });
      }
      case 'assert': {
        const items = split({ start: from, end }, marks, ',');
        if (items.length > 2) throw UNREADABLE;
        const [test, msg] = items.map((item) => this.unit(item.start, item.end));
        return () => ({ kind: 'Assert', ...node, test: test!.one(), msg: msg?.one() ?? null });
      }
      case 'global':
      case 'nonlocal': {
        const names = split({ start: from, end }, marks, ',').map((item) => {
          const name = trim(skeleton, item.start, item.end);
          return this.name(name.start, name.end);
        });
        const kind = word === 'global' ? 'Global' : 'Nonlocal';
        return () => ({ kind, ...node, names });
      }
      case 'import': {
        const names = split({ start: from, end }, marks, ',').map((item) => this.alias(item));
        return () => ({ kind: 'Import', ...node, names });
      }
      case 'from': {
        const imports = this.importFrom(from, end, marks);
        return () => ({ kind: 'ImportFrom', ...node, ...imports });
      }
    }
    if (this.text.startsWith('type', start) && word.length === 4) {
      const alias = this.typeAlias(span, rest, marks);
      if (alias !== null) return alias;
    }
    return this.assignment(span, marks);
  }

  private assignment(span: Span, marks: readonly Mark[]): () => Stmt {
    const { start, end } = span;
    const node = { start, end, parent: null };
    const colon = marks.find((mark) => mark.text === ':');
    const equals = marks.filter((mark) => mark.text === '=');
    if (colon !== undefined) {
      const [assign, ...others] = equals;
      if (others.length > 0 || (assign && assign.start < colon.start)) throw UNREADABLE;
      const target = this.unit(start, colon.start);
      const annotation = this.unit(colon.end, assign?.start ?? end);
      const value = assign ? this.unit(assign.end, end, true) : null;
      return () => {
        const annotated = target.one();
        if (annotated.kind !== 'Starred') checkTargets([annotated]);
        if (annotated.kind === 'Tuple' || annotated.kind === 'List') throw UNREADABLE;
        return {
          kind: 'AnnAssign',
          ...node,
          target: annotated,
          annotation: annotation.one(),
          value: value?.yielded() ?? null,
        };
      };
    }
    const augmented = marks.find((mark) => mark.text.length > 1 && mark.text.endsWith('='));
    if (augmented !== undefined) {
      if (equals.length > 0) throw UNREADABLE;
      const target = this.unit(start, augmented.start);
      const op = this.text.slice(augmented.start, augmented.end - 1) as Operator;
      const value = this.unit(augmented.end, end, true);
      return () => {
        const assigned = target.one();
        if (!ASSIGNABLE.has(assigned.kind)) throw UNREADABLE;
        return { kind: 'AugAssign', ...node, target: assigned, op, value: value.yielded() };
      };
    }
    const items = split(span, equals, '=').map((item) => this.unit(item.start, item.end, true));
    const value = items.pop()!;
    if (items.length === 0) return () => ({ kind: 'Expr', ...node, value: value.yielded() });
    return () => ({
      kind: 'Assign',
      ...node,
      targets: items.map((target) => target.target()),
      value: value.yielded(),
    });
  }

  /** `type Name[T] = value`; null when `type` is a name like another. */
  private typeAlias(span: Span, rest: Span, marks: readonly Mark[]): (() => Stmt) | null {
    const { skeleton } = this;
    NAME.lastIndex = rest.start;
    const word = NAME.exec(skeleton)?.[0] ?? '';
    if (word === '' || KEYWORDS.has(word)) return null;
    const nameEnd = rest.start + word.length;
    const name = this.unit(rest.start, nameEnd);
    let at = skipSpace(skeleton, nameEnd);
    let typeParameters: ParameterUnits[] = [];
    if (skeleton[at] === '[') {
      const close = this.closing(at);
      typeParameters = this.parameters(at + 1, close);
      at = skipSpace(skeleton, close + 1);
    }
    const equals = marks.find((mark) => mark.text === '=');
    if (equals?.start !== at) throw UNREADABLE;
    const value = this.unit(equals.end, span.end);
    return () => ({
      kind: 'TypeAlias',
      start: span.start,
      end: span.end,
      parent: null,
      name: name.one(),
      type_params: typeParameters.map(makeTypeParameter),
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
    const source = trim(skeleton, from, importMark.start);
    let at = source.start;
    let level = 0;
    for (; at < source.end && (skeleton[at] === '.' || skeleton[at] === ' '); at++) {
      if (skeleton[at] === '.') level++;
    }
    const module = at < source.end ? this.dottedName(at, source.end) : null;
    if (module === null && level === 0) throw UNREADABLE;
    let list = trim(skeleton, importMark.end, end);
    if (list.end - list.start === 1 && skeleton[list.start] === '*') {
      const star: Alias = { kind: 'alias', ...list, parent: null, name: '*', asname: null };
      return { module, level, names: [star] };
    }
    const parenthesized = skeleton[list.start] === '(';
    if (parenthesized) {
      if (this.closing(list.start) !== list.end - 1) throw UNREADABLE;
      list = trim(skeleton, list.start + 1, list.end - 1);
      if (skeleton[list.end - 1] === ',') list = trim(skeleton, list.start, list.end - 1);
    }
    const commas = parenthesized ? this.marks(list.start, list.end) : marks;
    const names = split(list, commas, ',').map((item) => this.alias(item));
    if (names.some((alias) => alias.name.includes('.'))) throw UNREADABLE;
    return { module, level, names };
  }

  private alias(item: Span): Alias {
    const span = trim(this.skeleton, item.start, item.end);
    const match = ALIAS.exec(this.skeleton.slice(span.start, span.end));
    if (match === null) throw UNREADABLE;
    const [, name, asname] = match;
    return {
      kind: 'alias',
      ...span,
      parent: null,
      name: this.dottedName(span.start, span.start + name!.length),
      asname: asname === undefined ? null : this.name(span.end - asname.length, span.end),
    };
  }

  private dottedName(from: number, to: number): string {
    const parts: string[] = [];
    for (let at = from; at <= to; at++) {
      const dot = this.skeleton.indexOf('.', at);
      const partEnd = dot < 0 || dot > to ? to : dot;
      const part = trim(this.skeleton, at, partEnd);
      parts.push(this.name(part.start, part.end));
      at = partEnd;
    }
    return parts.join('.');
  }

  /** The name that fills a stretch of the source. */
  private name(from: number, to: number): string {
    const word = this.skeleton.slice(from, to);
    if (!WHOLE_NAME.test(word) || KEYWORDS.has(word)) throw UNREADABLE;
    return normalizeName(this.text.slice(from, to));
  }

  /** The bracket that closes the one at `open`. */
  private closing(open: number): number {
    let depth = 0;
    BRACKET.lastIndex = open;
    for (let match = BRACKET.exec(this.skeleton); match !== null; match = BRACKET.exec(this.skeleton)) {
      depth += '([{'.includes(match[0]) ? 1 : -1;
      if (depth === 0) return match.index;
    }
    throw UNREADABLE;
  }

  /** The words and signs of a stretch that cut it, outside brackets and lambda parameters. */
  private marks(from: number, to: number): Mark[] {
    const { skeleton } = this;
    const marks: Mark[] = [];
    let depth = 0;
    let lambdas = 0;
    MARK.lastIndex = from;
    for (let match = MARK.exec(skeleton); match !== null; match = MARK.exec(skeleton)) {
      const [text] = match;
      const start = match.index;
      if (start >= to) break;
      if ('([{'.includes(text)) depth++;
      else if (')]}'.includes(text)) depth--;
      else if (depth > 0) continue;
      else if (text === 'lambda') lambdas++;
      else if (lambdas > 0 && text === ':') lambdas--;
      else if (lambdas === 0 && CUTTING.has(text)) marks.push({ start, end: start + text.length, text });
    }
    return marks;
  }
}

interface Mark extends Span {
  readonly text: string;
}

function split(span: Span, marks: readonly Mark[], text: string): Span[] {
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

function trim(skeleton: string, start: number, end: number): Span {
  let from = start;
  let to = end;
  while (from < to && isBlank(skeleton, from)) from++;
  while (to > from && isBlank(skeleton, to - 1)) to--;
  return { start: from, end: to };
}

function skipSpace(skeleton: string, at: number): number {
  let i = at;
  while (i < skeleton.length && isBlank(skeleton, i)) i++;
  return i;
}

function isBlank(skeleton: string, at: number): boolean {
  const c = skeleton[at];
  return c === ' ' || c === '\t' || c === '\f';
}

function wordAt(skeleton: string, at: number): string {
  NAME.lastIndex = at;
  return NAME.exec(skeleton)?.[0] ?? '';
}

// Last touches

/** Tells each node its parent. */
function adopt(body: readonly Stmt[]): void {
  const assign = (node: Node) => {
    for (const child of childrenOf(node)) (child as { parent: Node | null }).parent = node;
    if (node.kind !== 'ErrorStmt') return;
    for (const part of node.parts) {
      (part as { parent: Node | null }).parent = node;
      walk(part, assign);
    }
  };
  walk(body, assign);
}

/** Where the errors are, in order; those that touch or overlap are one. */
function damageOf(body: readonly Stmt[]): Span[] {
  const spans: { start: number; end: number }[] = [];
  walk(body, (node) => {
    if (!STATEMENTS_HOLDERS.has(node.kind)) return node.kind === 'ErrorStmt' ? push(node) : SKIP;
    return undefined;
  });
  function push({ start, end }: Span): void {
    const last = spans.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else spans.push({ start, end });
  }
  return spans;
}

const COMPOUND = new Set([
  'if', 'elif', 'else', 'while', 'for', 'with', 'try', 'except', 'finally', 'def', 'class',
]);
const LOOPS_AND_CHOICES: ReadonlySet<string> = new Set(['if', 'for', 'while', 'try']);
const ASYNC_STATEMENTS = new Set(['def', 'for', 'with']);
const ASSIGNABLE = new Set(['Name', 'Attribute', 'Subscript']);
const TYPE_PARAMETERS: Readonly<Record<string, TypeParam['kind']>> = {
  '': 'TypeVar',
  '*': 'TypeVarTuple',
  '**': 'ParamSpec',
};
const STATEMENTS_HOLDERS = new Set([
  'FunctionDef', 'AsyncFunctionDef', 'ClassDef', 'If', 'While', 'For', 'AsyncFor', 'With', 'AsyncWith',
  'Try', 'TryStar', 'ExceptHandler', 'Match', 'match_case',
]);
const KEYWORDS = new Set([
  'False', 'None', 'True', 'and', 'as', 'assert', 'async', 'await', 'break', 'class', 'continue',
  'def', 'del', 'elif', 'else', 'except', 'finally', 'for', 'from', 'global', 'if', 'import', 'in',
  'is', 'lambda', 'nonlocal', 'not', 'or', 'pass', 'raise', 'return', 'try', 'while', 'with', 'yield',
]);

const NAME = /[A-Za-z_]\w*/y;
const WHOLE_NAME = /^[A-Za-z_]\w*$/;
const STAR = /\*\*|\*|\//y;
const ALIAS = /^([A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*)(?:\s+as\s+([A-Za-z_]\w*))?$/;
const BRACKET = /[()[\]{}]/g;
const MARK =
  /[()[\]{}]|[A-Za-z_0-9]+|\*\*=?|\/\/=?|>>=?|<<=?|[-+*/%@&|^=!<>:]=|->|[-+*/%@&|^<>=:,;]/g;
const CUTTING = new Set([
  ',', ':', '=', ';', ':=', 'as', 'in', 'from', 'if', 'for', 'import',
  '+=', '-=', '*=', '/=', '//=', '%=', '@=', '&=', '|=', '^=', '>>=', '<<=', '**=',
]);
