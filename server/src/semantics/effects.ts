/** Which coroutine functions leave no trace: what lets several of their coroutines go on together. */
import { isReader, leavesNoTrace, takesTime } from '../knowledge/traceless.ts';
import { type Call, type Expr, type FunctionDef, type Node, SKIP, walk } from '../syntax/index.ts';
import { bodyFacts } from './bodies.ts';
import { isFreshCollection } from './held.ts';
import type { Semantics } from './index.ts';
import { every, isProjectId } from './kinds.ts';

/**
 * Does the call give a coroutine of the project that waits for something, and changes nothing that another could
 * come across? What it prints or logs does not count.
 */
export function worksAlone(call: Call, semantics: Semantics): boolean {
  const callee = semantics.kindOf(call.func);
  return (
    callee.k === 'function' &&
    isProjectId(callee.fn) &&
    every(semantics.kindOf(call), ({ k }) => k === 'coroutine') &&
    isSlow(callee.fn, semantics) &&
    isTraceless(callee.fn, semantics)
  );
}

function isSlow(id: string, semantics: Semantics): boolean {
  return semantics.summary(id, 'takes time', (fn, inside) => {
    let found = false;
    walk(fn.body, (node) => {
      if (node.kind === 'Call' && !found) found = isSlowCall(node, inside);
      return found || DEFINES.has(node.kind) ? SKIP : undefined;
    });
    return found;
  });
}

function isSlowCall(call: Call, inside: Semantics): boolean {
  const callee = inside.kindOf(call.func);
  if (callee.k === 'function' && isProjectId(callee.fn)) return isSlow(callee.fn, inside);
  const [time] = call.args;
  const isInstant = time?.kind === 'Constant' && time.value === '0';
  return !isInstant && takesTime(inside.callee(call) ?? '');
}

/** Recursion leaves the question open: the answer is then no. */
function isTraceless(id: string, semantics: Semantics): boolean {
  return semantics.summary(id, 'leaves no trace', (fn, inside) => {
    if (bodyFacts(fn).isDamaged) return false;
    let traceless = true;
    walk(fn.body, (node) => {
      traceless &&= isTracelessNode(node, fn, inside);
      return traceless ? undefined : SKIP;
    });
    return traceless;
  });
}

function isTracelessNode(node: Node, fn: FunctionDef, inside: Semantics): boolean {
  if (DEFINES.has(node.kind) || SHARING.has(node.kind)) return false;
  switch (node.kind) {
    case 'Call':
      return isTracelessCall(node, fn, inside);
    case 'Await':
      return node.value.kind === 'Call';
    case 'Attribute':
      return inside.property(node) === undefined;
    case 'comprehension':
      return !node.is_async && isOwn(node.target, fn, inside);
    case 'withitem': {
      const { context_expr, optional_vars } = node;
      return context_expr.kind === 'Call' && (!optional_vars || isOwn(optional_vars, fn, inside));
    }
    case 'Assign':
    case 'Delete':
      return node.targets.every((target) => isOwn(target, fn, inside));
    case 'AnnAssign':
      return isOwn(node.target, fn, inside);
    case 'AugAssign':
      return isOwn(node.target, fn, inside) && isReplaced(node.target, inside);
    case 'For':
      return isOwn(node.target, fn, inside) && !(waits(node) && isLeft(node));
    case 'While':
      // What is looked at again and again is changed by others.
      return !waits(node) || (!isLeft(node) && isLocalTest(node.test, inside));
    default:
      return true;
  }
}

/** Nodes that say that something is shared, or that do not run there and then. */
const SHARING: ReadonlySet<string> = new Set([
  ...['Global', 'Nonlocal', 'AsyncFor', 'Yield', 'YieldFrom', 'ErrorStmt'],
]);
const DEFINES: ReadonlySet<string> = new Set(['FunctionDef', 'AsyncFunctionDef', 'ClassDef']);

function isTracelessCall(call: Call, fn: FunctionDef, inside: Semantics): boolean {
  const { func, keywords } = call;
  const name = inside.callee(call) ?? '';
  // What is written bit by bit would come out mixed.
  if (name === 'print') return keywords.every(({ arg }) => arg === 'sep');
  if (leavesNoTrace(name)) return true;
  const callee = inside.kindOf(func);
  if (callee.k === 'function' && isProjectId(callee.fn)) return isTraceless(callee.fn, inside);
  if (callee.k === 'class') return inside.derives(callee.cls, 'builtins.BaseException');
  return func.kind === 'Attribute' && (isReader(func.attr) || isFresh(func.value, fn, inside));
}

/** Does binding the target change nothing but the function's own variables? */
function isOwn(target: Expr, fn: FunctionDef, inside: Semantics): boolean {
  switch (target.kind) {
    case 'Name':
      return true;
    case 'Tuple':
    case 'List':
      return target.elts.every((each) => isOwn(each, fn, inside));
    case 'Starred':
      return isOwn(target.value, fn, inside);
    case 'Subscript':
      return isFresh(target.value, fn, inside);
    default:
      return false;
  }
}

/** Does `x += …` give the name another value, or change what the function has made itself? */
function isReplaced(target: Expr, inside: Semantics): boolean {
  if (target.kind !== 'Name') return true;
  const bindings = inside.scopeAround(target).bindings.get(target.id) ?? [];
  return bindings.every(
    (binding) =>
      binding.node.parent?.kind === 'AugAssign' ||
      isFreshCollection(binding) ||
      every(inside.kindOfBinding(binding), (kind) => kind.k === 'instance' && PLAIN.has(kind.cls)),
  );
}

const PLAIN: ReadonlySet<string> = new Set(
  ['str', 'bytes', 'int', 'float', 'bool'].map((name) => `builtins.${name}`),
);

/** Is it a collection that the function has made? */
function isFresh(value: Expr, fn: FunctionDef, inside: Semantics): boolean {
  if (value.kind !== 'Name') return false;
  const found = inside.reaching(value);
  return found !== null && found.holder.node === fn && found.bindings.every(isFreshCollection);
}

function waits(loop: Node & { readonly body: readonly Node[] }): boolean {
  let found = false;
  walk(loop.body, ({ kind }) => {
    if (kind === 'Await' || kind === 'AsyncWith') found = true;
  });
  return found;
}

/** Is there a way out of the middle of the loop? */
function isLeft(loop: Node & { readonly body: readonly Node[] }): boolean {
  let found = false;
  walk(loop.body, ({ kind }) => {
    if (kind === 'Break' || kind === 'Return') found = true;
  });
  return found;
}

/** Does the test only read the function's own variables? */
function isLocalTest(test: Expr, inside: Semantics): boolean {
  let isLocal = true;
  walk([test], (node) => {
    if (node.kind === 'Call' || node.kind === 'Attribute' || node.kind === 'Subscript')
      isLocal = false;
    if (node.kind === 'Name' && inside.reaching(node) === null) isLocal = false;
  });
  return isLocal;
}
