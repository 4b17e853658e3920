import { atLeast, formatVersion, type PythonVersion, type Semantics } from '../semantics/index.ts';
import type { Alias, Expr, ImportFrom, Node } from '../syntax/index.ts';
import page from './alias-timeouterror.md';
import type { Edits } from './edits.ts';
import { isVersionAsked } from './foreseen.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';

export const aliasTimeouterror: Rule = {
  code: 'ATT319',
  slug: 'alias-timeouterror',
  level: 'hint',
  since: [3, 10],
  tags: ['deprecated'],
  peers: ['UP041'],
  page,
  handlers: {
    Attribute(node, context) {
      if (node.attr !== 'TimeoutError' && node.attr !== 'timeout') return;
      const name = aliasIn(node, context);
      if (name !== undefined) report(node, name, context);
    },
    ImportFrom(statement, context) {
      if (statement.level > 0) return;
      for (const alias of statement.names) {
        const name = `${statement.module}.${alias.name}`;
        if (isDue(name, alias, context)) report(alias, name, context);
      }
    },
  },
  fixes,
};

/** Since when each of them is `TimeoutError` itself. */
const ALIASES: ReadonlyMap<string, PythonVersion> = new Map([
  ['asyncio.TimeoutError', [3, 11]],
  ['concurrent.futures.TimeoutError', [3, 11]],
  ['socket.timeout', [3, 10]],
]);

/** The full name of the alias that an expression is, when it is due to be replaced. */
function aliasIn(expr: Expr, context: Semantics): string | undefined {
  if (expr.kind !== 'Attribute' || expr.value.kind === 'Call') return undefined;
  const name = `${context.resolve(expr.value)}.${expr.attr}`;
  return isDue(name, expr, context) ? name : undefined;
}

/** Is it one, in the Python aimed at, in a file that is about asyncio? */
function isDue(name: string, node: Node, context: Semantics): boolean {
  const since = ALIASES.get(name);
  if (since === undefined || !atLeast(context.target, since)) return false;
  const isAsyncio = name.startsWith('asyncio.') || context.fileImports('asyncio');
  return isAsyncio && context.isAlive(node) && !isVersionAsked(node, context);
}

function report(at: Node, name: string, context: RuleContext): void {
  const since = formatVersion(ALIASES.get(name)!);
  context.report({
    at,
    message: `\`${name}\` n’est qu’un autre nom de l’exception native \`TimeoutError\` depuis Python ${since}.`,
  });
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  if (node.kind === 'alias') {
    // Without the import, the same name means the built-in exception.
    if (node.name === 'TimeoutError' && node.asname === null)
      offers.add('Retirer l’import de `TimeoutError`', 'safe', (edits) => removeAlias(edits, node));
    return offers.fixes;
  }
  const isTaken =
    context.file.table.bindings.has('TimeoutError') ||
    context.edits().isShadowed('TimeoutError', node);
  if (!isTaken)
    offers.add('Remplacer par `TimeoutError`', 'safe', (edits) =>
      replace(edits, node as Expr, context),
    );
  return offers.fixes;
}

/** Among several exceptions, `TimeoutError` stays once. */
function replace(edits: Edits, expr: Expr, context: Semantics): void {
  const { parent } = expr;
  if (context.text(expr).includes('#')) edits.abandon();
  const isCaught = parent?.kind === 'Tuple' && parent.parent?.kind === 'ExceptHandler';
  if (!isCaught || context.text(parent).includes('#')) {
    edits.replace(expr, 'TimeoutError');
    return;
  }
  const isBuiltin = (other: Expr) => other.kind === 'Name' && other.id === 'TimeoutError';
  const written = new Set(
    parent.elts.map((other) =>
      isBuiltin(other) || aliasIn(other, context) !== undefined
        ? 'TimeoutError'
        : context.text(other),
    ),
  );
  if (written.size === parent.elts.length && written.size > 1) edits.replace(expr, 'TimeoutError');
  else if (written.size === 1) edits.replace(parent, 'TimeoutError');
  else edits.replace(parent, `(${[...written].join(', ')})`);
}

function removeAlias(edits: Edits, alias: Alias): void {
  const statement = alias.parent as ImportFrom;
  const { names } = statement;
  if (names.length === 1) {
    edits.removeLines(statement);
    return;
  }
  const at = names.indexOf(alias);
  const [start, end] = at === 0 ? [alias.start, names[1]!.start] : [names[at - 1]!.end, alias.end];
  if (edits.file.at(statement).chunk.text.slice(start, end).includes('#')) edits.abandon();
  edits.replaceRange(statement, start, end, '');
}
