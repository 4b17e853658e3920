/** What lets calls go on together: each looks something up, and shares nothing that could not bear it. */
import { isComputation } from '../knowledge/traceless.ts';
import {
  bodyFacts,
  holdsWait,
  isProjectId,
  membersOf,
  type Semantics,
} from '../semantics/index.ts';
import { ancestors, type Call, type Expr, type Name, type Node, walk } from '../syntax/index.ts';

/** A call of a coroutine function, no method, that by its name only looks something up, and takes time to. */
export function isLookup(call: Call, context: Semantics): boolean {
  const { func } = call;
  const name = func.kind === 'Attribute' ? func.attr : func.kind === 'Name' ? func.id : '';
  if (!LOOKUPS.has(/^_*(?:async_)?([^_]+)/.exec(name)?.[1] ?? '')) return false;
  const kind = context.kindOf(func);
  if (kind.k !== 'function' || kind.self !== null || context.kindOf(call).k !== 'coroutine')
    return false;
  return (
    !isProjectId(kind.fn) ||
    context.summary(kind.fn, 'may wait', (fn) => bodyFacts(fn).isStub || holdsWait(fn))
  );
}

/** The verbs by which names say so. */
const LOOKUPS: ReadonlySet<string> = new Set(
  (
    'get fetch load download query find search list lookup scrape ' +
    'lire charger obtenir recuperer récupérer telecharger télécharger chercher lister trouver interroger'
  ).split(' '),
);

/** Does evaluating the call's arguments do nothing? */
export function isPlain(call: Call, context: Semantics): boolean {
  let plain = true;
  walk(argumentsOf(call), (node) => {
    if (node.kind === 'Call') plain &&= isComputation(context.callee(node) ?? '');
    else plain &&= PLAIN.has(node.kind);
  });
  return plain;
}

const PLAIN: ReadonlySet<string> = new Set([
  ...['Name', 'Constant', 'Attribute', 'Subscript', 'Slice', 'List', 'Tuple', 'Dict', 'Starred'],
  ...['BinOp', 'UnaryOp', 'BoolOp', 'Compare', 'IfExp', 'JoinedStr', 'FormattedValue', 'keyword'],
]);

export function argumentsOf({ args, keywords }: Call): readonly Expr[] {
  return [...args, ...keywords.map(({ value }) => value)];
}

export function namesIn(nodes: readonly Node[]): readonly Name[] {
  const names: Name[] = [];
  walk(nodes, (node) => {
    if (node.kind === 'Name') names.push(node);
  });
  return names;
}

/** May two calls at once hold the value: is it plain data, or a session made for that? */
export function isShareable(name: Name, context: Semantics): boolean {
  for (const parent of ancestors(name))
    if (parent.kind === 'AsyncWith')
      for (const { context_expr, optional_vars } of parent.items)
        if (optional_vars?.kind === 'Name' && optional_vars.id === name.id)
          return isSession(context_expr, context);
  const kind = context.kindOf(name);
  return (
    kind.k !== 'unknown' &&
    membersOf(kind).every(
      (k) => k.k === 'none' || (k.k === 'instance' && SHAREABLE.has(context.publicName(k.cls))),
    )
  );
}

function isSession(expr: Expr, context: Semantics): boolean {
  return expr.kind === 'Call' && SHAREABLE.has(context.callee(expr) ?? '');
}

const SHAREABLE: ReadonlySet<string> = new Set([
  ...['str', 'bytes', 'int', 'float', 'bool'].flatMap((name) => [name, `builtins.${name}`]),
  'aiohttp.ClientSession',
  'httpx.AsyncClient',
]);

/** Is nothing held around, such as a lock or a transaction, by a function that does not say to go step by step? */
export function isFree(node: Node, context: Semantics): boolean {
  if (!/^(?:coroutine|notebook)$/.test(context.surroundings(node))) return false;
  for (const parent of ancestors(node)) {
    if (parent.kind === 'AsyncFunctionDef') return !STEP_BY_STEP.test(parent.name);
    if (parent.kind !== 'With' && parent.kind !== 'AsyncWith') continue;
    if (!parent.items.every(({ context_expr }) => isSession(context_expr, context))) return false;
  }
  return true;
}

const STEP_BY_STEP =
  /s[eé]quen|en_s[eé]rie|serial|one_by_one|in_order|un_par_un|une_par_une|successi|[aà]_la_suite/i;
