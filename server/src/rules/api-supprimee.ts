import { publicName } from '../knowledge/public-names.ts';
import { type Removal, removals } from '../knowledge/removed.ts';
import { knownEntry } from '../knowledge/stdlib.ts';
import { atLeast, bodyFacts, formatVersion, type PythonVersion } from '../semantics/index.ts';
import {
  type Alias,
  ancestors,
  type Expr,
  type FunctionDef,
  type Keyword,
  type Node,
} from '../syntax/index.ts';
import page from './api-supprimee.md';

import { isProvoked } from './coroutine-uses.ts';
import type { Edits } from './edits.ts';
import { isErrorExpected, isVersionAsked } from './foreseen.ts';
import { makeCoroutine } from './from-generator.ts';
import { moveImport } from './move-import.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { isCoroutine } from './tasks.ts';

export const apiSupprimee: Rule = {
  code: 'ATT503',
  slug: 'api-supprimee',
  level: 'error',
  // `asyncio.async` cannot be read any more.
  ofDamage: true,
  tags: ['deprecated'],
  peers: ['W4901', 'W4902', 'W4903', 'W4904', 'W4905', 'reportDeprecated'],
  page,
  handlers: {
    Attribute(node, context) {
      if (!lastNames.has(node.attr) || isBound(node)) return;
      const removal = byName.get(context.resolve(node) ?? '');
      if (removal !== undefined) check(node, removal, context);
    },
    ImportFrom({ module, level, names }, context) {
      if (level > 0 || !/^asyncio(?:\.|$)/.test(module ?? '')) return;
      for (const alias of names) {
        const removal = byName.get(importedName(`${module}.${alias.name}`));
        if (removal !== undefined) check(alias, removal, context);
      }
    },
    FunctionDef({ decorator_list }, context) {
      for (const decorator of decorator_list) {
        const removal =
          decorator.kind === 'Name' ? byName.get(context.resolve(decorator) ?? '') : undefined;
        if (removal?.rewrite === 'async def') check(decorator, removal, context);
      }
    },
    Call(call, context) {
      const loop = call.keywords.find(({ arg }) => arg === 'loop');
      if (loop === undefined) return;
      const callee = context.callee(call)?.replace(/\.__init__$/, '');
      const removal = byName.get(`${callee}(loop)`);
      if (removal !== undefined) check(loop, removal, context);
    },
    YieldFrom(node, context) {
      const fn = context.functionAround(node);
      if (fn?.kind !== 'FunctionDef' || fn.decorator_list.length > 0) return;
      if (!isCoroutine(node.value, context) || isProvoked(node)) return;
      context.report({
        at: node,
        message: `\`yield from\` n’attend pas une coroutine\u00a0: la fonction \`${fn.name}()\` doit être définie par \`async def\`, et attendre avec \`await\`.`,
      });
    },
  },
  fixes,
};

const byName = new Map(
  removals.map((removal) => {
    const { name, argument } = removal;
    return [argument === undefined ? name : `${name}(${argument})`, removal];
  }),
);
const lastNames = new Set(removals.map(({ name }) => name.slice(name.lastIndexOf('.') + 1)));

function check(node: Node, removal: Removal, context: RuleContext): void {
  const { deprecated, removed } = removal;
  const { target } = context;
  const isGone = atLeast(target, removed);
  if (!isGone && (deprecated === null || !atLeast(target, deprecated))) return;
  if (isVersionAsked(node, context) || isProvoked(node) || isFallback(node)) return;
  if (isErrorExpected(node, ERRORS, context)) return;
  context.report({
    at: node,
    message: messageFor(removal, isGone),
    ...(!isGone && { level: 'warning' }),
    data: { name: removal.name, argument: removal.argument ?? null },
  });
}

const ERRORS = 'ImportError|ModuleNotFoundError|AttributeError|TypeError|\\w*DeprecationWarning';

function messageFor({ name, argument, deprecated, removed, replacement }: Removal, gone: boolean) {
  const what =
    argument === undefined ? `\`${name}\`` : `L’argument \`${argument}\` de \`${name}()\``;
  const when = gone
    ? `n’existe plus depuis Python ${formatVersion(removed)}`
    : `est obsolète depuis Python ${formatVersion(deprecated as PythonVersion)} et n’existe plus à partir de Python ${formatVersion(removed)}`;
  if (argument !== undefined) return `${what} ${when}\u00a0: retirez-le.`;
  return `${what} ${when}${replacement === null ? '.' : `\u00a0: utilisez \`${replacement}\`.`}`;
}

/** Is it a name that the code gives itself? */
function isBound(node: Expr): boolean {
  const { parent } = node;
  return parent?.kind === 'Delete' || (parent?.kind === 'Assign' && parent.targets.includes(node));
}

/** Does it stand where an error has told one Python from another? */
function isFallback(node: Node): boolean {
  return [...ancestors(node)].some(({ kind }) => kind === 'ExceptHandler');
}

function importedName(dotted: string): string {
  const entry = knownEntry(dotted);
  return entry === undefined ? dotted : publicName(entry.qualifiedName);
}

function fixes({ node, data }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  if (node.kind === 'YieldFrom') {
    const fn = context.functionAround(node) as FunctionDef;
    // What calls it would have to await it.
    if (context.callers(context.idOf(fn) ?? '').length === 0)
      offers.add(`Définir \`${fn.name}()\` par \`async def\``, 'review', (edits) =>
        makeCoroutine(edits, fn),
      );
    return offers.fixes;
  }
  const removal = byName.get(data.argument === null ? `${data.name}` : `${data.name}(loop)`)!;
  const isGone = atLeast(context.target, removal.removed);
  if (removal.rewrite === 'drop')
    offers.add('Retirer l’argument `loop`', isGone ? 'safe' : 'review', (edits) =>
      edits.dropKeyword(node as Keyword),
    );
  else if (removal.rewrite === 'rename')
    offers.add(
      `Remplacer par \`${removal.replacement}\``,
      isSame(node, context) ? 'safe' : 'review',
      (edits) => rename(edits, node as Expr | Alias, removal.replacement!),
    );
  else if (removal.rewrite === 'async def' && node.parent?.kind === 'FunctionDef') {
    const fn = node.parent;
    const isSure = isGone && bodyFacts(fn).yields.length > 0;
    offers.add(`Définir \`${fn.name}()\` par \`async def\``, isSure ? 'safe' : 'review', (edits) =>
      makeCoroutine(edits, fn, node as Expr),
    );
  }
  return offers.fixes;
}

/** Do the new name and the old one do the same here? `all_tasks()` and `current_task()` want a running loop. */
function isSame(node: Node, context: FixContext): boolean {
  return (
    !('attr' in node && /_tasks?$/.test(node.attr)) || context.surroundings(node) === 'coroutine'
  );
}

function rename(edits: Edits, node: Expr | Alias, replacement: string): void {
  if (node.kind === 'alias') {
    moveImport(edits, node, replacement);
    return;
  }
  const dot = replacement.lastIndexOf('.');
  const name = edits.name(replacement.slice(0, dot), replacement.slice(dot + 1), node);
  edits.replace(node, name ?? '');
}
