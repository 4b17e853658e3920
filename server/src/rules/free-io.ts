/** Coroutines that open connections, processes or files, as many as are started: nothing makes them take turns. */
import { isClient, isRequest, mayOpen, type Opened, openedBy } from '../knowledge/async-io.ts';
import {
  bodyFacts,
  isProjectId,
  type Kind,
  membersOf,
  type Semantics,
} from '../semantics/index.ts';
import { type Call, type Expr, type FunctionDef, type Node, walk } from '../syntax/index.ts';
import { lastName } from './cancellation.ts';

/** What running the coroutine function opens, when it is called so; null when nothing, or not freely. */
export function opensFreely(called: Expr, call: Call, context: Semantics): Opened | null {
  const kind = context.kindOf(called);
  if (kind.k !== 'function' || !isProjectId(kind.fn)) return null;
  for (const opened of ['requêtes', 'connexions', 'processus', 'fichiers'] as const)
    if (opensIn(kind.fn, opened, context)) return opened;
  return isGivenClient(kind.fn, kind.self, call, context) ? 'requêtes' : null;
}

function opensIn(id: string, opened: Opened, context: Semantics): boolean {
  return context.summary(id, `opens ${opened} freely`, (fn, inside) =>
    someCall(fn, inside, (call) => {
      const name = lastName(call.func);
      if (mayOpen(name) && openedBy(inside.callee(call) ?? '') === opened) return true;
      const kind = call.parent?.kind === 'Await' ? inside.kindOf(call.func) : undefined;
      return kind?.k === 'function' && isProjectId(kind.fn) && opensIn(kind.fn, opened, inside);
    }),
  );
}

/** Is it given an HTTP client, by whatever name, that it sends requests with? */
function isGivenClient(id: string, self: Kind | null, call: Call, context: Semantics): boolean {
  const [first] = call.args;
  const isPlain = first !== undefined && call.args.every(({ kind }) => kind !== 'Starred');
  return (
    isPlain &&
    call.args.some((arg, place) => {
      if (!holdsClient(arg, context)) return false;
      const index = self === null ? place : place + 1;
      return context.summary(id, `sends freely by argument ${index}`, (fn, inside) => {
        const parameter = [...fn.args.posonlyargs, ...fn.args.args][index]?.arg;
        return someCall(
          fn,
          inside,
          ({ func }) =>
            func.kind === 'Attribute' &&
            isRequest(func.attr) &&
            func.value.kind === 'Name' &&
            func.value.id === parameter,
        );
      });
    })
  );
}

function holdsClient(expr: Expr, context: Semantics): boolean {
  return membersOf(context.kindOf(expr)).every(
    (kind) => kind.k === 'instance' && isClient(context.publicName(kind.cls)),
  );
}

/** Is one of the calls of the coroutine function's own body such, when nothing in it limits them? */
function someCall(
  fn: FunctionDef,
  inside: Semantics,
  is: (call: Call) => boolean | undefined,
): boolean {
  if (fn.kind !== 'AsyncFunctionDef' || bodyFacts(fn).yields.length > 0) return false;
  let found = false;
  let isLimited = false;
  walk(fn.body, (node) => {
    if (limits(node, inside)) isLimited = true;
    if (!found && node.kind === 'Call' && inside.functionAround(node) === fn)
      found = is(node) === true;
  });
  return found && !isLimited;
}

/** `async with semaphore:`, `await limiteur.acquire()` */
function limits(node: Node, inside: Semantics): boolean {
  if (node.kind === 'Attribute') return node.attr === 'acquire';
  if (node.kind !== 'withitem') return false;
  const { context_expr: entered } = node;
  return LIMIT.test(inside.text(entered.kind === 'Call' ? entered.func : entered));
}

const LIMIT = /sem|limit|throttl|slot|lock|verrou|pool|rate|permit|place|jeton|token|guard/i;
