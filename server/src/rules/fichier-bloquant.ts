import type { Semantics } from '../semantics/index.ts';
import type { Call } from '../syntax/index.ts';
import { blockingAt, blockingRule } from './blocking.ts';
import { offerExtraction } from './extract-with.ts';
import page from './fichier-bloquant.md';
import { offerThread } from './to-thread.ts';

export const fichierBloquant = blockingRule({
  code: 'ATT204',
  slug: 'fichier-bloquant',
  level: 'information',
  peers: ['ASYNC230', 'ASYNC231', 'ASYNC232', 'ASYNC240', 'S7493', 'EVL001'],
  yieldsTo: ['ATT106'],
  page,
  because: () => 'aucune autre tâche n’avance pendant cet accès au disque',
  applies: ({ node }, on, context) =>
    node.kind === 'Call' &&
    !(on.isCallback && isPipe(node, context)) &&
    !isOpenedAround(node, context),
  offer(offers, { node }) {
    if (node.kind !== 'Call') return;
    if (node.parent?.kind === 'withitem') offerExtraction(offers, node.parent);
    else if (!isLazy(node)) offerThread(offers, node);
  },
});

/** Calls on a descriptor, which the loop's callbacks use when there is something to read or write. */
function isPipe(call: Call, context: Semantics): boolean {
  return /^os\.(?:read|write)$/.test(context.callee(call) ?? '');
}

/** A method of what a `with` opened: it is for that `with` that the finding stands. */
function isOpenedAround({ func }: Call, context: Semantics): boolean {
  const file = func.kind === 'Attribute' && func.value.kind === 'Name' ? func.value : null;
  const bindings = (file && context.reaching(file)?.bindings) ?? [];
  return bindings.some(({ origin }) => {
    const opener = origin.how === 'with' && !origin.async ? origin.item.context_expr : null;
    return opener?.kind === 'Call' && blockingAt(opener, context)?.group.code === 'ATT204';
  });
}

/** What these give goes on reading the disk while one goes through it. */
function isLazy({ func }: Call): boolean {
  const name = func.kind === 'Attribute' ? func.attr : func.kind === 'Name' ? func.id : '';
  return /^(?:walk|fwalk|scandir|iterdir|r?glob|iglob)$/.test(name);
}
