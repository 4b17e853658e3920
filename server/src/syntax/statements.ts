import type { ErrorStmt, ExceptHandler, Expr, MatchCase, Node, Stmt, WithItem } from './ast.ts';
import { type Block, endOf, layOut, type Row, statementLength } from './blocks.ts';
import { Expressions } from './expressions.ts';
import { HeaderReader, type WithItemUnits } from './headers.ts';
import { type LogicalLine, Scanner } from './lexer.ts';
import { Lowering, makeArguments } from './lower.ts';
import type { Grammar } from './parse.ts';
import { makeParameter, makeTypeParameter, type Simple } from './simple.ts';
import { Skeleton } from './skeleton.ts';
import type { Chunk, Span } from './source.ts';
import { UNREADABLE } from './unreadable.ts';
import { childrenOf, SKIP, walk } from './walk.ts';

/**
 * Reads a chunk. Python's statements are lines and blocks, which we read ourselves, so that an error
 * stays in its line; only expressions go to the grammar, all those of a chunk at once.
 */
export function readChunk(grammar: Grammar, text: string, role: Chunk['role']): Chunk {
  const units = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
  const scanner = new Scanner(text, 0, units);
  const lines: LogicalLine[] = [];
  for (let line = scanner.next(); line !== null; line = scanner.next()) lines.push(line);
  const expressions = new Expressions(new Skeleton(units));
  const headers = new HeaderReader(text, expressions);
  const base = (role !== 'statement' && lines[0]?.indent) || { column: 0, alternate: 0 };
  const blocks = layOut(lines, base, (line, inMatch) => headers.read(line, inMatch));
  expressions.read(grammar, new Lowering(grammar.types, text, scanner.strings));
  const builder = new Builder(expressions, role === 'class');
  // The statements of inner blocks first.
  for (const block of [...blocks].reverse()) builder.fill(block);
  const { body } = blocks[0]!;
  adopt(body);
  return { text, role, body, comments: scanner.comments, damaged: damageOf(body) };
}

/** Makes statements of rows. */
class Builder {
  constructor(
    private readonly expressions: Expressions,
    /** The last row is the header of a class whose members are elsewhere. */
    private readonly isClassHeader: boolean,
  ) {}

  /** Makes the statements of a block; those of the blocks inside it are made. */
  fill({ rows, body, ofMatch }: Block): void {
    if (ofMatch) return;
    for (let at = 0; at < rows.length; ) {
      const group = rows.slice(at, at + statementLength(rows, at));
      const [{ header, broken, block }] = group as [Row];
      at += group.length;
      if (header.word === 'simple' && !broken && block === null) {
        body.push(...this.simples(header.statements));
      } else {
        const span = { start: group[0]!.line.first, end: endOf(group) };
        const missesDef = group.some((row) => row.header.word === 'def' && row.header.missingDef);
        body.push(this.attempt(span, () => this.compound(group, span.end), missesDef));
      }
    }
  }

  private simples(simples: readonly Simple[]): Stmt[] {
    return simples.map((simple) => this.attempt(simple, simple.make));
  }

  /** A statement, or the error in its place. */
  private attempt({ start, end }: Span, make: () => Stmt, missesDef = false): Stmt {
    const { expressions } = this;
    const error = (parts: Stmt[]): ErrorStmt => {
      return { kind: 'ErrorStmt', start, end, parent: null, parts };
    };
    const { usesAsync } = expressions;
    expressions.usesAsync = false;
    try {
      const statement = make();
      return expressions.usesAsync || missesDef ? error([statement]) : statement;
    } catch (problem) {
      if (problem !== UNREADABLE) throw problem;
      return error([]);
    } finally {
      expressions.usesAsync = usesAsync;
    }
  }

