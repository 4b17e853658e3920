/** Who, in a file, calls its functions, or hands them over to be called. */
import { takersRunBy } from '../knowledge/callbacks.ts';
import { type Chunk, walk } from '../syntax/index.ts';
import { handedBy } from './callables.ts';
import { Evaluator } from './evaluator.ts';
import type { Facts } from './facts.ts';
import { isProjectId, shortName, splitProjectId } from './kinds.ts';
import { scopesOf } from './scopes.ts';
import { uidOf } from './table.ts';

/** Names of what hands callables to the loop: a chunk that has none of them need not be walked. */
const CALLBACK_METHODS = [...takersRunBy('loop')];

export class Callers {
  readonly #facts: Facts;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  /** Identifiers of the functions that name a function of their own file, itself left out. */
  of(id: string): readonly string[] {
    const { path } = splitProjectId(id);
    const name = shortName(id);
    return this.#facts.ask<readonly string[]>(
      `callers ${id}`,
      () => {
        const callers = new Set<string>();
        for (const { chunk } of this.#facts.table(path)?.source.chunks ?? []) {
          const { nameReads, attributeReads } = scopesOf(chunk);
          if (!nameReads.has(name) && !attributeReads.has(name)) continue;
          const evaluator = new Evaluator(this.#facts, path, chunk);
          walk(chunk.body, (node) => {
            if (node.kind !== 'Call') return;
            const kind = evaluator.kindOf(node.func);
            if (kind.k !== 'function' || kind.fn !== id) return;
            const caller = evaluator.functionAround(node);
            if (caller === null || caller.kind === 'Lambda') return;
            const callerId = this.#facts.idOf(path, chunk, caller);
            if (callerId !== undefined && callerId !== id) callers.add(callerId);
          });
        }
        return [...callers];
      },
      (callers) => callers.join(' '),
      [],
    );
  }

  /** Is the function handed, in its file, to something that calls it on the loop's thread? */
  isLoopCallback(id: string): boolean {
    const { path } = splitProjectId(id);
    return this.#facts
      .ask<ReadonlySet<string>>(
        `callbacks ${path}`,
        () => this.#loopCallbacks(path),
        (ids) => [...ids].sort().join(' '),
        new Set(),
      )
      .has(id);
  }

  #loopCallbacks(path: string): ReadonlySet<string> {
    const ids = new Set<string>();
    for (const { chunk } of this.#facts.table(path)?.source.chunks ?? []) {
      const { attributeReads } = scopesOf(chunk);
      if (!CALLBACK_METHODS.some((name) => attributeReads.has(name))) continue;
      for (const id of this.#callbacksGivenIn(path, chunk)) ids.add(id);
    }
    return ids;
  }

  /** Asked chunk by chunk, so that an edit asks it again of one. */
  #callbacksGivenIn(path: string, chunk: Chunk): readonly string[] {
    return this.#facts.ask<readonly string[]>(
      `callbacks in ${uidOf(chunk)}`,
      () => {
        const ids: string[] = [];
        const evaluator = new Evaluator(this.#facts, path, chunk);
        walk(chunk.body, (node) => {
          const handed = node.kind === 'Call' ? handedBy(node, evaluator) : null;
          if (handed?.taker.runs !== 'loop') return;
          const kind = evaluator.kindOf(handed.callable);
          if (kind.k === 'function' && isProjectId(kind.fn)) ids.push(kind.fn);
        });
        return ids;
      },
      (ids) => ids.join(' '),
      [],
    );
  }
}
