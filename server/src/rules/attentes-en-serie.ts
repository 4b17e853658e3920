import { addedTo, membersOf, type Semantics } from '../semantics/index.ts';
import {
  type Assign,
  ancestors,
  type Call,
  type Expr,
  type For,
  type ListComp,
  type Name,
  type Node,
  type Stmt,
  walk,
} from '../syntax/index.ts';
import page from './attentes-en-serie.md';
import { offerForSeries, offerForTurns, type Step } from './await-together.ts';
import { collectionOf } from './groups.ts';
import { Offers, siblingsOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { isTestCode } from './test-code.ts';
import { callName } from './wording.ts';

export const attentesEnSerie: Rule = {
  code: 'ATT308',
  slug: 'attentes-en-serie',
  level: 'hint',
  peers: [],
  page,
  handlers: {
    Assign(statement, context) {
      const series = seriesFrom(statement, context);
      if (series.length < 2 || isTestCode(context)) return;
      const names = series.map(({ call }) => `\`${callName(call, context)}\``);
      const unique = [...new Set(names)].join(', ');
      report(
        series[0]!.call,
        `Les ${series.length} appels (${unique}) ne dépendent pas l’un de l’autre`,
        context,
      );
    },
    ListComp(node, context) {
      const { elt, generators } = node;
      const [over, ...more] = generators;
      if (elt.kind !== 'Await' || more.length > 0 || over!.is_async || over!.ifs.length > 0) return;
      checkTurns(elt.value, over!.target, over!.iter, node, context);
    },
    For(loop, context) {
      const awaited = awaitedBy(loop);
      if (awaited !== null) checkTurns(awaited, loop.target, loop.iter, loop, context);
    },
  },
  fixes,
};

function report(at: Node, what: string, context: RuleContext): void {
  context.report({
    at,
    message: `${what}\u00a0: chacun attend la fin du précédent, alors qu’ils pourraient avancer ensemble.`,
  });
}

function checkTurns(
  awaited: Expr,
  target: Expr,
  iter: Expr,
  at: ListComp | For,
  context: RuleContext,
): void {
  if (target.kind !== 'Name' || !isFree(at, context)) return;
  if (awaited.kind === 'Name') {
    const items = awaited.id === target.id ? collectionOf(iter, context)?.items : undefined;
    if (items?.k !== 'coroutine' || iter.kind !== 'Name' || isTestCode(context)) return;
    report(awaited, `Les coroutines de \`${iter.id}\` sont attendues une à une`, context);
    return;
  }
  if (awaited.kind !== 'Call' || !isLookup(awaited, context) || isTestCode(context)) return;
  const names = namesIn(awaited);
  if (!names.some(({ id }) => id === target.id)) return;
  if (names.some((name) => name.id !== target.id && !isShareable(name, context))) return;
  report(awaited, `Les appels de \`${callName(awaited, context)}\` sont attendus un à un`, context);
}

/** What each turn awaits, when it does nothing else but keep it. */
function awaitedBy({ body, orelse }: For): Expr | null {
  const [only, ...others] = body;
  if (only?.kind !== 'Expr' || others.length > 0 || orelse.length > 0) return null;
  const { value } = only;
  if (value.kind === 'Await') return value.value.kind === 'Name' ? value.value : null;
  const kept = value.kind === 'Call' && addedTo(value) !== null ? value.args : [];
  return kept.length === 1 && kept[0]!.kind === 'Await' ? kept[0].value : null;
}

/** Neighbouring lookups that do not need each other; empty when the statement is not the first of them. */
function seriesFrom(statement: Assign, context: Semantics): readonly Step[] {
  const first = stepOf(statement, context);
  if (first === null || statement.parent === null || !isFree(statement, context)) return [];
  const block = siblingsOf(statement);
  const at = block.indexOf(statement);
  const before = block[at - 1];
  if (before !== undefined && stepOf(before, context) !== null) return [];
  const series = [first];
  for (const next of block.slice(at + 1)) {
    const step = stepOf(next, context);
    if (step === null || !isIndependent(step, series, context)) break;
    series.push(step);
  }
  return series;
}

/** `nom = await lire(…)`. */
function stepOf(statement: Stmt, context: Semantics): Step | null {
  if (statement.kind !== 'Assign' || statement.targets.length !== 1) return null;
  const { value, targets } = statement;
  if (targets[0]!.kind !== 'Name' || value.kind !== 'Await' || value.value.kind !== 'Call')
    return null;
  return isLookup(value.value, context) ? { statement, call: value.value } : null;
}

function isIndependent({ call }: Step, series: readonly Step[], context: Semantics): boolean {
  return namesIn(call).every((name) =>
    series.every(
      ({ statement, call: other }) =>
        (statement.targets[0] as Name).id !== name.id &&
        (isShareable(name, context) || namesIn(other).every(({ id }) => id !== name.id)),
    ),
  );
}

/** A call of a coroutine function, no method, that by its name only looks something up. */
function isLookup(call: Call, context: Semantics): boolean {
  const { func, args, keywords } = call;
  const name = func.kind === 'Attribute' ? func.attr : func.kind === 'Name' ? func.id : '';
  if (!LOOKUPS.has(/^_*(?:async_)?([^_]+)/.exec(name)?.[1] ?? '')) return false;
  const given = [...args, ...keywords.map(({ value }) => value)];
  if (!given.every(isPlain)) return false;
  const kind = context.kindOf(func);
  return kind.k === 'function' && kind.self === null && context.kindOf(call).k === 'coroutine';
}

/** The verbs by which names say so. */
const LOOKUPS: ReadonlySet<string> = new Set(
  (
    'get fetch load download query find search list lookup scrape ' +
    'lire charger obtenir recuperer récupérer telecharger télécharger chercher lister trouver interroger'
  ).split(' '),
);

/** Does evaluating the argument do nothing? */
function isPlain(expr: Expr): boolean {
  let plain = true;
  walk(expr, ({ kind }) => {
    if (!PLAIN.has(kind)) plain = false;
  });
  return plain;
}

const PLAIN: ReadonlySet<string> = new Set([
  'Name',
  'Constant',
  'Attribute',
  'Subscript',
  'BinOp',
  'JoinedStr',
  'FormattedValue',
]);

/** The names in the arguments. */
function namesIn({ args, keywords }: Call): readonly Name[] {
  const names: Name[] = [];
  walk([...args, ...keywords], (node) => {
    if (node.kind === 'Name') names.push(node);
  });
  return names;
}

/** May two calls at once hold the value: is it plain data, or a session made for that? */
function isShareable(name: Name, context: Semantics): boolean {
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

/** Is nothing held around, such as a lock or a transaction? */
function isFree(node: Node, context: Semantics): boolean {
  if (context.surroundings(node) !== 'coroutine') return false;
  for (const parent of ancestors(node)) {
    if (parent.kind === 'AsyncFunctionDef') return true;
    if (parent.kind !== 'With' && parent.kind !== 'AsyncWith') continue;
    if (!parent.items.every(({ context_expr }) => isSession(context_expr, context))) return false;
  }
  return true;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  const awaited = node as Expr;
  const around = awaited.parent!.parent!;
  if (around.kind === 'Assign') offerForSeries(offers, seriesFrom(around, context));
  else offerForTurns(offers, awaited, around);
  return offers.fixes;
}