  /** The statement of several rows, or of one with a block. */
  private compound(rows: readonly Row[], end: number): Stmt {
    const decorator_list: Expr[] = [];
    for (const { header, block } of rows) {
      if (header.word !== '@') break;
      if (block !== null) throw UNREADABLE;
      decorator_list.push(header.decorator.one());
    }
    const [row, ...clauses] = rows.slice(decorator_list.length);
    const isBroken = rows.some(({ broken, header }) => broken || header.word === 'error');
    if (row === undefined || isBroken) throw UNREADABLE;
    const { header } = row;
    if (!('inline' in header)) throw UNREADABLE;
    const cut = this.isClassHeader && header.word === 'class' && header.inline.length === 0;
    const body = cut ? [] : this.body(row);
    const node = { start: header.start, end, parent: null };
    const { headerEnd } = header;
    if (header.word === 'def') {
      const { name, nameStart, nameEnd, parameters, typeParameters, returns } = header;
      return {
        kind: header.isAsync ? 'AsyncFunctionDef' : 'FunctionDef',
        ...node,
        name,
        nameStart,
        nameEnd,
        headerEnd,
        args: makeArguments(parameters.list.map(makeParameter), parameters.start, parameters.end),
        body,
        decorator_list,
        returns: returns?.one() ?? null,
        type_params: typeParameters.map(makeTypeParameter),
      };
    }
    if (header.word === 'class') {
      const { name, nameStart, nameEnd, typeParameters } = header;
      const { bases, keywords } = header.bases?.callArguments() ?? { bases: [], keywords: [] };
      return {
        kind: 'ClassDef',
        ...node,
        name,
        nameStart,
        nameEnd,
        headerEnd,
        bases,
        keywords,
        body,
        cut,
        decorator_list,
        type_params: typeParameters.map(makeTypeParameter),
      };
    }
    if (decorator_list.length > 0) throw UNREADABLE;
    switch (header.word) {
      case 'if': {
        const test = header.test.one();
        return {
          kind: 'If',
          ...node,
          headerEnd,
          test,
          body,
          orelse: this.alternatives(clauses, end),
        };
      }
      case 'while': {
        const test = header.test.one();
        return {
          kind: 'While',
          ...node,
          headerEnd,
          test,
          body,
          orelse: this.clause(clauses, 'else'),
        };
      }
      case 'for':
        return {
          kind: header.isAsync ? 'AsyncFor' : 'For',
          ...node,
          keywordStart: header.keywordStart,
          headerEnd,
          target: header.target.target(),
          iter: header.iter.many(),
          body,
          orelse: this.clause(clauses, 'else'),
        };
      case 'with':
        return {
          kind: header.isAsync ? 'AsyncWith' : 'With',
          ...node,
          keywordStart: header.keywordStart,
          headerEnd,
          items: header.items.map(makeWithItem),
          body,
        };
      case 'try': {
        const handlers = clauses.filter((clause) => clause.header.word === 'except');
        const starred = handlers.filter(isStarred);
        if (starred.length > 0 && starred.length < handlers.length) throw UNREADABLE;
        const orelse = this.clause(clauses, 'else');
        const finalbody = this.clause(clauses, 'finally');
        if (handlers.length === 0 && (finalbody.length === 0 || orelse.length > 0)) {
          throw UNREADABLE;
        }
        return {
          kind: starred.length > 0 ? 'TryStar' : 'Try',
          ...node,
          body,
          handlers: handlers.map((handler) => this.handler(handler)),
          orelse,
          finalbody,
        };
      }
      case 'match': {
        const cases = row.block?.rows.map((inner) => this.case(inner)) ?? [];
        return { kind: 'Match', ...node, headerEnd, subject: header.subject.many(), cases };
      }
      default:
        throw UNREADABLE;
    }
  }

  /** The statements after a header's colon, on its line or below. */
  private body({ header, block, broken }: Row): Stmt[] {
    if (broken || !('inline' in header)) throw UNREADABLE;
    // Either on its line or below, not both.
    if ((block === null) === (header.inline.length === 0)) throw UNREADABLE;
    return block === null ? this.simples(header.inline) : block.body;
  }

  private clause(clauses: readonly Row[], word: 'else' | 'finally'): Stmt[] {
    const clause = clauses.find((row) => row.header.word === word);
    return clause === undefined ? [] : this.body(clause);
  }

  /** From the last clause to the first: each `elif` is the `else` of the one before. */
  private alternatives(clauses: readonly Row[], end: number): Stmt[] {
    let orelse: Stmt[] = [];
    for (const clause of [...clauses].reverse()) {
      const { header } = clause;
      const body = this.body(clause);
      if (header.word === 'elif') {
        const { start, headerEnd } = header;
        const test = header.test.one();
        orelse = [{ kind: 'If', start, end, parent: null, headerEnd, test, body, orelse }];
      } else orelse = body;
    }
    return orelse;
  }

  private handler(row: Row): ExceptHandler {
    const { header } = row;
    if (header.word !== 'except') throw UNREADABLE;
    const { start, headerEnd, name } = header;
    const type = header.type?.many() ?? null;
    const body = this.body(row);
    return {
      kind: 'ExceptHandler',
      start,
      end: endOf([row]),
      parent: null,
      headerEnd,
      type,
      name,
      body,
    };
  }

  private case(row: Row): MatchCase {
    const { header } = row;
    if (header.word !== 'case') throw UNREADABLE;
    const { start, headerEnd } = header;
    return {
      kind: 'match_case',
      start,
      end: endOf([row]),
      parent: null,
      headerEnd,
      pattern: header.pattern.pattern(),
      guard: header.guard?.one() ?? null,
      body: this.body(row),
    };
  }
}

function makeWithItem({ context, vars }: WithItemUnits): WithItem {
  return {
    kind: 'withitem',
    start: context.span.start,
    end: (vars ?? context).span.end,
    parent: null,
    context_expr: context.one(),
    optional_vars: vars?.target() ?? null,
  };
}

function isStarred({ header }: Row): boolean {
  return header.word === 'except' && header.star;
}

/** Tells each node its parent. */
function adopt(body: readonly Stmt[]): void {
  const tell = (child: Node, parent: Node) => {
    (child as { parent: Node | null }).parent = parent;
  };
  const visit = (node: Node) => {
    for (const child of childrenOf(node)) tell(child, node);
  };
  walk(body, visit);
}

/** Where the errors are; walkers visit them in order. */
function damageOf(body: readonly Stmt[]): Span[] {
  const spans: Span[] = [];
  walk(body, (node) => {
    if (node.kind !== 'ErrorStmt') return HOLDERS.has(node.kind) ? undefined : SKIP;
    const [meant] = node.parts;
    const end = meant !== undefined && 'headerEnd' in meant ? meant.headerEnd : node.end;
    spans.push({ start: node.start, end });
    return end < node.end ? undefined : SKIP;
  });
  return spans;
}

/** Kinds that hold statements. */
const HOLDERS = new Set(
  `FunctionDef AsyncFunctionDef ClassDef If While For AsyncFor With AsyncWith Try TryStar
  ExceptHandler Match match_case`.split(/\s+/),
);
