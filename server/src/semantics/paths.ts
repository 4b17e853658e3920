/** Whether two places of a function, or one place twice, run on one and the same path through it. */
import { ancestors, type Expr, type Node, type Stmt, type Try } from '../syntax/index.ts';
import { type Flow, type FlowPoint, truth } from './flow.ts';

/**
 * Do both nodes run, in this order, on some path that meets no point where `isCut` holds between them?
 * Certain only when one does not go without the other: two `if` may exclude each other, so that a path
 * through both proves nothing. What may fail is followed too, when it is the first thing that its `try` does.
 */
export function bothRun(
  first: Node,
  second: Node,
  flow: Flow,
  isCut: (point: FlowPoint) => boolean,
): boolean {
  const [from, to] = [flow.pointOf(first), flow.pointOf(second)];
  if (from === undefined || to === undefined || isCut(from)) return false;
  if (!runsWith(first, from) || !runsWith(second, to)) return false;
  if (from === to) return first.start < second.start;
  if (!flow.after(from, isCut).has(to)) return false;
  const needsFirst = !flow.fromEntry(to, (point) => point === from);
  return needsFirst || leadsTo(from, to, flow, isCut) || failsInto(from, second);
}

/** Does every path from the first point that ends meet the second, before any cut? */
function leadsTo(
  from: FlowPoint,
  to: FlowPoint,
  flow: Flow,
  isCut: (point: FlowPoint) => boolean,
): boolean {
  const stop = (point: FlowPoint) => point === to || isCut(point);
  if (flow.canAvoid(from, stop)) return false;
  return [...flow.after(from, stop)].every((point) => point === to || !isCut(point));
}

/** `try: first` at once, and `except …: second`. */
function failsInto(from: FlowPoint, second: Node): boolean {
  for (const handler of ancestors(second))
    if (handler.kind === 'ExceptHandler' && (handler.parent as Try).body[0] === from)
      return runsWith(second, handler);
  return false;
}

/** Does a loop, or a comprehension, run the node more than once without meeting a cut, at each turn? */
export function isRerun(node: Node, flow: Flow, isCut: (point: FlowPoint) => boolean): boolean {
  const point = flow.pointOf(node);
  if (point === undefined || isCut(point)) return false;
  let child = node;
  for (const parent of ancestors(node)) {
    switch (parent.kind) {
      case 'ListComp':
      case 'SetComp':
      case 'DictComp':
        // The first iterable is computed once.
        if (child !== parent.generators[0]) return true;
        break;
      case 'For':
      case 'AsyncFor':
        if (parent.body.includes(child as never)) return flow.after(point, isCut).has(point);
        break;
      case 'While':
        if (!parent.orelse.includes(child as never))
          return !isFlag(parent.test) && flow.after(point, isCut).has(point);
        break;
      case 'Try':
        // What stands above it may have failed instead.
        if (parent.handlers.length > 0 && parent.body[0] !== child) return false;
        break;
    }
    if (!passesThrough(parent, child)) return false;
    child = parent;
  }
  return false;
}

/** `while not done:` may well be done at once. */
function isFlag(test: Expr): boolean {
  const tested = test.kind === 'UnaryOp' && test.op === 'not' ? test.operand : test;
  return truth(test) === undefined && tested.kind === 'Name';
}

/** Does the node run each time that this part of what is around it does, jumps and exceptions apart? */
function runsWith(node: Node, around: Node): boolean {
  let child = node;
  for (const parent of ancestors(node)) {
    if (parent === around) return true;
    if (!passesThrough(parent, child)) return false;
    child = parent;
  }
  return false;
}

/** Does running the parent run the child, once at least? */
function passesThrough(parent: Node, child: Node): boolean {
  switch (parent.kind) {
    case 'IfExp':
    case 'If':
    case 'While':
      return parent.test === child;
    case 'BoolOp':
      return parent.values[0] === child;
    case 'For':
    case 'AsyncFor':
      return parent.iter === child;
    case 'Match':
      return parent.subject === child;
    case 'Try':
    case 'TryStar':
      return [...parent.body, ...parent.finalbody].includes(child as Stmt);
    case 'ListComp':
    case 'SetComp':
    case 'DictComp':
    case 'GeneratorExp':
      return parent.generators[0] === child;
    case 'comprehension':
      return parent.iter === child;
    default:
      return !CONDITIONAL.has(parent.kind);
  }
}

const CONDITIONAL: ReadonlySet<string> = new Set([
  'ExceptHandler',
  'match_case',
  'Lambda',
  'FunctionDef',
  'AsyncFunctionDef',
  'ClassDef',
]);
