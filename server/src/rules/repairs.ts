/** Repairs that several rules share, each written into an `Edits`. */
import {
  bodyFacts,
  type FileSemantics,
  isProjectId,
  type Kind,
  membersOf,
  type Semantics,
  scopesOf,
  shortName,
  splitProjectId,
} from '../semantics/index.ts';
import {
  type Attribute,
  ancestors,
  type Call,
  type Expr,
  type FunctionDef,
  type Name,
  type Node,
  SKIP,
  type Stmt,
  walk,
} from '../syntax/index.ts';
import type { Edits } from './edits.ts';
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
  const { parent } = statement;
  if (parent === null) return file.placeOf(statement).chunk.body;
  for (const field of ['body', 'orelse', 'finalbody'] as const) {
    const block = (parent as unknown as Record<string, unknown>)[field];
    if (Array.isArray(block) && block.includes(statement)) return block as readonly Stmt[];
  }
  return [statement];
}

/**
 * Makes the function `async` and mends all that calls it in the file: `await` in coroutines,
 * `asyncio.run` at module level, and the same again for the sync functions on the way.
 * `review` when some call of it may have been missed; null (and the edits are abandoned) when a use of one
 * of the functions is not a plain call.
 */
export function makeAsync(edits: Edits, first: FunctionDef): Fix['applicability'] | null {
  const done = tryMakeAsync(edits, first);
  if (done === null) edits.abandon();
  return done;
}

function tryMakeAsync(edits: Edits, first: FunctionDef): Fix['applicability'] | null {
  const { file } = edits;
  const pending = [first];
  const done = new Set<FunctionDef>();
  let applicability: Fix['applicability'] = 'safe';
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (done.has(node)) continue;
    done.add(node);
    if (!canBecomeAsync(node, file)) return null;
    edits.insertBefore(node, 'async ');
    const { uses, unclear } = usesOf(node, file);
    if (unclear || isForeseenByBase(node, file)) applicability = 'review';
    for (const use of uses) {
      const call = use.parent;
      if (call?.kind !== 'Call' || call.func !== use) return null;
      const caller = awaitCall(edits, call);
      if (caller === false) return null;
      if (caller !== true) pending.push(caller);
    }
  }
  return applicability;
}

/** How a task is kept: the names to write around `task = …`. */
export interface Keeper {
  /** Expression of the set: `taches_de_fond`, `self._taches`. */
  readonly set: string;
}

/**
 * The set in which background tasks of this place are kept: the instance's or the module's own when it
 * has one, else a new one at module level.
 */
export function keeperFor(edits: Edits, at: Node): Keeper {
  const { file } = edits;
  const semantics = file.at(at);
  const self = selfAround(at, semantics);
  const cls = self === undefined ? undefined : semantics.classAround(at);
  const record =
    cls === undefined ? undefined : file.table.classes.get(splitProjectId(cls).qualname);
  for (const [attr, attributes] of record?.attributes ?? [])
    if (TASK_SET.test(attr) && attributes.every(({ item }) => isEmptySet(item.origin)))
      return { set: `${self}.${attr}` };
  for (const [name, bindings] of file.table.bindings)
    if (TASK_SET.test(name) && bindings.every(({ item }) => isEmptySet(item.origin)))
      if (!edits.isShadowed(name, at)) return { set: name };
  const name = edits.freshName('taches_de_fond');
  edits.insertModuleLines([`${name} = set()`]);
  return { set: name };
}

/** What the method in which the node runs calls its instance; inner functions have none. */
function selfAround(at: Node, semantics: Semantics): string | undefined {
  let scope = semantics.scopeAround(at);
  while (scope.kind === 'comprehension' && scope.parent !== null) scope = scope.parent;
  if (scope.kind !== 'function' || scope.parent?.kind !== 'class') return undefined;
  const { args, decorator_list } = scope.node as FunctionDef;
  return decorator_list.length > 0 ? undefined : (args.posonlyargs[0] ?? args.args[0])?.arg;
}

/** A node (a statement, or its whole expression) becomes a task kept in a set until it ends. */
export function keepTask(edits: Edits, statement: Stmt, replaced: Node, task: string): void {
  const name = edits.freshName('tache', statement);
  edits.replace(replaced, `${name} = ${task}`);
  edits.insertLinesAfter(statement, keepingLines(edits, statement, name));
}

/** The lines that keep the task of that name. */
export function keepingLines(edits: Edits, at: Node, name: string): string[] {
  const { set } = keeperFor(edits, at);
  return [`${set}.add(${name})`, `${name}.add_done_callback(${set}.discard)`];
}

/**
 * Puts the statement and what follows it in its block under `async with asyncio.TaskGroup() as …`;
 * returns the group's name, null when control may leave the block from there.
 */
