/** Who, in a file, calls its functions, or hands them over to be called. */
import { takersRunBy } from '../knowledge/callbacks.ts';
import { type Call, type Chunk, walk } from '../syntax/index.ts';
import { handedBy } from './callables.ts';
import { Evaluator } from './evaluator.ts';
import type { Facts } from './facts.ts';
import { isProjectId, shortName, splitProjectId } from './kinds.ts';
import { uidOf } from './table.ts';

/** Names of what hands callables to the loop: a chunk that has none of them need not be walked. */
const CALLBACK_METHODS = takersRunBy('loop');

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
        for (const chunk of this.#facts.saying(path, [name])) {
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

  /** Is the function handed, in its file, to a server of streams, which gives it a reader and a writer? */
  isStreamHandler(id: string): boolean {
    const { path } = splitProjectId(id);
    return this.#facts
      .ask<ReadonlySet<string>>(
        `stream handlers ${path}`,
        () => {
          const ids = new Set<string>();
          for (const chunk of this.#facts.saying(path, STARTERS))
            for (const id of this.#handlersIn(path, chunk)) ids.add(id);
          return ids;
        },
        (ids) => [...ids].sort().join(' '),
        new Set(),
      )
      .has(id);
  }

  #handlersIn(path: string, chunk: Chunk): readonly string[] {
    return this.#facts.ask<readonly string[]>(
      `stream handlers in ${uidOf(chunk)}`,
      () => {
        const ids: string[] = [];
        const evaluator = new Evaluator(this.#facts, path, chunk);
        walk(chunk.body, (node) => {
          if (node.kind !== 'Call' || !mayBeServer(node)) return;
          const starter = evaluator.kindOf(node.func);
          const given =
            node.args[0] ?? node.keywords.find(({ arg }) => arg === 'client_connected_cb')?.value;
          if (starter.k !== 'function' || !SERVERS.has(starter.fn) || given === undefined) return;
          const kind = evaluator.kindOf(given);
          if (kind.k === 'function' && isProjectId(kind.fn)) ids.push(kind.fn);
        });
        return ids;
      },
      (ids) => ids.join(' '),
      [],
    );
  }

  #loopCallbacks(path: string): ReadonlySet<string> {
    const ids = new Set<string>();
    for (const chunk of this.#facts.saying(path, CALLBACK_METHODS))
      for (const id of this.#callbacksGivenIn(path, chunk)) ids.add(id);
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

const STARTERS: ReadonlySet<string> = new Set(['start_server', 'start_unix_server']);
const SERVERS: ReadonlySet<string> = new Set(
  [...STARTERS].map((name) => `asyncio.streams.${name}`),
);

function mayBeServer({ func }: Call): boolean {
  return STARTERS.has(func.kind === 'Attribute' ? func.attr : func.kind === 'Name' ? func.id : '');
}
