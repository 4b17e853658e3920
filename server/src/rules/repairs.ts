/**
 * What every repair starts from: the list of fixes to offer, and the statements and blocks around a node.
 * The repairs that rules share stand beside: `await-call.ts`, `make-async.ts`, `keep-task.ts`,
 * `await-tasks.ts`, `enter-manager.ts`.
 */
import { type FileSemantics, Flow } from '../semantics/index.ts';
import { ancestors, type Name, type Node, type Stmt } from '../syntax/index.ts';
import { type Edits, lineEnd, lineStart } from './edits.ts';
import type { Fix, FixContext } from './rule.ts';

/** Collects the fixes of one finding; one whose edits cannot be made is left out. */
export class Offers {
  readonly fixes: Fix[] = [];

  constructor(readonly context: FixContext) {}

  /** `build` may answer `'review'`: less sure than announced. */
  add(title: string, applicability: Fix['applicability'], build: (edits: Edits) => unknown): void {
    const edits = this.context.edits();
    const answered = build(edits);
    const result = edits.result;
    if (result.length > 0)
      this.fixes.push({
        title,
        applicability: answered === 'review' ? answered : applicability,
        edits: result,
      });
  }
}

/** The statement that holds the node: the nearest ancestor that stands in a block. */
export function statementOf(node: Node): Stmt | null {
  let found: Node | null = node;
  while (found !== null && !isStatement(found)) found = found.parent;
  return found as Stmt | null;
}

/** The statements of the block in which the statement stands, itself included. */
export function blockOf(statement: Stmt, file: FileSemantics): readonly Stmt[] {
  return statement.parent === null ? file.placeOf(statement).chunk.body : siblingsOf(statement);
}

/** The same, of a statement that stands in another one. */
export function siblingsOf(statement: Stmt): readonly Stmt[] {
  const { parent } = statement;
  for (const field of ['body', 'orelse', 'finalbody'] as const) {
    const block = (parent as unknown as Record<string, unknown>)[field];
    if (Array.isArray(block) && block.includes(statement)) return block as readonly Stmt[];
  }
  return [statement];
}

/** Takes a statement away with its lines; `pass` stands in for one that was alone in its block. */
export function removeStatement(edits: Edits, statement: Stmt): void {
  const { file } = edits;
  const [start, end] = [file.start(statement), file.end(statement)];
  const lineStop = lineEnd(file.text, end);
  // A comment at its end speaks of it, but it is the reader's.
  if (!edits.standsAlone(statement) || file.text.slice(start, lineStop).includes('#')) {
    edits.abandon();
    return;
  }
  if (statement.parent !== null && blockOf(statement, file).length === 1) {
    edits.replace(statement, 'pass');
    return;
  }
  const base = file.placeOf(statement).start;
  const next = lineStop + /^(?:\r\n|\n|\r)?/.exec(file.text.slice(lineStop))![0].length;
  edits.replaceRange(statement, lineStart(file.text, start) - base, next - base, '');
}

/** Where lines can be added for the end of a block. */
export interface BlockEnd {
  readonly statement: Stmt;
  /** Above the statement, which leaves the block; else below it. */
  readonly before: boolean;
}

/**
 * The end of the block in which a statement stands. Null when the block never ends, or when `name`, which
 * the statement binds, means something else by then.
 */
export function endOfBlock(binder: Stmt, name: Name | null, context: FixContext): BlockEnd | null {
  const last = blockOf(binder, context.file).at(-1)!;
  const bindings = name === null ? [] : (context.scopeAround(name).bindings.get(name.id) ?? []);
  if (bindings.some(({ node }) => binder.end <= node.start && node.end <= last.end)) return null;
  if (last === binder || Flow.of([last])?.fallsThrough) return { statement: last, before: false };
  const leaves = ['Return', 'Raise', 'Break', 'Continue'].includes(last.kind);
  return leaves ? { statement: last, before: true } : null;
}

export function insideGeneratorExpression(node: Node): boolean {
  for (const parent of ancestors(node)) {
    if (parent.kind === 'GeneratorExp') return true;
    if (isStatement(parent)) return false;
  }
  return false;
}

export function isStatement(node: Node): node is Stmt {
  return STATEMENTS.has(node.kind);
}

const STATEMENTS: ReadonlySet<string> = new Set([
  'FunctionDef',
  'AsyncFunctionDef',
  'ClassDef',
  'Return',
  'Delete',
  'Assign',
  'TypeAlias',
  'AugAssign',
  'AnnAssign',
  'For',
  'AsyncFor',
  'While',
  'If',
  'With',
  'AsyncWith',
  'Match',
  'Raise',
  'Try',
  'TryStar',
  'Assert',
  'Import',
  'ImportFrom',
  'Global',
  'Nonlocal',
  'Expr',
  'Pass',
  'Break',
  'Continue',
  'ErrorStmt',
]);