export function openTaskGroup(edits: Edits, statement: Stmt): string | null {
  const block = blockOf(statement, edits.file);
  const rest = block.slice(block.indexOf(statement));
  if (rest.some((s) => leaves(s))) return null;
  const group = edits.freshName('groupe', statement);
  const taskGroup = edits.name('asyncio', 'TaskGroup', statement);
  if (taskGroup === undefined) return null;
  edits.wrap(`async with ${taskGroup}() as ${group}:`, rest);
  return group;
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

/** Do others call the method as a base class, or whoever made it, foresees? */
function isForeseenByBase(node: FunctionDef, file: FileSemantics): boolean {
  const home = file.at(node);
  const cls = home.functionAround(node) === null ? home.classAround(node) : undefined;
  if (cls === undefined) return false;
  const { mro, complete } = file.facts.classFacts(cls);
  const foresees = (base: string) =>
    !isProjectId(base) || file.facts.ownMember(base, node.name) !== undefined;
  return !complete || mro.slice(1).some(foresees);
}

function canBecomeAsync(node: FunctionDef, file: FileSemantics): boolean {
  if (node.kind !== 'FunctionDef' || /^__\w+__$/.test(node.name)) return false;
  if (bodyFacts(node).yields.length > 0) return false;
  const semantics = file.at(node);
  // Whatever else decorates the function may call it in its own way.
  return node.decorator_list.every((decorator) =>
    HARMLESS.has(semantics.resolve(decorator.kind === 'Call' ? decorator.func : decorator) ?? ''),
  );
}

const HARMLESS = new Set([
  'staticmethod',
  'classmethod',
  'functools.wraps',
  'typing.override',
  'typing.final',
]);

/** Mends a call of what has become a coroutine: true when done, the sync function that must follow, or false. */
function awaitCall(edits: Edits, call: Call): FunctionDef | boolean {
  const semantics = edits.file.at(call);
  if (isAwaited(call, semantics)) return true;
  switch (semantics.surroundings(call)) {
    case 'coroutine':
    case 'notebook':
      if (insideGeneratorExpression(call)) return false;
      edits.awaitExpr(call);
      return true;
    case 'module': {
      const run = edits.name('asyncio', 'run', call);
      if (run === undefined) return false;
      edits.insertBefore(call, `${run}(`);
      edits.insertAfter(call, ')');
      return true;
    }
    case 'function': {
      if (insideGeneratorExpression(call)) return false;
      edits.awaitExpr(call);
      return semantics.functionAround(call) as FunctionDef;
    }
    default:
      return false;
  }
}

/** Is what the call gives already awaited, or handed to what awaits it? */
function isAwaited(call: Call, semantics: Semantics): boolean {
  const { parent } = call;
  if (parent?.kind === 'Await') return true;
  if (parent?.kind !== 'Call' || !parent.args.includes(call)) return false;
  return TAKES_COROUTINE.test(semantics.callee(parent) ?? '');
}

const TAKES_COROUTINE =
  /^asyncio\.(?:\w+\.)?(?:run|run_until_complete|create_task|ensure_future|gather|shield|wait_for|run_coroutine_threadsafe)$/;

export function insideGeneratorExpression(node: Node): boolean {
  for (const parent of ancestors(node)) {
    if (parent.kind === 'GeneratorExp') return true;
    if (isStatement(parent)) return false;
  }
  return false;
}

/**
 * All the expressions of the file that denote the function; unclear when some attribute of its name has an
 * unknown receiver, so that a use may be missing.
 */
function usesOf(
  node: FunctionDef,
  file: FileSemantics,
): { readonly uses: readonly (Name | Attribute)[]; readonly unclear: boolean } {
  const home = file.at(node);
  const id = home.idOf(node);
  const isMethod = home.classAround(node) !== undefined && home.functionAround(node) === null;
  const uses: (Name | Attribute)[] = [];
  let unclear = false;
  for (const { chunk } of file.table.source.chunks) {
    const semantics = file.of(chunk);
    const { nameReads, attributeReads } = scopesOf(chunk);
    if (!isMethod) {
      for (const read of nameReads.get(node.name) ?? [])
        if (mayBe(semantics.kindOf(read), id)) uses.push(read);
    }
    if (!attributeReads.has(node.name)) continue;
    walk(chunk.body, (n) => {
      if (n.kind !== 'Attribute' || n.attr !== node.name) return;
      const kind = semantics.kindOf(n);
      if (mayBe(kind, id)) uses.push(n);
      else if (isMethod && kind.k === 'unknown') unclear = true;
    });
  }
  return { uses, unclear };
}

function mayBe(kind: Kind, id: string | undefined): boolean {
  return membersOf(kind).some((member) => member.k === 'function' && member.fn === id);
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

/** « `envoyer()` »: how a message names a call, by what the reader wrote when that is short. */
export function callName(call: Call, semantics: Semantics): string {
  const written = semantics.text(call.func);
  if (/^[\p{L}\p{N}_.]{1,40}$/u.test(written)) return `${written}()`;
  if (call.func.kind === 'Attribute') return `${call.func.attr}()`;
  const kind = semantics.kindOf(call.func);
  return kind.k === 'function' ? `${shortName(kind.fn)}()` : '…()';
}
