/** Repairs of tasks: kept until they end, reported when they fail, or started in a group that waits for them. */
import { atLeast, type Semantics, splitProjectId } from '../semantics/index.ts';
import {
  ancestors,
  type Call,
  type Expr,
  type FunctionDef,
  type Node,
  SKIP,
  type Stmt,
  walk,
} from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { blockOf, type Offers } from './repairs.ts';
import { startedBy } from './tasks.ts';

/** A node (a statement, or its whole expression) becomes a task kept in a set until it ends. */
export function keepTask(edits: Edits, statement: Stmt, replaced: Node, task: string): void {
  const name = edits.freshName('tache', statement);
  edits.replace(replaced, `${name} = ${task}`);
  edits.insertLinesAfter(statement, keepingLines(edits, statement, name));
}

/** The lines that keep the task of that name. */
export function keepingLines(edits: Edits, at: Node, name: string): string[] {
  const set = keeperFor(edits, at);
  return [`${set}.add(${name})`, `${name}.add_done_callback(${set}.discard)`];
}

/** Offers to start the tasks in a `TaskGroup` opened around the statement and what follows it in its block. */
export function offerTaskGroup(offers: Offers, from: Stmt, starts: readonly Call[]): void {
  const { context } = offers;
  if (!atLeast(context.target, [3, 11])) return;
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

/** The module's function that logs the exception of a task, written there if need be. */
export function failureReporter(edits: Edits, at: Stmt): string {
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

/**
 * How to write the set in which background tasks of this place are kept: the instance's or the module's own
 * when it has one, else a new one at module level.
 */
function keeperFor(edits: Edits, at: Node): string {
  const { file } = edits;
  const semantics = file.at(at);
  const self = selfAround(at, semantics);
  const cls = self === undefined ? undefined : semantics.classAround(at);
  const record =
    cls === undefined ? undefined : file.table.classes.get(splitProjectId(cls).qualname);
  for (const [attr, attributes] of record?.attributes ?? [])
    if (TASK_SET.test(attr) && attributes.every(({ item }) => isEmptySet(item.origin)))
      return `${self}.${attr}`;
  for (const [name, bindings] of file.table.bindings)
    if (TASK_SET.test(name) && bindings.every(({ item }) => isEmptySet(item.origin)))
      if (!edits.isShadowed(name, at)) return name;
  const name = edits.freshName('taches_de_fond');
  edits.insertModuleLines([`${name} = set()`]);
  return name;
}

/** What the method in which the node runs calls its instance; inner functions have none. */
function selfAround(at: Node, semantics: Semantics): string | undefined {
  let scope = semantics.scopeAround(at);
  while (scope.kind === 'comprehension' && scope.parent !== null) scope = scope.parent;
  if (scope.kind !== 'function' || scope.parent?.kind !== 'class') return undefined;
  const { args, decorator_list } = scope.node as FunctionDef;
  return decorator_list.length > 0 ? undefined : (args.posonlyargs[0] ?? args.args[0])?.arg;
}

/** A set of that name holds tasks, not their names or numbers. */
const TASK_SET = /(?:^|_)(?:t[aâ]ches|tasks)(?:_de_fond|_en_cours)?(?:_\d+)?$/i;

function isEmptySet(origin: { readonly how: string; readonly value?: Expr | null }): boolean {
  const { value } = origin;
  return (
    (origin.how === 'assign' || origin.how === 'annotated') &&
    value?.kind === 'Call' &&
    value.func.kind === 'Name' &&
    value.func.id === 'set' &&
    value.args.length === 0
  );
}

/** `return`, or a `break`/`continue` of a loop outside, or a `yield`. */
function leaves(statement: Stmt): boolean {
  let found = false;
  const inLoop = (node: Node) => {
    for (const parent of ancestors(node)) {
      if (parent.kind === 'For' || parent.kind === 'AsyncFor' || parent.kind === 'While')
        return true;
      if (parent === statement) return false;
    }
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
