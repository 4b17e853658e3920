/** Which code catches the cancellation of the task that runs it, and where that may come. */
import { every, Flow, type Semantics } from '../semantics/index.ts';
import {
  type Await,
  type ExceptHandler,
  type Expr,
  type For,
  type FunctionDef,
  type Name,
  type Node,
  type Raise,
  SKIP,
  type Stmt,
  type With,
  walk,
  type Yield,
} from '../syntax/index.ts';
import { isRepeatedBy } from './task-group.ts';
import { isCoroutine, isFuture } from './tasks.ts';
import { isTestCode } from './test-code.ts';

/** `named`: by `CancelledError` alone; `mixed`: with exceptions named beside it; `all`: with every exception. */
export type Caught = 'named' | 'mixed' | 'all';

/** The coroutine function that runs the node, when its cancellation is somebody's business. */
export function cancellableCoroutine(node: Node, context: Semantics): FunctionDef | null {
  const fn = context.functionAround(node);
  if (fn?.kind !== 'AsyncFunctionDef' || context.surroundings(node) !== 'coroutine') return null;
  // Nobody waits for the first one.
  const isMain =
    /^_?(?:async_?|a)?main$/.test(fn.name) ||
    context.runs().some(({ id, isGathered }) => !isGathered && id === context.idOf(fn));
  const isForeign = context.fileImports('trio') && !context.fileImports('asyncio');
  return isMain || isForeign || isTestCode(context) ? null : fn;
}

/** How an `except` of that type, or `suppress()` of it, catches the cancellation; null when it does not. */
export function cancellationCaught(type: Expr | null, context: Semantics): Caught | null {
  if (type === null) return 'all';
  if (type.kind === 'Tuple') {
    const each = type.elts.map((one) => cancellationCaught(one, context));
    // Where the program is asked to end, cancelled or interrupted, somebody knows.
    if (type.elts.some((one) => /KeyboardInterrupt$/.test(context.text(one)))) return null;
    if (each.includes('all')) return 'all';
    if (!each.includes('named')) return null;
    return each.every((one) => one === 'named') ? 'named' : 'mixed';
  }
  const name = context.resolve(type) ?? '';
  if (name === 'asyncio.CancelledError') return 'named';
  // Not what is merely annotated `type[BaseException]`.
  const isWritten = /\bBaseException$/.test(context.text(type));
  return isWritten && /^(?:builtins\.)?BaseException$/.test(name) ? 'all' : null;
}

/** May the clause catch the cancellation? By its name too: other libraries call theirs what they like. */
export function mayCatch({ type }: ExceptHandler, context: Semantics): boolean {
  return (
    cancellationCaught(type, context) !== null ||
    (type !== null && /cancel/i.test(context.text(type)))
  );
}

/** Does the block wait where only the cancellation of its own task can reach it? */
export function isExposed(body: readonly Stmt[], fn: FunctionDef, context: Semantics): boolean {
  const waits = waitsIn(body);
  if (waits.length === 0 || waits.some((wait) => mayBeCancelled(wait, context))) return false;
  let isCanceller = false;
  walk(fn.body, (node) => {
    const name = node.kind === 'Attribute' ? node.attr : node.kind === 'Name' ? node.id : '';
    if (/^(?:uncancel|cancelling|current_task)$/.test(name)) isCanceller = true;
    if (/cancel(?!led)/i.test(name) && node.start < body.at(-1)!.end) isCanceller = true;
  });
  return !isCanceller;
}

/** Where a block waits, inner functions apart. */
export function waitsIn(body: readonly Node[]): readonly (Await | For | With)[] {
  const waits: (Await | For | With)[] = [];
  walk(body, (node) => {
    if (OPENS_SCOPE.has(node.kind)) return SKIP;
    if (node.kind === 'Await' || node.kind === 'AsyncFor' || node.kind === 'AsyncWith')
      waits.push(node as Await | For | With);
    return undefined;
  });
  return waits;
}

const OPENS_SCOPE: ReadonlySet<string> = new Set([
  'FunctionDef',
  'AsyncFunctionDef',
  'Lambda',
  'ClassDef',
]);

/**
 * May what is waited for be cancelled itself, which raises `CancelledError` as well: a task, or a server that
 * is closed?
 */
function mayBeCancelled(wait: Await | For | With, context: Semantics): boolean {
  const awaited =
    wait.kind === 'Await' ? wait.value : wait.kind === 'AsyncFor' ? (wait as For).iter : null;
  if (awaited === null) return false;
  if (awaited.kind !== 'Call') return wait.kind === 'Await';
  const { func, args } = awaited;
  const name = lastName(func);
  if (name === 'serve_forever' || /cancel/i.test(name)) return true;
  if (GATHERING.has(name))
    return args.some((arg) => arg.kind !== 'Call' || !isCoroutine(arg, context));
  return name !== 'run_in_executor' && every(context.kindOf(awaited), (k) => isFuture(k, context));
}

