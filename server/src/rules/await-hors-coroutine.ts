import { every, type Semantics, type Surroundings } from '../semantics/index.ts';
import {
  ancestors,
  type DictComp,
  type Expr,
  type FunctionDef,
  type ListComp,
  type Node,
  walk,
} from '../syntax/index.ts';
import page from './await-hors-coroutine.md';
import { makeAsync } from './make-async.ts';
import { isStatement, Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';

export const awaitHorsCoroutine: Rule = {
  code: 'ATT105',
  slug: 'await-hors-coroutine',
  level: 'error',
  peers: ['PLE1142', 'E1142', 'F704', 'await-not-async', 'top-level-await'],
  yieldsTo: ['ATT106'],
  page,
  handlers: {
    Await: (node, context) => check(node, '`await` est utilisé', context),
    AsyncFor: (node, context) =>
      check(node, '`async for` est utilisé', context, {
        start: node.start,
        end: node.keywordStart + 3,
      }),
    AsyncWith: (node, context) =>
      check(node, '`async with` est utilisé', context, {
        start: node.start,
        end: node.keywordStart + 4,
      }),
    ListComp: checkComprehension,
    SetComp: checkComprehension,
    DictComp: checkComprehension,
  },
  fixes,
};

function checkComprehension(node: ListComp | DictComp, context: RuleContext): void {
  if (node.generators.some((generator) => generator.is_async))
    check(node, 'Une compréhension asynchrone est utilisée', context);
}

function check(
  node: Node,
  what: string,
  context: RuleContext,
  span?: { readonly start: number; readonly end: number },
): void {
  const where = context.surroundings(node);
  if (where === 'coroutine' || where === 'notebook' || insideGeneratorExpression(node)) return;
  const enclosing = context.functionAround(node);
  const callers =
    enclosing === null || enclosing.kind === 'Lambda'
      ? []
      : context.callers(context.idOf(enclosing) ?? '');
  context.report({
    at: node,
    span,
    message: `${what} ${place(where, enclosing)}\u00a0: Python refuse d’exécuter ce fichier.`,
    related: callers.map((definition) => ({
      at: { definition },
      message: `Cette fonction appelle \`${(enclosing as FunctionDef).name}()\`\u00a0: si celle-ci devient une coroutine, l’appel devra être attendu.`,
    })),
  });
}

function place(where: Surroundings, enclosing: ReturnType<Semantics['functionAround']>): string {
  if (where === 'function')
    return `dans \`${(enclosing as FunctionDef).name}()\`, qui n’est pas déclarée avec \`async def\``;
  if (where === 'lambda') return 'dans une `lambda`, qui ne peut pas être asynchrone';
  if (where === 'class') return 'directement dans le corps d’une classe';
  return 'en dehors de toute fonction `async def`';
}

/** A generator expression may be asynchronous anywhere: it only runs once somebody iterates over it. */
function insideGeneratorExpression(node: Node): boolean {
  let child = node;
  for (const parent of ancestors(node)) {
    if (parent.kind === 'Lambda' || isStatement(parent)) return false;
    // Its first iterable is evaluated at once, around it.
    if (parent.kind === 'GeneratorExp' && parent.generators[0]?.iter !== child) return true;
    if (parent.kind !== 'comprehension' || parent.iter !== child) child = parent;
  }
  return false;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  const where = context.surroundings(node);
  const enclosing = context.functionAround(node);
  if (where === 'function' && enclosing !== null && enclosing.kind !== 'Lambda')
    offers.add(`Rendre \`${enclosing.name}()\` asynchrone`, 'safe', (edits) =>
      makeAsync(edits, enclosing),
    );
  if (where === 'module')
    offers.add('Exécuter avec `asyncio.run()`', 'review', (edits) =>
      runAtModuleLevel(edits, node, context),
    );
  return offers.fixes;
}

/** `await f()` becomes `asyncio.run(f())`; any other statement moves into a `main()` that is then run. */
function runAtModuleLevel(
  edits: ReturnType<FixContext['edits']>,
  node: Node,
  context: FixContext,
): void {
  const run = edits.name('asyncio', 'run', node);
  if (node.kind === 'Await' && isCoroutine(node.value, context)) {
    edits.replaceRange(node, node.start, node.value.start, `${run}(`);
    edits.insertAfter(node.value, ')');
    return;
  }
  const statement = statementOf(node);
  if (statement === null || statement.parent !== null || bindsNames(statement)) {
    edits.abandon();
    return;
  }
  const main = edits.freshName('main');
  edits.wrap(`async def ${main}():`, [statement]);
  edits.insertLinesAfter(statement, ['', '', `${run}(${main}())`]);
}

function isCoroutine(expr: Expr, context: Semantics): boolean {
  return every(context.kindOf(expr), (kind) => kind.k === 'coroutine');
}

/** Would the statement's names be lost to the rest of the module, inside a function? */
function bindsNames(statement: Node): boolean {
  let found = false;
  walk([statement], (node) => {
    if (
      [
        'Assign',
        'AnnAssign',
        'AugAssign',
        'NamedExpr',
        'FunctionDef',
        'AsyncFunctionDef',
        'ClassDef',
        'Import',
        'ImportFrom',
      ].includes(node.kind)
    )
      found = true;
  });
  return found;
}
