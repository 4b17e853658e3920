/** Asynchronous generators: what they hold while suspended, and what advances them. */
import {
  ancestors,
  type Call,
  type Expr,
  type For,
  type FunctionDef,
  type ListComp,
  type Name,
  type Node,
  SKIP,
  type Stmt,
  type WithItem,
  walk,
} from '../syntax/index.ts';
import { type BodyFacts, bodyFacts } from './bodies.ts';
import type { Semantics } from './index.ts';
import { every, isProjectId, type Kind, membersOf } from './kinds.ts';
import { type EarlyExit, earlyExit, isRepeated } from './loops.ts';

export function isAsyncGenerator(kind: Kind): boolean {
  return every(kind, (member) => member.k === 'asyncGenerator');
}

/** Is the generator that the expression makes asynchronous: does it wait for something, itself or by a comprehension in it? */
export function isAsyncExpression({ elt, generators }: ListComp): boolean {
  // The first iterable is computed at once, by the code around.
  const pending: Node[] = [elt, ...generators[0]!.ifs, ...generators.slice(1)];
  let isAsync = generators.some(({ is_async }) => is_async);
  for (let part = pending.pop(); part !== undefined; part = pending.pop())
    walk([part], (node) => {
      if (node.kind === 'Await' || (node.kind === 'comprehension' && node.is_async)) isAsync = true;
      if (node.kind === 'GeneratorExp') pending.push(node.generators[0]!.iter);
      return node.kind === 'GeneratorExp' || node.kind === 'Lambda' ? SKIP : undefined;
    });
  return isAsync;
}

/** Does a generator hold something to release where it yields? */
export type Cleanup = 'yes' | 'no' | 'unknown';

/** `yes` when one of the possible generators does, `no` when all are known not to. */
export function cleanupOf(kind: Kind, semantics: Semantics): Cleanup {
  const answers = membersOf(kind).map((member): Cleanup => {
    if (member.k !== 'asyncGenerator' || member.fn === null || !isProjectId(member.fn))
      return 'unknown';
    const holds = (fn: FunctionDef, inside: Semantics) => yieldsUnderCleanup(fn, inside).length > 0;
    return semantics.summary(member.fn, 'yields under cleanup', holds) ? 'yes' : 'no';
  });
  if (answers.includes('yes')) return 'yes';
  return answers.every((answer) => answer === 'no') ? 'no' : 'unknown';
}

/** The function's yields that stand in a `with` that closes something, or that a `finally` follows. */
export function yieldsUnderCleanup(fn: FunctionDef, semantics: Semantics): BodyFacts['yields'] {
  return bodyFacts(fn).yields.filter((node) => {
    let child: Node = node;
    for (const parent of ancestors(node)) {
      if (parent === fn) return false;
      if (parent.kind === 'With' || parent.kind === 'AsyncWith') {
        if (parent.items.some((item) => closesSomething(item, semantics))) return true;
      }
      const isTry = parent.kind === 'Try' || parent.kind === 'TryStar';
      if (isTry && parent.finalbody.length > 0 && !parent.finalbody.includes(child as Stmt))
        return true;
      child = parent;
    }
    return false;
  });
}

/**
 * How a loop over an asynchronous generator may leave it suspended. An exception of something awaited matters
 * only where there is something to release.
 */
export function leftSuspendedBy(loop: For, semantics: Semantics): EarlyExit | null {
  const exit = earlyExit(loop);
  const matters =
    exit !== 'exception' || cleanupOf(semantics.kindOf(loop.iter), semantics) === 'yes';
  return matters ? exit : null;
}

function closesSomething({ context_expr: manager }: WithItem, semantics: Semantics): boolean {
  const callee = manager.kind === 'Call' ? semantics.callee(manager) : undefined;
  return callee !== 'contextlib.suppress' && callee !== 'contextlib.nullcontext';
}

/**
 * The asynchronous generator that yields at the node. Null when something, known or not, makes something else
 * of it: a manager, a fixture; or when that is what it looks like, as for a framework that is given the function.
 */
export function generatorAround(node: Node, semantics: Semantics): FunctionDef | null {
  const fn = semantics.functionAround(node);
  if (fn?.kind !== 'AsyncFunctionDef' || givesOneThing(fn)) return null;
  const isPlain = fn.decorator_list.every((d) => PLAIN.has(semantics.resolve(d) ?? ''));
  return isPlain ? fn : null;
}

