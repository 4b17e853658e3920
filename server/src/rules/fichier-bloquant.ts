import type { BlockingGroup } from '../knowledge/blocking.ts';
import type { Semantics } from '../semantics/index.ts';
import { type Call, type FunctionDef, SKIP, walk } from '../syntax/index.ts';
import { openersOf } from './at-once.ts';
import { blockingAt, blockingGroupOf } from './blocking.ts';
import { blockingRule } from './blocking-rule.ts';
import { offerExtraction } from './extract-with.ts';
import page from './fichier-bloquant.md';
import { offerThread } from './to-thread.ts';

export const fichierBloquant = blockingRule({
  code: 'ATT204',
  slug: 'fichier-bloquant',
  level: 'information',
  peers: ['ASYNC230', 'ASYNC231', 'ASYNC232', 'ASYNC240', 'S7493', 'EVL001'],
  page,
  because: () => 'aucune autre tâche n’avance pendant cet accès au disque',
  applies: ({ node, group, isMinor }, on, context) =>
    node.kind === 'Call' &&
    !(isMinor && isBesideLonger(on.fn, context)) &&
    !(on.isCallback && isReady(node, group, context)) &&
    !isOpenedAround(node, context),
  offer(offers, { node }) {
    if (node.kind !== 'Call') return;
    if (node.parent?.kind === 'withitem') offerExtraction(offers, node.parent);
    else if (!isLazy(node)) offerThread(offers, node);
  },
});

/**
 * `exists()` before `open()`: one finding is enough, for what takes long. It stays enough once the other is given
 * to a thread, whether as a function or in one.
 */
function isBesideLonger(fn: FunctionDef, context: Semantics): boolean {
  let found = false;
  walk(fn.body, (node) => {
    if (found) return SKIP;
    if (node.kind !== 'Name' && node.kind !== 'Attribute') return undefined;
    const { parent } = node;
    const isCalled = parent?.kind === 'Call' && parent.func === node;
    const group = isCalled ? blockingAt(parent, context)?.group : blockingGroupOf(node, context);
    found = group?.code === 'ATT204' && !group.isMinor;
    return undefined;
  });
  return found;
}

/** What the loop's callbacks use when there is something to read or write: a descriptor, a file that is a pipe. */
function isReady(call: Call, { of }: BlockingGroup, context: Semantics): boolean {
  return of.startsWith('_io.') && call.func.kind === 'Attribute'
    ? call.func.attr.startsWith('read')
    : /^os\.(?:read|write)$/.test(context.callee(call) ?? '');
}

/** A method of what a `with` opened: it is for that `with` that the finding stands. */
function isOpenedAround(call: Call, context: Semantics): boolean {
  return openersOf(call, context).some(
    (opener) =>
      opener.parent?.kind === 'withitem' && blockingAt(opener, context)?.group.code === 'ATT204',
  );
}

/** What these give goes on reading the disk while one goes through it. */
function isLazy({ func }: Call): boolean {
  const name = func.kind === 'Attribute' ? func.attr : func.kind === 'Name' ? func.id : '';
  return /^(?:walk|fwalk|scandir|iterdir|r?glob|iglob)$/.test(name);
}
