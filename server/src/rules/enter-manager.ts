/** Repairs that hand a value to `async with`, so that it is closed whatever happens. */
import { atLeast } from '../semantics/index.ts';
import { type Assign, ancestors, type Expr, type Name, type Stmt } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { blockOf } from './repairs.ts';

/**
 * Puts `async with manager as name:` around the statement, where the name, fresh and close to `base`, stands
 * for the expression.
 */
export function enterAround(
  edits: Edits,
  statement: Stmt,
  expr: Expr,
  manager: string,
  base: string,
): void {
  const name = edits.freshName(base, statement);
  edits.wrap(`async with ${manager} as ${name}:`, [statement]);
  edits.replace(expr, name);
}

/**
 * `name = …` → `async with manager as name:`, with what follows in the block. Abandoned when nothing does,
 * or when the name is used beyond.
 */
export function enterFromBinding(edits: Edits, statement: Assign, manager: string): void {
  const target = statement.targets[0] as Name;
  const semantics = edits.file.at(statement);
  const block = blockOf(statement, edits.file);
  const after = block.slice(block.indexOf(statement) + 1);
  const { end } = block.at(-1)!;
  const uses = semantics.reads(target.id, semantics.scopeAround(target));
  const isClosable = after.length > 0 && edits.standsAlone(statement);
  if (!isClosable || uses.some((use) => use.start > end)) {
    edits.abandon();
    return;
  }
  edits.replace(statement, `async with ${manager} as ${target.id}:`);
  edits.indentBelow(edits.file.end(statement), after);
}

/** Does the statement evaluate the expression just once, to its end: not as an operand, nor in a comprehension? */
export function isAwaitedOnce(expr: Expr, statement: Stmt): boolean {
  let isAwaited = false;
  for (const parent of ancestors(expr)) {
    if (parent === statement) break;
    if (!ONCE.has(parent.kind)) return false;
    if (parent.kind === 'Await') isAwaited = true;
  }
  return isAwaited && SIMPLE.has(statement.kind);
}

const ONCE: ReadonlySet<string> = new Set([
  'Await',
  'Call',
  'keyword',
  'Attribute',
  'Subscript',
  'Tuple',
  'List',
  'BinOp',
  'JoinedStr',
  'FormattedValue',
]);

const SIMPLE: ReadonlySet<string> = new Set(['Assign', 'AnnAssign', 'AugAssign', 'Expr', 'Return']);

/** `contextlib.aclosing`, or before Python 3.10 the same written out in the module. */
export function aclosingName(edits: Edits, at: Stmt): string | undefined {
  const { target } = edits.file.at(at);
  if (atLeast(target, [3, 10])) return edits.name('contextlib', 'aclosing', at);
  for (const [name, bindings] of edits.file.table.bindings)
    if (
      /^aclosing(_\d+)?$/.test(name) &&
      bindings.every(({ item }) => item.origin.how === 'function')
    )
      return name;
  const manager = edits.name('contextlib', 'asynccontextmanager', at);
  const name = edits.freshName('aclosing');
  const unit = edits.indentUnit;
  edits.insertModuleLines([
    `@${manager}`,
    `async def ${name}(generateur):`,
    `${unit}try:`,
    `${unit}${unit}yield generateur`,
    `${unit}finally:`,
    `${unit}${unit}await generateur.aclose()`,
  ]);
  return name;
}
