import type { Semantics } from '../semantics/index.ts';
import { ancestors, type Call, type Expr } from '../syntax/index.ts';
import { blockingRule } from './blocking-rule.ts';
import type { Offers } from './repairs.ts';
import page from './synchronisation-de-threads.md';
import { offerThread } from './to-thread.ts';

export const synchronisationDeThreads = blockingRule({
  code: 'ATT208',
  slug: 'synchronisation-de-threads',
  level: 'warning',
  peers: [],
  yieldsTo: ['ATT506'],
  page,
  because: () =>
    'tant que dure cette attente, aucune tâche n’avance, pas même celle qui y mettrait fin',
  applies: ({ node, isMinor }, _on, context) =>
    !(node.kind === 'withitem' && isMinor && isForThreads(node.context_expr, context)),
  offer(offers, { node, group }) {
    if (node.kind !== 'Call') return;
    if (group.of === 'concurrent.futures.Future') offerWrapping(offers, node);
    // A lock is released by the thread that took it.
    else if (!group.names.has('acquire') && !/Condition$/.test(group.of))
      offerThread(offers, node, 'review');
  },
});

/** A lock held for a moment, that plain functions of the file take as well: in other threads, or it would not be there. */
function isForThreads(lock: Expr, context: Semantics): boolean {
  const key = 'taken by a plain function';
  if (lock.kind === 'Name') return context.isNameUsedElsewhere(lock.id, key, isTakenPlainly);
  return (
    lock.kind === 'Attribute' && context.isAttributeUsedElsewhere(lock.attr, key, isTakenPlainly)
  );
}

function isTakenPlainly(lock: Expr): boolean {
  if (lock.parent?.kind !== 'withitem') return false;
  for (const { kind } of ancestors(lock)) {
    if (kind === 'FunctionDef') return true;
    if (kind === 'AsyncFunctionDef' || kind === 'Lambda') return false;
  }
  return false;
}

/** `future.result()` → `await asyncio.wrap_future(future)`; with a delay, under `asyncio.wait_for`. */
function offerWrapping(offers: Offers, call: Call): void {
  const { func, args, keywords } = call;
  const { context } = offers;
  if (func.kind !== 'Attribute' || func.attr !== 'result') return;
  if (context.surroundings(call) !== 'coroutine') return;
  const delay = args[0] ?? keywords.find(({ arg }) => arg === 'timeout')?.value;
  if (args.length + keywords.length > (delay === undefined ? 0 : 1)) return;
  offers.add('Attendre avec `asyncio.wrap_future()`', 'review', (edits) => {
    const wrap = edits.name('asyncio', 'wrap_future', call);
    const wait = delay && edits.name('asyncio', 'wait_for', call);
    const limit = delay === undefined ? '' : `, ${context.text(delay)})`;
    const before = `${wait ? `${wait}(` : ''}${wrap}(`;
    if (call.parent?.kind === 'Await') edits.insertBefore(call, before);
    else edits.awaitExpr(call, `await ${before}`);
    edits.replaceRange(call, func.value.end, call.end, `)${limit}`);
  });
}
