import { bodyFacts, every, type Kind, type Semantics } from '../semantics/index.ts';
import type { FunctionDef, YieldFrom } from '../syntax/index.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import page from './yield-from-dans-coroutine.md';

export const yieldFromDansCoroutine: Rule = {
  code: 'ATT113',
  slug: 'yield-from-dans-coroutine',
  level: 'error',
  peers: ['PLE1700', 'E1700', 'yield-inside-async-function'],
  page,
  handlers: {
    YieldFrom(node, context) {
      if (context.surroundings(node) !== 'coroutine') return;
      const { name } = context.functionAround(node) as FunctionDef;
      context.report({
        at: node,
        message: `\`yield from\` est interdit dans \`${name}()\`, déclarée avec \`async def\`\u00a0: Python refuse d’exécuter ce fichier.`,
      });
    },
  },
  fixes,
};

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const delegation = node as YieldFrom;
  const { value } = delegation;
  const kind = context.kindOf(value);
  const offers = new Offers(context);
  const isUnknown = kind.k === 'unknown';
  const { yields } = bodyFacts(context.functionAround(node) as FunctionDef);
  const isGenerator = yields.some((other) => other.kind === 'Yield');
  const hasOnly = (method: string) => every(kind, (member) => has(member, method, context));
  // Whoever yields besides goes on doing so; what is kept of it can only be awaited.
  const mayBeEither = isUnknown && delegation.parent?.kind === 'Expr';
  if (hasOnly('__await__') || (isUnknown && !(mayBeEither && isGenerator)))
    offers.add('Remplacer par `await`', mayBeEither ? 'review' : 'safe', (edits) => {
      const [keywords] = /^yield\s+from\s*/.exec(context.text(delegation))!;
      edits.replaceRange(delegation, delegation.start, delegation.start + keywords.length, '');
      edits.awaitExpr(value);
    });
  if (delegation.parent?.kind !== 'Expr') return offers.fixes;
  const { parent: statement } = delegation;
  const offerLoop = (keyword: string, applicability: Fix['applicability']) =>
    offers.add(`Remplacer par une boucle \`${keyword}\``, applicability, (edits) => {
      if (!edits.standsAlone(statement)) edits.abandon();
      const name = edits.freshName('element', delegation);
      const body = `\n${edits.indentOf(statement)}${edits.indentUnit}yield ${name}`;
      edits.reduce(statement, value, `${keyword} ${name} in `, `:${body}`);
    });
  if (hasOnly('__aiter__') || mayBeEither) offerLoop('async for', mayBeEither ? 'review' : 'safe');
  else if (hasOnly('__iter__') && !hasOnly('__await__')) offerLoop('for', 'safe');
  return offers.fixes;
}

function has(kind: Kind, method: string, context: Semantics): boolean {
  if (kind.k === 'coroutine') return method === '__await__';
  if (kind.k === 'asyncGenerator') return method === '__aiter__';
  return kind.k === 'instance' && (context.member(kind, method)?.k ?? 'unknown') !== 'unknown';
}
