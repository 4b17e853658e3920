/** The repair of coroutines that nobody awaits, where they are made. */
import { type Kind, membersOf, type Semantics, UNKNOWN } from '../semantics/index.ts';
import type { Await, Call, Node } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { makeAsync } from './make-async.ts';
import type { Offers } from './repairs.ts';
import type { Fix } from './rule.ts';

/** Offers to await calls of one function where they stand; it becomes a coroutine for it if need be. */
export function offerToAwait(
  offers: Offers,
  calls: readonly [Call, ...Call[]],
  applicability: Fix['applicability'] = 'safe',
): void {
  const { context } = offers;
  const home = context.file.at(calls[0]);
  const where = home.surroundings(calls[0]);
  if (where === 'coroutine' || where === 'notebook') {
    offers.add('Ajouter `await`', applicability, (edits) => awaitCalls(edits, calls));
    return;
  }
  const enclosing = where === 'function' ? home.functionAround(calls[0]) : null;
  if (enclosing === null || enclosing.kind === 'Lambda') return;
  offers.add(
    `Rendre \`${enclosing.name}()\` asynchrone et ajouter \`await\``,
    'review',
    (edits) => {
      awaitCalls(edits, calls);
      makeAsync(edits, enclosing);
    },
  );
}

/** `review` when an `await` that stood in the wrong place may be one too many now. */
function awaitCalls(edits: Edits, calls: readonly Call[]): Fix['applicability'] | undefined {
  let answer: Fix['applicability'] | undefined;
  for (const call of calls) {
    edits.awaitExpr(call);
    const semantics = edits.file.at(call);
    const { outer, kind } = awaitAround(call, semantics);
    if (outer === null) continue;
    const between = semantics.chunk.text.slice(outer.start, outer.value.start);
    const isAwaitable = membersOf(kind).some((member) => mayBeAwaited(member, semantics));
    if (kind.k === 'unknown' || isAwaitable) answer = 'review';
    else if (/^await[ \t]+$/.test(between))
      edits.replaceRange(outer, outer.start, outer.value.start, '');
    else edits.abandon();
  }
  return answer;
}

/** The `await` of `await f().x()`, and what it is given once `f()` is awaited. */
function awaitAround(call: Call, semantics: Semantics): { outer: Await | null; kind: Kind } {
  let node: Node = call;
  let kind = semantics.awaited(semantics.kindOf(call));
  for (;;) {
    const parent: Node | null = node.parent;
    if (parent?.kind === 'Await') return { outer: parent, kind };
    if (parent?.kind === 'Attribute') kind = semantics.member(kind, parent.attr) ?? UNKNOWN;
    else if (parent?.kind === 'Call' && parent.func === node) kind = semantics.called(kind);
    else if (parent?.kind === 'Subscript' && parent.value === node) kind = UNKNOWN;
    else return { outer: null, kind };
    node = parent;
  }
}

function mayBeAwaited(kind: Kind, semantics: Semantics): boolean {
  return (
    kind.k !== 'none' &&
    (kind.k !== 'instance' || semantics.member(kind, '__await__') !== undefined)
  );
}
