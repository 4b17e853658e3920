/**
 * Builds the edits of one fix. Nodes of any chunk of the file may be named; what is inserted follows the
 * file's indentation and reuses its imports. Line ends are written `\n`: the lint layer converts them.
 */
import { type Binding, type FileSemantics, scopesOf } from '../semantics/index.ts';
import {
  type Call,
  type Expr,
  type Import,
  type ImportFrom,
  type Keyword,
  type Node,
  type PlacedChunk,
  type Stmt,
  walk,
} from '../syntax/index.ts';
import type { TextEdit } from './rule.ts';

/** `more` goes on with what stands there, before any line that is put below it. */
type Inserted = { readonly at: number; more: string; text: string };

export class Edits {
  readonly #replaced: TextEdit[] = [];
  readonly #inserted: Inserted[] = [];
  readonly #names = new Set<string>();
  readonly #imports = new Set<string>();
  #impossible = false;

  constructor(readonly file: FileSemantics) {}

  /** The edits, or none at all when something that was asked cannot be done. */
  get result(): readonly TextEdit[] {
    if (this.#impossible) return [];
    // The indentation of lines that are replaced goes with them.
    const inserted = this.#inserted
      .filter(({ at }) => !this.#replaced.some(({ start, end }) => start < at && at < end))
      .map(({ at, more, text }) => ({ start: at, end: at, newText: more + text }));
    return [...this.#replaced, ...inserted].sort((a, b) => a.start - b.start || a.end - b.end);
  }

  /** Gives up: the fix will not be offered. */
  abandon(): void {
    this.#impossible = true;
  }

  replace(node: Node, text: string): void {
    this.#replaced.push({ start: this.file.start(node), end: this.file.end(node), newText: text });
  }

  /**
   * Replaces `outer` by `inner`, which stands within it: behind `before`, or as the argument of a call
   * when there is an `after` to close it. Abandoned when a comment would go with the rest.
   */
  reduce(outer: Node, inner: Expr, before: string, after = ''): void {
    const kept = this.file.text.slice(this.file.start(inner), this.file.end(inner));
    const { open, close } = this.#around(outer, inner, after === '');
    this.replace(outer, before + open + kept + close + after);
  }

  /** The brackets that `inner` needs once alone. Abandoned when a comment goes with the rest of `outer`. */
  #around(outer: Node, inner: Expr, isExposed: boolean): { open: string; close: string } {
    const { text } = this.file;
    const [start, end] = [this.file.start(inner), this.file.end(inner)];
    const dropped =
      text.slice(this.file.start(outer), start) + text.slice(end, this.file.end(outer));
    if (dropped.includes('#')) this.abandon();
    const loose = text.slice(start, inner.kind === 'Call' ? this.file.end(inner.func) : end);
    const bracketed = isExposed && (!isSimple(inner) || /[\r\n]/.test(loose));
    return bracketed ? { open: '(', close: ')' } : { open: '', close: '' };
  }

  /** Replaces from one offset of the node's chunk to another. */
  replaceRange(node: Node, start: number, end: number, text: string): void {
    const base = this.file.placeOf(node).start;
    this.#replaced.push({ start: base + start, end: base + end, newText: text });
  }

  /** Takes a keyword argument out of its call, with a comma; abandoned when a comment would go too. */
  dropKeyword(keyword: Keyword): void {
    const call = keyword.parent as Call;
    const { text } = this.file.placeOf(keyword).chunk;
    const isFirst = [...call.args, ...call.keywords].every((arg) => arg.start >= keyword.start);
    const comma = /^\s*,\s*/.exec(text.slice(keyword.end, call.end - 1));
    const start = isFirst ? keyword.start : text.lastIndexOf(',', keyword.start);
    const end = isFirst ? keyword.end + (comma?.[0].length ?? 0) : keyword.end;
    if (text.slice(start, end).includes('#')) this.abandon();
    this.replaceRange(keyword, start, end, '');
  }

  /** Inserts at an offset of the file; several insertions at one place keep the order of the calls. */
  insertAt(offset: number, text: string): void {
    this.#insertedAt(offset).text += text;
  }

  #insertedAt(at: number): Inserted {
    const same = this.#inserted.find((inserted) => inserted.at === at);
    if (same !== undefined) return same;
    const inserted = { at, more: '', text: '' };
    this.#inserted.push(inserted);
    return inserted;
  }

  insertBefore(node: Node, text: string): void {
    this.insertAt(this.file.start(node), text);
  }

  insertAfter(node: Node, text: string): void {
    this.insertAt(this.file.end(node), text);
  }

  /** `x` → `await x`, in parentheses where what surrounds it binds tighter. */
  awaitExpr(expr: Expr, prefix = 'await '): void {
    const isParenthesised = this.#isParenthesised(expr);
    const tighter = !isParenthesised && isBoundTighter(expr);
    const bracketed = !isSimple(expr) && !isParenthesised;
    this.insertBefore(expr, `${tighter ? '(' : ''}${prefix}${bracketed ? '(' : ''}`);
    const after = `${bracketed ? ')' : ''}${tighter ? ')' : ''}`;
    if (after !== '') this.insertAfter(expr, after);
  }

  /** Replaces `outer` by the awaiting of `inner`, which stands within it and may have edits of its own. */
  awaitInstead(outer: Expr, inner: Expr): void {
    const isAwaited = outer.parent?.kind === 'Await';
    const isTight = !isAwaited && isBoundTighter(outer);
    const { open, close } = this.#around(outer, inner, true);
    const before = `${isTight ? '(' : ''}${isAwaited ? '' : 'await '}${open}`;
    this.replaceRange(outer, outer.start, inner.start, before);
    this.replaceRange(outer, inner.end, outer.end, `${close}${isTight ? ')' : ''}`);
  }

  /** Does the statement fill its lines alone (comments aside), so that others can be put around it? */
  standsAlone(statement: Stmt): boolean {
    const { text } = this.file;
    const start = this.file.start(statement);
    const before = text.slice(lineStart(text, start), start);
    const after = text.slice(this.file.end(statement), lineEnd(text, this.file.end(statement)));
    return before.trim() === '' && /^\s*(#.*)?$/.test(after);
  }

  indentOf(statement: Stmt): string {
    const { text } = this.file;
    const start = this.file.start(statement);
    return /^[ \t\f]*/.exec(text.slice(lineStart(text, start), start))![0];
  }

  /** One level of indentation as the file writes it. */
  get indentUnit(): string {
    return /^(?: {2,8}|\t)(?=\S)/m.exec(this.file.text)?.[0] ?? '    ';
  }

  /** Puts lines below the statement, at its indentation; each line may hold more indentation of its own. */
  insertLinesAfter(statement: Stmt, lines: readonly string[]): void {
    if (!this.standsAlone(statement)) {
      this.abandon();
      return;
    }
    const { text } = this.file;
    const indent = this.indentOf(statement);
    const end = lineEnd(text, this.file.end(statement));
    this.insertAt(end, lines.map((line) => `\n${indent}${line}`).join(''));
  }

  insertLinesBefore(statement: Stmt, lines: readonly string[]): void {
    if (!this.standsAlone(statement)) {
      this.abandon();
      return;
    }
    const indent = this.indentOf(statement);
    this.insertBefore(statement, lines.map((line) => `${line}\n${indent}`).join(''));
  }

  /** Takes away the lines that the node, a statement or a decorator, fills alone. */
  removeLines(node: Node): void {
    const { text } = this.file;
    const start = lineStart(text, this.file.start(node));
    const end = lineEnd(text, this.file.end(node));
    const before = text.slice(start, this.file.start(node));
    const after = text.slice(this.file.end(node), end);
    if (!/^\s*(?:@\s*)?$/.test(before) || after.trim() !== '') this.abandon();
    const base = this.file.placeOf(node).start;
    this.replaceRange(node, start - base, end + lineBreak(text, end) - base, '');
  }

  /**
   * Puts neighbouring statements of one block, as they are, under a header: `async with …:`. Text inside
   * a string cannot be moved without changing it: the fix is then abandoned.
   */
  wrap(header: string, statements: readonly Stmt[]): void {
    const first = statements[0]!;
    const start = lineStart(this.file.text, this.file.start(firstOf(first)));
    this.insertAt(start, `${this.indentOf(first)}${header}\n`);
    this.#indent(start, statements);
  }

  /** Moves statements one level deeper, with the comments between the line of an offset of the file and them. */
  indentBelow(offset: number, statements: readonly Stmt[]): void {
    const end = lineEnd(this.file.text, offset);
    this.#indent(end + lineBreak(this.file.text, end), statements);
  }

  /** Moves the lines below that of an offset of the file, to the end of a statement, to the left by `step`. */
  dedentBelow(offset: number, last: Stmt, step: string): void {
    const { text } = this.file;
    const base = this.file.placeOf(last).start;
    const first = lineEnd(text, offset);
    const stop = this.file.end(last);
    for (let at = first + lineBreak(text, first); at < stop; ) {
      const end = lineEnd(text, at);
      if (text.startsWith(step, at))
        this.replaceRange(last, at - base, at - base + step.length, '');
      else if (text.slice(at, end).trim() !== '') this.abandon();
      at = end + lineBreak(text, end);
    }
    if (this.#holdsLongString(last)) this.abandon();
  }

  #indent(start: number, statements: readonly Stmt[]): void {
    const { text } = this.file;
    if (!statements.every((s) => this.standsAlone(s) && !this.#holdsLongString(s))) {
      this.abandon();
      return;
    }
    const end = lineEnd(text, this.file.end(statements.at(-1)!));
    const unit = this.indentUnit;
    for (let at = start; at < end; ) {
      const stop = lineEnd(text, at);
      if (text.slice(at, stop).trim() !== '') this.insertAt(at, unit);
      at = stop + lineBreak(text, stop);
    }
  }

  /**
   * The expression by which `module.name` can be written at a node, importing it if need be.
   * Undefined (and the fix abandoned) when the name it needs means something else there.
   */
  name(module: string, name: string, at: Node): string | undefined {
    const found = this.#imported(module, name, at);
    if (found !== undefined) return found;
    const wanted = WHOLE.has(module) ? module : name;
    if (this.#isTaken(wanted, at)) {
      this.abandon();
      return undefined;
    }
    this.#import(module, wanted === module ? null : name);
    return wanted === module ? `${module}.${name}` : name;
  }

  /** A name close to `base`, for the module, or for the function around `at`, that nothing there uses. */
  freshName(base: string, at?: Node): string {
    const chunks = at === undefined ? this.file.table.source.chunks : [this.file.placeOf(at)];
    for (let i = 1; ; i++) {
      const name = i === 1 ? base : `${base}_${i}`;
      if (!this.#names.has(name) && !this.#isMentioned(name, chunks)) {
        this.#names.add(name);
        return name;
      }
    }
  }

  /** Inserts a statement at module level, below the imports, with the blank lines that are its due. */
  insertModuleLines(lines: readonly string[]): void {
    const anchor = this.#afterImports();
    const below = this.file.text.slice(anchor);
    const blank = /^(?:[ \t]*(?:\r\n|\n|\r))*/.exec(below)![0];
    const following = below.slice(blank.length);
    const existing = blank.split(/\r\n|\n|\r/).length - 1;
    const isDefinition = DEFINITION.test(lines[0]!);
    const before = anchor === 0 ? 0 : isDefinition ? 2 : 1;
    // The blank lines that already follow the imports stay where they are, below the new ones.
    const due = isDefinition || (existing === 0 && DEFINITION.test(following)) ? 2 : 1;
    const after = following === '' ? 0 : Math.max(0, due - existing);
    this.insertAt(anchor, `${'\n'.repeat(before)}${lines.join('\n')}\n${'\n'.repeat(after)}`);
  }

  #isParenthesised(expr: Expr): boolean {
    const { text } = this.file;
    const before = text.slice(0, this.file.start(expr)).trimEnd();
    const after = text.slice(this.file.end(expr)).trimStart();
    return before.endsWith('(') && after.startsWith(')');
  }

  #holdsLongString(statement: Stmt): boolean {
    const { text } = this.file;
    let found = false;
    walk([statement], (node) => {
      if (node.kind !== 'Constant' && node.kind !== 'JoinedStr') return;
      if (node.kind === 'Constant' && node.type !== 'str' && node.type !== 'bytes') return;
      const source = text.slice(this.file.start(node), this.file.end(node));
      if (/[\r\n]/.test(source) && /"""|'''|\\[\r\n]/.test(source)) found = true;
    });
    return found;
  }

  /** An import that already gives the name at that place. */
  #imported(module: string, name: string, at: Node): string | undefined {
    for (const [bound, bindings] of this.file.table.bindings) {
      if (this.isShadowed(bound, at) || !bindings.every(({ item }) => isUsable(item))) continue;
      const origins = bindings.map(({ item }) => item.origin);
      const is = (from: string, what: string | null) =>
        origins.every(
          (o) => o.how === 'import' && o.level === 0 && o.module === from && o.name === what,
        );
      if (is(module, name)) return bound;
      if (is(module, null)) return `${bound}.${name}`;
      const dot = module.lastIndexOf('.');
      if (dot > 0 && is(module.slice(0, dot), module.slice(dot + 1))) return `${bound}.${name}`;
    }
    return undefined;
  }

  #isTaken(name: string, at: Node): boolean {
    return this.file.table.bindings.has(name) || this.isShadowed(name, at);
  }

  /** Does a function around the node give the name another meaning than the module's? */
  isShadowed(name: string, at: Node): boolean {
    const semantics = this.file.at(at);
    for (let scope = semantics.scopeAround(at); scope.parent !== null; scope = scope.parent)
      if (scope.bindings.has(name)) return true;
    return false;
  }

  #isMentioned(name: string, chunks: readonly PlacedChunk[]): boolean {
    if (this.file.table.bindings.has(name)) return true;
    return chunks.some(({ chunk }) => {
      const { nameReads, opened } = scopesOf(chunk);
      return nameReads.has(name) || [...opened.values()].some((scope) => scope.bindings.has(name));
    });
  }

  #import(module: string, name: string | null): void {
    const key = `${module} ${name}`;
    if (this.#imports.has(key)) return;
    this.#imports.add(key);
    const block = this.#leadingImports();
    const extended = block.find(
      (s): s is ImportFrom =>
        name !== null &&
        s.kind === 'ImportFrom' &&
        s.level === 0 &&
        s.module === module &&
        s.names[0]?.name !== '*',
    );
    if (extended !== undefined) {
      this.#insertedAt(this.file.end(extended.names.at(-1)!)).more += `, ${name}`;
      return;
    }
    const line = name === null ? `import ${module}` : `from ${module} import ${name}`;
    const next =
      block.find(
        (s) => s.kind === (name === null ? 'Import' : 'ImportFrom') && importKey(s) > module,
      ) ?? (name === null ? block.find((s) => s.kind === 'ImportFrom') : undefined);
    if (next !== undefined && this.standsAlone(next)) this.insertBefore(next, `${line}\n`);
    else if (block.length > 0)
      this.insertAt(lineEnd(this.file.text, this.file.end(block.at(-1)!)), `\n${line}`);
    else {
      const anchor = this.#afterHeader();
      const { text } = this.file;
      const following = text.slice(anchor);
      const blank = following.trim() === '' ? '' : DEFINITION.test(following) ? '\n\n' : '\n';
      this.insertAt(
        anchor,
        `${anchor > 0 && !/\n$/.test(text.slice(0, anchor)) ? '\n' : ''}${line}\n${blank}`,
      );
    }
  }

  /** The imports that open the module (`__future__` ones left out). */
  #leadingImports(): (Import | ImportFrom)[] {
    const found: (Import | ImportFrom)[] = [];
    for (const statement of this.#topStatements()) {
      if (statement.kind === 'Import') found.push(statement);
      else if (statement.kind === 'ImportFrom') {
        if (statement.module !== '__future__') found.push(statement);
      } else if (!isDocstring(statement)) break;
    }
    return found;
  }

  /** Offset of the end of the line of the last leading import, or of the header without any. */
  #afterImports(): number {
    const last = this.#leadingImports().at(-1);
    if (last === undefined) return this.#afterHeader();
    const { text } = this.file;
    const end = lineEnd(text, this.file.end(last));
    return end + lineBreak(text, end);
  }

  /** Offset just after the docstring, `__future__` imports and opening comments. */
  #afterHeader(): number {
    const { text } = this.file;
    let end = 0;
    for (const statement of this.#topStatements()) {
      const isFuture = statement.kind === 'ImportFrom' && statement.module === '__future__';
      if (!isFuture && !isDocstring(statement)) break;
      const line = lineEnd(text, this.file.end(statement));
      end = line + lineBreak(text, line);
    }
    if (end > 0) return end;
    return /^(?:#.*(?:\r?\n|\r|$))*/.exec(text)![0].length;
  }

  *#topStatements(): Generator<Stmt> {
    for (const { chunk, parent } of this.file.table.source.chunks)
      if (parent < 0) yield* chunk.body;
  }
}

const DEFINITION = /^(?:@|def |async def |class )/;

/** The modules whose names are written in full, as everybody does. */
const WHOLE: ReadonlySet<string> = new Set(['asyncio', 'atexit', 'functools', 'logging', 'shlex']);

/** Would what surrounds the expression take `await` before it with it? */
function isBoundTighter(expr: Expr): boolean {
  const { parent } = expr;
  switch (parent?.kind) {
    case 'Attribute':
    case 'Subscript':
      return parent.value === expr;
    case 'Call':
      return parent.func === expr;
    default:
      return parent?.kind === 'Await';
  }
}

/** Does `await` before the expression bear on all of it? */
function isSimple(expr: Expr): boolean {
  return ['Call', 'Name', 'Attribute', 'Subscript'].includes(expr.kind);
}

/** Offset of the end of the line (line break excluded) that holds the offset. */
export function lineEnd(text: string, offset: number): number {
  const match = /[\r\n]/g;
  match.lastIndex = offset;
  return match.exec(text)?.index ?? text.length;
}

export function lineStart(text: string, offset: number): number {
  if (offset === 0) return 0;
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  // A carriage return is looked for in that line alone: most files have none.
  return start + text.slice(start, offset).lastIndexOf('\r') + 1;
}

function lineBreak(text: string, offset: number): number {
  return text.startsWith('\r\n', offset) ? 2 : offset < text.length ? 1 : 0;
}

function isDocstring(statement: Stmt): boolean {
  return (
    statement.kind === 'Expr' &&
    statement.value.kind === 'Constant' &&
    statement.value.type === 'str'
  );
}

function importKey(statement: Import | ImportFrom): string {
  return statement.kind === 'Import' ? (statement.names[0]?.name ?? '') : (statement.module ?? '');
}

/** Is the import made at module level, where running code sees it? */
function isUsable(binding: Binding): boolean {
  return binding.origin.how === 'import' && binding.node.parent?.parent === null;
}

/** Decorators stand before the `def` or `class` that they belong to. */
function firstOf(statement: Stmt): Node {
  const isDefinition =
    statement.kind === 'FunctionDef' ||
    statement.kind === 'AsyncFunctionDef' ||
    statement.kind === 'ClassDef';
  return isDefinition ? (statement.decorator_list[0] ?? statement) : statement;
}
