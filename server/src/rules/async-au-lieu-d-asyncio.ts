import { knownEntry } from '../knowledge/stdlib.ts';
import type { Attribute } from '../syntax/index.ts';
import page from './async-au-lieu-d-asyncio.md';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';

export const asyncAuLieuDAsyncio: Rule = {
  code: 'ATT108',
  slug: 'async-au-lieu-d-asyncio',
  level: 'error',
  ofDamage: true,
  peers: [],
  page,
  handlers: {
    Name(name, context) {
      const { parent } = name;
      if (name.id !== 'async' || parent?.kind !== 'Attribute') return;
      // A name from elsewhere may come from a time when `async` was one like any other.
      if (knownEntry(`asyncio.${parent.attr}`) === undefined) return;
      context.report({
        at: parent,
        message: `\`async\` est un mot-clé de Python, pas un module\u00a0: le module s’appelle \`asyncio\`, il faut donc \`asyncio.${parent.attr}\`.`,
      });
    },
  },
  fixes,
};

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const attribute = node as Attribute;
  const offers = new Offers(context);
  offers.add('Remplacer `async` par `asyncio`', 'safe', (edits) => {
    const { value, attr, attrStart } = attribute;
    const name = edits.name('asyncio', attr, attribute);
    // By its own name when that is imported, else behind the module's, which may have another one.
    if (name === attr) edits.replaceRange(attribute, value.start, attrStart, '');
    else edits.replace(value, name?.replace(/\.\w+$/, '') ?? '');
  });
  return offers.fixes;
}
