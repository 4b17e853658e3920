/** Repairs that see tasks to their end: awaited, reported when they fail, or started in a group. */
import { atLeast, type Semantics } from '../semantics/index.ts';
import {
  type Attribute,
  type Call,
  type Name,
  type Node,
  SKIP,
  type Stmt,
  walk,
} from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { blockOf, endOfBlock, type Offers } from './repairs.ts';
import { isRepeatedBy } from './task-group.ts';
import { startedBy } from './tasks.ts';

/** Tasks that a name holds. */
export interface HeldTasks {
  readonly name: Name | Attribute;
  /** The statement that binds the name. */
  readonly binder: Stmt;
  /** The calls that start the tasks; several when the name is that of a collection. */
  readonly calls: readonly Call[];
  /** How to write all the tasks of a collection; null when the name is that of the task. */
  readonly all: string | null;
}

/** Offers to await what a local variable holds where its block ends. */
export function offerToWait(offers: Offers, { name, binder, calls, all }: HeldTasks): void {
  const { context } = offers;
  if (name.kind !== 'Name') return;
  const foreign = calls.some((call) => isForeign(call, context));
  const end = endOfBlock(binder, all === null ? name : null, context);
  if (end === null || (foreign && all !== null)) return;
  const written = context.text(name);
  offers.add(`Attendre \`${written}\` à la fin du bloc`, 'review', (edits) => {
    const helper = all !== null ? 'gather' : foreign ? 'wrap_future' : null;
    const waited =
      helper === null
        ? written
        : `${edits.name('asyncio', helper, binder)}(${all === null ? written : `*${all}`})`;
    if (end.before) edits.insertLinesBefore(end.statement, [`await ${waited}`]);
    else edits.insertLinesAfter(end.statement, [`await ${waited}`]);
  });
}

/** Offers to log what the tasks may raise, from a callback added where they are bound. */
export function offerToReport(offers: Offers, { name, binder, all }: HeldTasks): void {
  offers.add('Journaliser son exception dans une fonction de rappel', 'review', (edits) => {
    const report = failureReporter(edits, binder);
    const task = all === null ? offers.context.text(name) : edits.freshName('tache', binder);
    const added = `${task}.add_done_callback(${report})`;
    const lines = all === null ? [added] : [`for ${task} in ${all}:`, edits.indentUnit + added];
    edits.insertLinesAfter(binder, lines);
  });
}

/** Offers to start the tasks in a `TaskGroup` opened around the statement and what follows it in its block. */
export function offerTaskGroup(offers: Offers, from: Stmt, starts: readonly Call[]): void {
  const { context } = offers;
  if (!atLeast(context.target, [3, 11]) || starts.some((call) => isForeign(call, context))) return;
  offers.add('Ouvrir un `asyncio.TaskGroup` autour de la suite', 'review', (edits) => {
    const group = openTaskGroup(edits, from);
    for (const call of starts) {
      const isMethod = startedBy(call, context)!.name.endsWith('create_task');
      if (isMethod) edits.replace(call.func, `${group}.create_task`);
      else edits.reduce(call, call.args[0]!, `${group}.create_task(`, ')');
    }
  });
}

/** Returns the group's name. Abandoned when control may leave the block from there. */
function openTaskGroup(edits: Edits, from: Stmt): string {
  const block = blockOf(from, edits.file);
  const rest = block.slice(block.indexOf(from));
  if (rest.some(leaves)) edits.abandon();
  const group = edits.freshName('groupe', from);
  edits.wrap(`async with ${edits.name('asyncio', 'TaskGroup', from)}() as ${group}:`, rest);
  return group;
}

/** `return`, or a `break`/`continue` of a loop outside, or a `yield`. */
function leaves(statement: Stmt): boolean {
  let found = false;
  const inLoop = (node: Node) => {
    for (let child = node; child !== statement; child = child.parent!)
      if (isRepeatedBy(child.parent!, child)) return true;
    return false;
  };
  walk([statement], (node) => {
    if (node.kind === 'FunctionDef' || node.kind === 'AsyncFunctionDef' || node.kind === 'Lambda')
      return SKIP;
    if (node.kind === 'Return' || node.kind === 'Yield') found = true;
    if ((node.kind === 'Break' || node.kind === 'Continue') && !inLoop(node)) found = true;
    return undefined;
  });
  return found;
}

/** The module's function that logs the exception of a task, written there if need be. */
function failureReporter(edits: Edits, at: Stmt): string {
  for (const [name, bindings] of edits.file.table.bindings)
    if (/^signaler_echec(_\d+)?$/.test(name) && !edits.isShadowed(name, at))
      if (bindings.every(({ item }) => item.origin.how === 'function')) return name;
  const getLogger = edits.name('logging', 'getLogger', at);
  const name = edits.freshName('signaler_echec');
  const unit = edits.indentUnit;
  edits.insertModuleLines([
    `def ${name}(tache):`,
    `${unit}if not tache.cancelled() and tache.exception() is not None:`,
    `${unit}${unit}${getLogger}(__name__).error("Échec de %r", tache, exc_info=tache.exception())`,
  ]);
  return name;
}

/** What another thread's loop runs is no awaitable. */
function isForeign(call: Call, context: Semantics): boolean {
  return startedBy(call, context)?.name === 'asyncio.run_coroutine_threadsafe';
}
