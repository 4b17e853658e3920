/**
 * A small demand-driven memory of computed facts, after salsa (rust-analyzer).
 *
 * A fact remembers which other facts it asked for. When an input changes, a fact is computed again only
 * if one of those facts really gave another answer (its *fingerprint* moved), so a change that alters
 * no interface stops at once.
 */
export interface Query<T> {
  readonly key: string;
  compute(): T;
  /** What dependants compare, by `===`. */
  fingerprint(value: T): unknown;
  /** Read from outside the database: looked at again at each revision. */
  readonly input?: boolean;
  /** The value of every fact on a cycle: whoever is asked first, the answer is the same. */
  readonly fallback: T;
}

interface Memo {
  readonly query: Query<unknown>;
  value: unknown;
  fingerprint: unknown;
  dependencies: Set<Memo>;
  verifiedAt: number;
  changedAt: number;
  running: boolean;
  cyclic: boolean;
}

/** Beyond this many nested questions a fact is treated as being on a cycle. */
const MAX_DEPTH = 300;
/** A fact that nobody verified for this many revisions is forgotten. */
const FORGET_AFTER = 256;

export class Database {
  #revision = 1;
  readonly #memos = new Map<string, Memo>();
  readonly #stack: Memo[] = [];

  /** Call after changing anything that an untracked input reads. */
  advance(): void {
    this.#revision++;
    if (this.#revision % FORGET_AFTER === 0) this.#forgetOld();
  }

  get<T>(query: Query<T>): T {
    const memo = this.#memos.get(query.key) ?? this.#remember(query as Query<unknown>);
    this.#stack.at(-1)?.dependencies.add(memo);
    if (memo.running || this.#stack.length > MAX_DEPTH) {
      for (const asker of this.#stack.slice(Math.max(0, this.#stack.indexOf(memo))))
        asker.cyclic = true;
      return query.fallback;
    }
    this.#refresh(memo);
    return memo.value as T;
  }

  /** Grows each time an input may have changed. */
  get revision(): number {
    return this.#revision;
  }

  #remember(query: Query<unknown>): Memo {
    const memo: Memo = {
      query,
      value: query.fallback,
      fingerprint: undefined,
      dependencies: new Set(),
      verifiedAt: 0,
      changedAt: 0,
      running: false,
      cyclic: false,
    };
    this.#memos.set(query.key, memo);
    return memo;
  }

  #refresh(memo: Memo): void {
    if (memo.verifiedAt === this.#revision) return;
    if (memo.verifiedAt > 0 && !memo.cyclic && !memo.query.input && this.#dependenciesHold(memo)) {
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
    memo.dependencies = new Set();
    memo.running = true;
    memo.cyclic = false;
    this.#stack.push(memo);
    try {
      const value = memo.query.compute();
      memo.value = memo.cyclic ? memo.query.fallback : value;
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

  #forgetOld(): void {
    const oldest = this.#revision - FORGET_AFTER;
    for (const [key, memo] of this.#memos) if (memo.verifiedAt < oldest) this.#memos.delete(key);
  }
}
