import { bodyFacts, every, fn, type Semantics } from '../semantics/index.ts';
import { type FunctionDef, SKIP, walk } from '../syntax/index.ts';
import { canBecomeFactory, makeFactory } from './async-factory.ts';
import page from './methode-speciale-asynchrone.md';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';

export const methodeSpecialeAsynchrone: Rule = {
  code: 'ATT115',
  slug: 'methode-speciale-asynchrone',
  level: 'error',
  peers: ['reportIncompatibleMethodOverride', 'override', 'E0301', 'E0303', 'E0307'],
  page,
  handlers: { AsyncFunctionDef: checkAsync, FunctionDef: checkSync },
  fixes,
};

const RAISES =
  'l’objet coroutine qu’elle rend n’est pas du type attendu, une `TypeError` sera levée';
const NEVER_RUNS = 'Python n’attend pas sa coroutine, son corps ne s’exécutera pas';

/** The methods that Python calls itself, for a value or an effect of theirs: what becomes of a coroutine. */
const CONSEQUENCES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['iter', 'len', 'length_hint', 'await', 'bool', 'hash', 'dir', 'aiter']
      .concat(['str', 'repr', 'format', 'bytes', 'int', 'float', 'complex', 'index'])
      .map((name) => [`__${name}__`, RAISES]),
  ),
  ...Object.fromEntries(
    ['del', 'post_init', 'set_name', 'init_subclass', 'setattr', 'delattr', 'set', 'delete']
      .concat(['setitem', 'delitem'])
      .map((name) => [`__${name}__`, NEVER_RUNS]),
  ),
  __init__: 'elle doit rendre `None`, une `TypeError` sera levée à la création de l’objet',
  __enter__: '`with` n’attend pas sa coroutine, son corps ne s’exécutera pas',
  __exit__: 'sa coroutine est toujours vraie, toute exception du bloc sera étouffée',
  __next__: 'la boucle recevra des coroutines au lieu des éléments, et ne finira pas',
  __contains__: 'sa coroutine est toujours vraie, `in` répondra toujours `True`',
};

/** Where `async` would be at home. */
const TWINS: Readonly<Record<string, string>> = {
  __enter__: '__aenter__',
  __exit__: '__aexit__',
  __iter__: '__aiter__',
  __next__: '__anext__',
};

function checkAsync(node: FunctionDef, context: RuleContext): void {
  const consequence = isAccessor(node) ? NEVER_RUNS : CONSEQUENCES[node.name];
  if (consequence === undefined || context.surroundings(node) !== 'class') return;
  // Any other decorator may make something else of it.
  if (node.decorator_list.length > 0 && !isAccessor(node)) return;
  const { yields } = bodyFacts(node);
  if (yields.some(({ kind }) => kind === 'YieldFrom')) return;
  if (yields.length > 0 && node.name === '__aiter__') return;
  const what = isAccessor(node) ? 'un accesseur de propriété' : 'une méthode spéciale';
  context.report({
    at: node,
    span: { start: node.start, end: node.nameEnd },
    message: `\`${node.name}\` est ${what} qui ne peut pas être asynchrone\u00a0: ${consequence}.`,
  });
}

/** What sets, or deletes, a property. */
function isAccessor({ name, decorator_list: [only, ...others] }: FunctionDef): boolean {
  return (
    only?.kind === 'Attribute' &&
    others.length === 0 &&
    (only.attr === 'setter' || only.attr === 'deleter') &&
    only.value.kind === 'Name' &&
    only.value.id === name
  );
}

function checkSync(node: FunctionDef, context: RuleContext): void {
  if (!/^__(?:aenter|aexit|anext)__$/.test(node.name) || node.decorator_list.length > 0) return;
  const { isStub, yields, isDamaged } = bodyFacts(node);
  if (isStub || isDamaged || yields.length > 0 || context.surroundings(node) !== 'class') return;
  const id = context.idOf(node);
  const given = id === undefined ? null : context.called(fn(id));
  const isRefused =
    given !== null &&
    every(
      given,
      (kind) =>
        kind.k === 'none' ||
        (kind.k === 'instance' && context.member(kind, '__await__') === undefined),
    );
  if (!isRefused) return;
  const user = node.name === '__anext__' ? 'async for' : 'async with';
  context.report({
    at: node,
    span: { start: node.start, end: node.nameEnd },
    message: `\`${node.name}\` ne rend pas de coroutine\u00a0: \`${user}\` lèvera une \`TypeError\`, il faut \`async def\`.`,
  });
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const method = node as FunctionDef;
  const offers = new Offers(context);
  if (method.kind === 'FunctionDef') {
    offers.add('Ajouter `async`', 'safe', (edits) => edits.insertBefore(method, 'async '));
    return offers.fixes;
  }
  if (!suspends(method))
    offers.add('Retirer `async`', 'safe', (edits) => {
      const [keyword] = /^async\s+/.exec(context.text(method))!;
      edits.replaceRange(method, method.start, method.start + keyword.length, '');
    });
  const twin = TWINS[method.name];
  if (twin !== undefined && !isDefined(twin, method, context))
    offers.add(`Renommer en \`${twin}\``, 'review', (edits) =>
      edits.replaceRange(method, method.nameStart, method.nameEnd, twin),
    );
  if (canBecomeFactory(method, context))
    offers.add('En faire une méthode de classe `creer()` à attendre', 'review', (edits) =>
      makeFactory(edits, method),
    );
  return offers.fixes;
}

/** Would the body be refused in a `def`? */
function suspends(method: FunctionDef): boolean {
  let found = false;
  walk(method.body, (node) => {
    if (/^(?:Await|AsyncFor|AsyncWith)$/.test(node.kind)) found = true;
    if (node.kind === 'comprehension' && node.is_async) found = true;
    return node.kind === 'AsyncFunctionDef' ? SKIP : undefined;
  });
  return found || (bodyFacts(method).yields.length > 0 && method.name !== '__iter__');
}

function isDefined(name: string, method: FunctionDef, context: Semantics): boolean {
  const cls = context.classAround(method);
  return cls === undefined || context.member({ k: 'instance', cls, args: [] }, name) !== undefined;
}
