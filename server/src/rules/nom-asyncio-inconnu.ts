import { mayBeMisspelt, nearestName, publicNames } from '../knowledge/near-names.ts';
import { publicName } from '../knowledge/public-names.ts';
import { type Entry, isAvailable, knownEntry } from '../knowledge/stdlib.ts';
import {
  atLeast,
  formatVersion,
  type Kind,
  membersOf,
  type PythonVersion,
  scopesOf,
} from '../semantics/index.ts';
import type { Alias, Node } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { isAskedAbout, isErrorExpected, isVersionAsked } from './foreseen.ts';
import page from './nom-asyncio-inconnu.md';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';

export const nomAsyncioInconnu: Rule = {
  code: 'ATT109',
  slug: 'nom-asyncio-inconnu',
  level: 'error',
  peers: [
    'reportAttributeAccessIssue',
    'attr-defined',
    'unresolved-attribute',
    'E1101',
    'no-member',
  ],
  yieldsTo: ['ATT503'],
  page,
  handlers: {
    Attribute(node, context) {
      const { value, attr } = node;
      // Most attributes have nothing to do with asyncio: what is written decides first.
      const isGlobal = value.kind === 'Name' && context.reaching(value) === null;
      if (attr.startsWith('_') || !(isGlobal || mayBeMisspelt(attr, context.target))) return;
      const owner = ownerOf(context.kindOf(value));
      if (owner === undefined || context.isAttributeSetAnywhere(attr)) return;
      if (isAskedAbout(value, /^(?:has|get|set)attr$/, context)) return;
      if (isErrorExpected(node, 'AttributeError', context)) return;
      check(node, owner, attr, { start: node.attrStart, end: node.end }, context);
    },
    ImportFrom({ module, level, names }, context) {
      if (module !== 'asyncio' || level > 0) return;
      for (const alias of names)
        if (alias.name !== '*' && !isErrorExpected(alias, IMPORT_ERRORS, context))
          check(alias, 'asyncio', alias.name, nameSpan(alias), context);
    },
  },
  fixes,
};

const IMPORT_ERRORS = 'ImportError|ModuleNotFoundError|AttributeError|Exception';

function check(
  node: Node,
  owner: string,
  name: string,
  span: { readonly start: number; readonly end: number },
  context: RuleContext,
): void {
  const { target } = context;
  const found = memberOf(owner, name, target);
  if (found !== undefined && isAvailable(found, target)) return;
  const shown = owner === 'asyncio' ? `\`asyncio.${name}\`` : `\`${publicName(owner)}.${name}\``;
  if (found !== undefined) {
    const { since } = found;
    // Of what is gone, the rule on removed names speaks.
    if (since === undefined || atLeast(target, since) || isVersionAsked(node, context)) return;
    context.report({
      at: node,
      span,
      message: `${shown} n’existe que depuis Python ${formatVersion(since)}, et ce code vise Python ${formatVersion(target)}.`,
    });
    return;
  }
  const near = nearestName(name, publicNames(owner, target));
  // An object may have been given the attribute elsewhere; the module hardly ever is.
  if (name.startsWith('_') || (near === undefined && owner !== 'asyncio')) return;
  context.report({
    at: node,
    span,
    message: `${shown} n’existe pas${near === undefined ? '' : `\u00a0: il s’agit sans doute de \`${near}\``}.`,
    data: { near: near ?? null },
  });
}

/** The module, or the class of asyncio, that the attribute is looked up in; undefined for all else. */
function ownerOf(kind: Kind): string | undefined {
  const owners = new Set(
    membersOf(kind).flatMap((member) => {
      switch (member.k) {
        case 'none':
          return [];
        case 'module':
          return [member.name];
        case 'class':
        case 'instance':
          return [member.cls];
        default:
          return [''];
      }
    }),
  );
  const [owner = ''] = owners;
  return owners.size === 1 && /^_?asyncio(?:\.|$)/.test(owner) ? owner : undefined;
}

/** What the owner has of that name, in the version if it does, else in another one. */
function memberOf(owner: string, name: string, target: PythonVersion): Entry | undefined {
  // The package imports it for itself.
  const entry = owner === 'asyncio' && name === 'sys' ? 'sys' : `${owner}.${name}`;
  return knownEntry(entry, target) ?? knownEntry(entry);
}

function nameSpan({ start, name }: Alias) {
  return { start, end: start + name.length };
}

function fixes({ node, data }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  const { near } = data;
  if (typeof near !== 'string') return [];
  offers.add(`Remplacer par \`${near}\``, 'safe', (edits) => {
    if (node.kind === 'Attribute') edits.replaceRange(node, node.attrStart, node.end, near);
    else renameImport(edits, node as Alias, near);
  });
  return offers.fixes;
}

/** The name is mended where it is imported, and wherever the file uses it. */
function renameImport(edits: Edits, alias: Alias, near: string): void {
  const { start, end } = nameSpan(alias);
  edits.replaceRange(alias, start, end, near);
  if (alias.asname !== null) return;
  const { bindings, source } = edits.file.table;
  const isOnlyBinding = bindings.get(alias.name)?.every(({ item }) => item.node === alias);
  if (!isOnlyBinding || bindings.has(near)) edits.abandon();
  for (const { chunk } of source.chunks)
    for (const read of scopesOf(chunk).nameReads.get(alias.name) ?? []) {
      if (edits.isShadowed(alias.name, read)) continue;
      if (edits.isShadowed(near, read)) edits.abandon();
      edits.replace(read, near);
    }
}