const GATHERING: ReadonlySet<string> = new Set(['gather', 'wait_for', 'shield', 'as_completed']);

/** How the body of an `except` may be left. */
export interface HandlerExits {
  /** Not by an exception: by its end, `return`, `break`, `continue`. */
  readonly normal: boolean;
  readonly fallsThrough: boolean;
  readonly jumps: readonly Stmt[];
  /** Does it depend on something whether it is left so, or there? */
  readonly asks: boolean;
  readonly raises: readonly Raise[];
  /** Where it hands a value over before it is left. */
  readonly yields: readonly Yield[];
}

/** Undefined when the nesting is absurd. */
export function exitsOf(handler: ExceptHandler): HandlerExits | undefined {
  const flow = Flow.of(handler.body);
  if (flow === undefined) return undefined;
  const jumps: Stmt[] = [];
  const raises: Raise[] = [];
  const yields: Yield[] = [];
  walk(handler.body, (node) => {
    if (OPENS_SCOPE.has(node.kind)) return SKIP;
    const isJump = node.kind === 'Break' || node.kind === 'Continue';
    const leaves = node.kind === 'Return' || (isJump && !isLoopWithin(node, handler));
    if (leaves && flow.isReachable(node)) jumps.push(node);
    if (node.kind === 'Raise' && flow.isReachable(node)) raises.push(node);
    if (node.kind === 'Yield') yields.push(node);
    return undefined;
  });
  const { fallsThrough } = flow;
  return {
    normal: fallsThrough || jumps.length > 0,
    fallsThrough,
    jumps,
    asks: [...jumps, ...raises].some((way) => way.parent !== handler),
    raises,
    yields,
  };
}

function isLoopWithin(node: Node, handler: ExceptHandler): boolean {
  for (let child = node; child.parent !== handler; child = child.parent!)
    if (isRepeatedBy(child.parent!, child)) return true;
  return false;
}

/** Does the statement let the exception that the clause caught go on, or raise a cancellation anew? */
export function reraises({ exc }: Raise, handler: ExceptHandler, context: Semantics): boolean {
  if (exc === null || isCaught(exc, handler)) return true;
  const raised = exc.kind === 'Call' ? exc.func : exc;
  if (raised.kind === 'Attribute' && isCaught(raised.value, handler)) return true;
  return /^(?:asyncio\.CancelledError|(?:builtins\.)?(?:SystemExit|KeyboardInterrupt|GeneratorExit))$/.test(
    context.resolve(raised) ?? '',
  );
}

/** The uses of the exception that the clause caught. */
function usesOfCaught(handler: ExceptHandler): readonly Name[] {
  const uses: Name[] = [];
  walk(handler.body, (node) => {
    if (isCaught(node, handler)) uses.push(node as Name);
  });
  return uses;
}

function isCaught(node: Node, { name }: ExceptHandler): boolean {
  return node.kind === 'Name' && node.id === name;
}

/** Is what the clause caught kept, or given to somebody: a future, a list, a flag that is raised on later? */
export function isHandedOn(handler: ExceptHandler, fn: FunctionDef, context: Semantics): boolean {
  const isGiven = usesOfCaught(handler).some(({ parent, ...use }) => {
    // `raise Autre(erreur)`
    if (parent?.parent?.kind === 'Raise') return false;
    if (parent?.kind === 'Call')
      return use.start > parent.func.end && !TELLING.test(lastName(parent.func));
    return parent?.kind === 'Assign' || parent?.kind === 'Return' || parent?.kind === 'Tuple';
  });
  let ends = isGiven;
  let isNoted = false;
  walk(handler.body, (node) => {
    if (node.kind === 'Assign' || node.kind === 'AugAssign') isNoted = true;
    if (node.kind === 'Call' && ENDING.test(lastName(node.func))) ends = true;
    // What was cancelled there raises the same here.
    if (node.kind === 'Await' && mayBeCancelled(node, context)) ends = true;
  });
  if (isNoted)
    walk(fn.body, (node) => {
      if (node.kind === 'Raise' && node.start >= handler.end) ends = true;
    });
  return ends;
}

/** The calls that only tell of an exception. */
export const TELLING =
  /^(?:print|str|repr|type|isinstance|format|log|debug|info|warn|warning|error|exception|critical|trace|success|echo|print_exception|format_exception|format_exc)$/;

/** The calls after which nothing follows, and that which asks for what is handled. */
const ENDING = /^(?:_?exit|quit|abort|exc_info|stop)$/;

export function lastName(func: Expr): string {
  return func.kind === 'Attribute' ? func.attr : func.kind === 'Name' ? func.id : '';
}