const PLAIN: ReadonlySet<string> = new Set([
  'staticmethod',
  'classmethod',
  'typing.override',
  'typing.final',
]);

/** Nothing but `yield session`, once: what was opened is handed over, then closed. */
function givesOneThing(fn: FunctionDef): boolean {
  const { yields } = bodyFacts(fn);
  const [only] = yields;
  const { value = null } = only ?? {};
  return yields.length === 1 && value !== null && value.kind !== 'Constant' && !isRepeated(only!);
}

/** May a generator be waiting for something between two of its yields? Not when it is known never to. */
export function waits(kind: Kind, semantics: Semantics): boolean {
  return membersOf(kind).some(
    (member) =>
      member.k !== 'asyncGenerator' ||
      member.fn === null ||
      !isProjectId(member.fn) ||
      semantics.summary(member.fn, 'waits', holdsWait),
  );
}

/** Is there anything in the function that it waits for? */
export function holdsWait(fn: FunctionDef): boolean {
  let found = false;
  walk(fn.body, (node) => {
    if (/^(?:Await|AsyncFor|AsyncWith)$/.test(node.kind)) found = true;
    if (node.kind === 'comprehension' && node.is_async) found = true;
  });
  return found;
}

/** The generator that a call advances by one step: `g` of `anext(g)`, `g.__anext__()`, `g.asend(x)`. */
export function steppedBy(call: Call, semantics: Semantics): Expr | null {
  const { func, args } = call;
  if (func.kind === 'Attribute')
    return func.attr === '__anext__' || func.attr === 'asend' ? func.value : null;
  const isNext = func.kind === 'Name' && func.id === 'anext' && semantics.callee(call) === 'anext';
  return isNext ? (args[0] ?? null) : null;
}

/**
 * Does the function of the project that a call calls advance the generator that it is given as this argument?
 * `guarded` when it only does so under an `async with`, as of a lock.
 */
export function advanceOf(
  call: Call,
  argument: Expr,
  semantics: Semantics,
): 'free' | 'guarded' | null {
  const callee = semantics.kindOf(call.func);
  if (callee.k !== 'function' || !isProjectId(callee.fn)) return null;
  const place = call.args.indexOf(argument) + (callee.self === null ? 0 : 1);
  const keyword = call.keywords.find(({ value }) => value === argument)?.arg;
  const asked = (isFree: boolean) =>
    semantics.summary(callee.fn, `advances ${keyword ?? place} ${isFree}`, (fn, inside) => {
      const { args, posonlyargs, kwonlyargs } = fn.args;
      const name = keyword ?? [...posonlyargs, ...args][place]?.arg;
      const isGiven = [...posonlyargs, ...args, ...kwonlyargs].some(({ arg }) => arg === name);
      return isGiven && advances(fn, name!, isFree, inside);
    });
  if (asked(true)) return 'free';
  return asked(false) ? 'guarded' : null;
}

function advances(fn: FunctionDef, name: string, isFree: boolean, inside: Semantics): boolean {
  let found = false;
  walk(fn.body, (node) => {
    if (node.kind !== 'Name' || node.id !== name || inside.functionAround(node) !== fn) return;
    if (isAdvanced(node, inside) && (!isFree || !isGuarded(node, inside))) found = true;
  });
  return found;
}

/** Is the generator gone through there, or advanced by a step? */
function isAdvanced(generator: Name, semantics: Semantics): boolean {
  const { parent } = generator;
  if (parent?.kind === 'AsyncFor' || (parent?.kind === 'comprehension' && parent.is_async))
    return parent.iter === generator;
  const call = parent?.kind === 'Attribute' ? parent.parent : parent;
  return call?.kind === 'Call' && steppedBy(call, semantics) === generator;
}

function isGuarded(node: Node, semantics: Semantics): boolean {
  for (const parent of ancestors(node))
    if (parent.kind === 'AsyncWith')
      for (const { context_expr: manager } of parent.items)
        if (manager.kind !== 'Call' || semantics.callee(manager) !== 'contextlib.aclosing')
          return true;
  return false;
}
