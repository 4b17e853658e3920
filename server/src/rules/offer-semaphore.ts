/** The repair that makes coroutines take turns: an inner coroutine function that asks a semaphore first. */
import { ancestors, type Node, walk } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { lineStart } from './edits.ts';
import { type FanOut, namesBoundBy } from './fan-out.ts';
import { type Offers, statementOf } from './repairs.ts';

export function offerSemaphore(offers: Offers, { made, called }: FanOut): void {
  const { context } = offers;
  const written = context.text(made);
  const isMap = made.func !== called;
  if (written.includes('\n') || !isMovable(isMap ? called : made)) return;
  offers.add('Limiter leur nombre par un `Semaphore`', 'review', (edits) => {
    const outermost = outermostTurns(made);
    const given = isMap ? [edits.freshName('element', made)] : namesGiven(made, outermost);
    const inner = edits.freshName('avec_limite', made);
    const semaphore = edits.freshName('limite', made);
    const what = isMap ? `${context.text(called)}(${given.join(', ')})` : written;
    const unit = edits.indentUnit;
    insertAbove(edits, outermost, [
      `${semaphore} = ${edits.name('asyncio', 'Semaphore', made)}(10)`,
      '',
      `async def ${inner}(${given.join(', ')}):`,
      `${unit}async with ${semaphore}:`,
      `${unit}${unit}return await ${what}`,
      '',
    ]);
    if (isMap) edits.replace(called, inner);
    else edits.replace(made, `${inner}(${given.join(', ')})`);
  });
}

/** May the call be written in a function within this one, and mean the same? */
function isMovable(call: Node): boolean {
  let isSame = true;
  walk(call, (node) => {
    if (UNMOVABLE.has(node.kind)) isSame = false;
    if (node.kind === 'Name' && node.id === 'super') isSame = false;
  });
  return isSame;
}

const UNMOVABLE: ReadonlySet<string> = new Set([
  'Await',
  'NamedExpr',
  'Lambda',
  'ListComp',
  'SetComp',
  'DictComp',
  'GeneratorExp',
  'Yield',
]);

/** The outermost loop of the function that holds the node, else its statement. */
function outermostTurns(node: Node): Node {
  let found: Node = statementOf(node)!;
  for (const around of ancestors(node)) {
    if (around.kind === 'FunctionDef' || around.kind === 'AsyncFunctionDef') break;
    if (around.kind === 'For' || around.kind === 'While' || around.kind === 'AsyncFor')
      found = around;
  }
  return found;
}

/** The names that the call reads, and that another turn binds anew. */
function namesGiven(made: Node, outermost: Node): string[] {
  const bound = namesBoundBy(outermost);
  const given = new Set<string>();
  walk(made, (node) => {
    if (node.kind === 'Name' && bound.has(node.id)) given.add(node.id);
  });
  return [...given];
}

/** Above the statement and the comments that stand just above it. */
function insertAbove(edits: Edits, statement: Node, lines: readonly string[]): void {
  const { text } = edits.file;
  const start = edits.file.start(statement);
  const indent = text.slice(lineStart(text, start), start);
  if (indent.trim() !== '') {
    edits.abandon();
    return;
  }
  let at = start - indent.length;
  while (at > 0 && text.startsWith(`${indent}#`, lineAbove(text, at))) at = lineAbove(text, at);
  const inserted = lines.map((line) => (line === '' ? '\n' : `${indent}${line}\n`));
  edits.insertAt(at, inserted.join(''));
}

/** Offset of the line above the one that starts there. */
function lineAbove(text: string, start: number): number {
  return lineStart(text, start - (text.startsWith('\r\n', start - 2) ? 2 : 1));
}
