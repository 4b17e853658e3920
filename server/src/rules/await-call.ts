/** The repair of a coroutine that nobody awaits, where it is called. */
import type { Call } from '../syntax/index.ts';
import { makeAsync } from './make-async.ts';
import type { Offers } from './repairs.ts';
import type { Fix } from './rule.ts';

/** Offers to await the call where it stands, in a function that becomes a coroutine for it if need be. */
export function offerToAwaitCall(
  offers: Offers,
  call: Call,
  applicability: Fix['applicability'] = 'safe',
): void {
  const { context } = offers;
  const where = context.surroundings(call);
  if (where === 'coroutine' || where === 'notebook') {
    offers.add('Ajouter `await`', applicability, (edits) => edits.awaitExpr(call));
    return;
  }
  const enclosing = where === 'function' ? context.functionAround(call) : null;
  if (enclosing === null || enclosing.kind === 'Lambda') return;
  offers.add(
    `Rendre \`${enclosing.name}()\` asynchrone et ajouter \`await\``,
    'review',
    (edits) => {
      edits.awaitExpr(call);
      makeAsync(edits, enclosing);
    },
  );
}
