/**
 * A small demand-driven memory of computed facts, after salsa (rust-analyzer).
 *
 * A fact remembers which other facts it asked for. When an input changes, what rests on it becomes
 * *suspect*; a suspect fact is computed again only if one of the facts it asked for really gave another
 * answer (its *fingerprint* moved). So a change that alters no interface stops at once, and what does not
 * rest on it is not even looked at.
 */
export interface Query<T> {
  readonly key: string;
  compute(): T;
  /** What dependants compare, by `===`. */
  fingerprint(value: T): unknown;
  /** The value of every fact on a cycle: whoever is asked first, the answer is the same. */
  readonly fallback: T;
}

interface Memo {
  readonly query: Query<unknown>;
  value: unknown;
  fingerprint: unknown;
  dependencies: Set<Memo>;
  readonly dependents: Set<Memo>;
  /** Revision of the last look; 0: never computed. */
  verifiedAt: number;
  changedAt: number;
  /** Revision at which it was last asked for from outside. */
  askedAt: number;
  state: 'sound' | 'suspect' | 'stale';
  running: boolean;
  cyclic: boolean;
}

/** Beyond this many nested questions a fact is treated as being on a cycle. */
const MAX_DEPTH = 300;
/** What nothing asked from outside in so many revisions rests on is forgotten. */
const FORGET_AFTER = 256;

export class Database {
  #revision = 1;
  readonly #memos = new Map<string, Memo>();
  readonly #stack: Memo[] = [];

  /** Facts held, for tests. */
  get size(): number {
    return this.#memos.size;
  }

  /** Says that inputs (facts that read from outside the database) changed, by their keys. */
  change(keys: Iterable<string>): void {
    this.#revision++;
    for (const key of keys) {
      const memo = this.#memos.get(key);
      if (memo === undefined) continue;
      memo.state = 'stale';
      this.#suspect(memo.dependents);
    }
    if (this.#revision % FORGET_AFTER === 0) this.#forget();
  }

  get<T>(query: Query<T>): T {
    const memo = this.#memos.get(query.key) ?? this.#remember(query as Query<unknown>);
    const asker = this.#stack.at(-1);
    if (asker === undefined) memo.askedAt = this.#revision;
    else {
      asker.dependencies.add(memo);
      memo.dependents.add(asker);
    }
    if (memo.running || this.#stack.length > MAX_DEPTH) {
      for (const member of this.#stack.slice(Math.max(0, this.#stack.indexOf(memo))))
        member.cyclic = true;
      return query.fallback;
    }
    this.#refresh(memo);
    return memo.value as T;
  }

  #remember(query: Query<unknown>): Memo {
    const memo: Memo = {
      query,
      value: query.fallback,
      fingerprint: undefined,
      dependencies: new Set(),
      dependents: new Set(),
      verifiedAt: 0,
      changedAt: 0,
      askedAt: 0,
      state: 'stale',
      running: false,
      cyclic: false,
    };
    this.#memos.set(query.key, memo);
    return memo;
  }

  #refresh(memo: Memo): void {
    if (memo.state === 'sound') return;
    if (memo.state === 'suspect' && !memo.cyclic && this.#dependenciesHold(memo)) {
      memo.state = 'sound';
      memo.verifiedAt = this.#revision;
      return;
    }
    this.#run(memo);
  }

  #dependenciesHold(memo: Memo): boolean {
    for (const dependency of memo.dependencies) {
      if (dependency.running) return false;
      this.#refresh(dependency);
      if (dependency.changedAt > memo.verifiedAt) return false;
    }
    return true;
  }

  #run(memo: Memo): void {
    for (const dependency of memo.dependencies) dependency.dependents.delete(memo);
    memo.dependencies = new Set();
    memo.running = true;
    memo.cyclic = false;
    memo.state = 'sound';
    this.#stack.push(memo);
    try {
      const value = memo.query.compute();
      memo.value = memo.cyclic ? memo.query.fallback : value;
    } catch (error) {
      memo.state = 'stale';
      throw error;
    } finally {
      this.#stack.pop();
      memo.running = false;
    }
    const fingerprint = memo.query.fingerprint(memo.value);
    if (memo.verifiedAt === 0 || fingerprint !== memo.fingerprint) {
      memo.fingerprint = fingerprint;
      memo.changedAt = this.#revision;
    }
    memo.verifiedAt = this.#revision;
  }

  #suspect(memos: Iterable<Memo>): void {
    const pending = [...memos];
    for (let memo = pending.pop(); memo !== undefined; memo = pending.pop()) {
      if (memo.state !== 'sound') continue;
      memo.state = 'suspect';
      pending.push(...memo.dependents);
    }
  }

  #forget(): void {
    const kept = new Set<Memo>();
    const pending = [...this.#memos.values()].filter(
      (memo) => memo.askedAt > this.#revision - FORGET_AFTER,
    );
    for (let memo = pending.pop(); memo !== undefined; memo = pending.pop()) {
      if (kept.has(memo)) continue;
      kept.add(memo);
      pending.push(...memo.dependencies);
    }
    for (const [key, memo] of this.#memos) {
      if (kept.has(memo)) continue;
      this.#memos.delete(key);
      for (const dependency of memo.dependencies) dependency.dependents.delete(memo);
    }
  }
}
