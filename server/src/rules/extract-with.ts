/** The repair that has another thread run a whole `with` block. */

import type { Semantics } from '../semantics/index.ts';
import {
  type Assign,
  ancestors,
  type Node,
  type Stmt,
  type With,
  type WithItem,
  walk,
} from '../syntax/index.ts';
import type { Offers } from './repairs.ts';

/** Offers to put the `with` that holds the item into a function, given to `asyncio.to_thread`. */
export function offerExtraction(offers: Offers, { parent }: WithItem): void {
  const { context } = offers;
  if (parent?.kind !== 'With' || context.surroundings(parent) !== 'coroutine') return;
  const result = resultOf(parent, context);
  if (result === undefined) return;
  offers.add('Déplacer le bloc dans une fonction exécutée dans un fil', 'review', (edits) => {
    const thread = edits.name('asyncio', 'to_thread', parent);
    const name = edits.freshName(writes(parent, context) ? 'ecrire' : 'lire', parent);
    edits.wrap(`def ${name}():`, [parent]);
    const call = `await ${thread}(${name})`;
    switch (result?.kind) {
      case 'Return':
        edits.insertLinesAfter(parent, [`return ${call}`]);
        break;
      case 'Assign':
        edits.replaceRange(result, result.start, result.value.start, 'return ');
        edits.insertLinesAfter(parent, [`${context.text(result.targets[0]!)} = ${call}`]);
        break;
      default:
        edits.insertLinesAfter(parent, [call]);
    }
  });
}

/**
 * The last statement of the block, when it is what the block is for: a `return`, or the binding of a variable used
 * elsewhere. Null when nothing of the block is used elsewhere; undefined when it cannot be a function of its own.
 */
function resultOf(block: With, context: Semantics): Stmt | null | undefined {
  const last = block.body.at(-1)!;
  if (!mayStandApart(block, last) || /\b(?:super|locals|exec|eval)\(/.test(context.text(block)))
    return undefined;
  const scope = context.scopeAround(block);
  const isInside = ({ start, end }: Node) => block.start <= start && end <= block.end;
  const outgoing: string[] = [];
  for (const [name, bindings] of scope.bindings) {
    const inside = bindings.filter(({ node }) => isInside(node));
    if (inside.length === 0) continue;
    const isShared =
      inside.length < bindings.length ||
      scope.globals.has(name) ||
      scope.nonlocals.has(name) ||
      context.reads(name, scope).some((read) => !isInside(read));
    if (!isShared) continue;
    if (inside.length > 1) return undefined;
    outgoing.push(name);
  }
  if (last.kind === 'Return') return outgoing.length === 0 ? last : undefined;
  if (outgoing.length === 0) return null;
  return outgoing.length === 1 && isBindingOf(last, outgoing[0]!) ? last : undefined;
}

function isBindingOf(statement: Stmt, name: string): statement is Assign {
  const target = statement.kind === 'Assign' ? statement.targets[0] : undefined;
  return (
    statement.kind === 'Assign' &&
    statement.targets.length === 1 &&
    target?.kind === 'Name' &&
    target.id === name
  );
}

/** Does nothing in the block suspend the coroutine, or leave the block for elsewhere? */
function mayStandApart(block: With, last: Stmt): boolean {
  let may = true;
  walk([block], (node) => {
    if (SUSPENDING.has(node.kind) || (node.kind === 'comprehension' && node.is_async)) may = false;
    if (node.kind === 'Return' && node !== last) may = false;
    if (node.kind === 'Break' || node.kind === 'Continue') may &&= isInLoop(node, block);
  });
  return may;
}

const SUSPENDING: ReadonlySet<string> = new Set([
  'Await',
  'AsyncFor',
  'AsyncWith',
  'Yield',
  'YieldFrom',
]);

function isInLoop(node: Node, block: With): boolean {
  for (const parent of ancestors(node)) {
    if (parent === block) return false;
    if (parent.kind === 'For' || parent.kind === 'While') return true;
  }
  return false;
}

/** `open(path, 'w')`. */
function writes({ items }: With, context: Semantics): boolean {
  return items.some(({ context_expr: e }) => {
    if (e.kind !== 'Call') return false;
    const mode = e.args[1] ?? e.keywords.find(({ arg }) => arg === 'mode')?.value;
    return mode !== undefined && /^['"][^'"]*[wax+]/.test(context.text(mode));
  });
}
