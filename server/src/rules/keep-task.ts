/** The repair that keeps a background task until it ends: in a set, which its own end takes it out of. */
import { type Semantics, splitProjectId } from '../semantics/index.ts';
import type { Expr, FunctionDef, Node, Stmt } from '../syntax/index.ts';
import type { Edits } from './edits.ts';

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
