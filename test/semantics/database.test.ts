import { describe, expect, it } from 'vitest';
import { Database } from '../../server/src/semantics/database.ts';

/** A database over one changeable number, counting what is computed. */
function setUp() {
  const database = new Database();
  const counts = new Map<string, number>();
  let input = 1;
  const ask = <T>(
    key: string,
    compute: () => T,
    fallback: T,
    options: { input?: boolean } = {},
  ): T =>
    database.get({
      key,
      ...options,
      compute: () => {
        counts.set(key, (counts.get(key) ?? 0) + 1);
        return compute();
      },
      fingerprint: (value) => value,
      fallback,
    });
  return {
    ask,
    counts,
    database,
    number: () => ask('input', () => input, 0),
    set(value: number) {
      input = value;
      database.change(['input']);
    },
  };
}

describe('Database', () => {
  it('computes a fact once as long as nothing changes', () => {
    const { ask, counts, number } = setUp();
    const double = () => ask('double', () => number() * 2, 0);
    expect([double(), double()]).toEqual([2, 2]);
    expect(counts.get('double')).toBe(1);
  });

  it('computes again what rests on a changed input', () => {
    const { ask, number, set } = setUp();
    const double = () => ask('double', () => number() * 2, 0);
    expect(double()).toBe(2);
    set(5);
    expect(double()).toBe(10);
  });

  it('stops where the answer is the same', () => {
    const { ask, counts, number, set } = setUp();
    const parity = () => ask('parity', () => number() % 2, 0);
    const word = () => ask('word', () => (parity() === 1 ? 'odd' : 'even'), '');
    expect(word()).toBe('odd');
    set(3);
    expect(word()).toBe('odd');
    expect(counts.get('parity')).toBe(2);
    expect(counts.get('word')).toBe(1);
    set(4);
    expect(word()).toBe('even');
    expect(counts.get('word')).toBe(2);
  });

  it('keeps a fact that asked nothing', () => {
    const { ask, counts, set } = setUp();
    const constant = () => ask('constant', () => 7, 0);
    constant();
    set(2);
    expect(constant()).toBe(7);
    expect(counts.get('constant')).toBe(1);
  });

  it('gives every member of a cycle its fallback, whoever is asked first', () => {
    for (const first of ['a', 'b', 'c'] as const) {
      const { ask } = setUp();
      const facts: Record<'a' | 'b' | 'c', () => string> = {
        a: () => ask('a', () => `a${facts.b()}`, '?a'),
        b: () => ask('b', () => `b${facts.a()}`, '?b'),
        c: () => ask('c', () => `c${facts.a()}`, '?c'),
      };
      facts[first]();
      expect([facts.a(), facts.b(), facts.c()]).toEqual(['?a', '?b', 'c?a']);
    }
  });

  it('computes the members of a cycle again when what they rest on changes', () => {
    const { ask, number, set } = setUp();
    const a = (): number => ask('a', () => (number() > 1 ? number() : b()), -1);
    const b = (): number => ask('b', () => a() + 1, -2);
    expect(b()).toBe(-2);
    set(4);
    expect(b()).toBe(5);
    set(1);
    expect(b()).toBe(-2);
  });

  it('does not look at what does not rest on the change', () => {
    const { ask, counts, database } = setUp();
    const other = () => ask('other', () => 'same', '');
    const answer = () => ask('answer', () => other(), '');
    answer();
    database.change(['something else']);
    answer();
    expect([counts.get('other'), counts.get('answer')]).toEqual([1, 1]);
  });

  it('forgets what nobody asks for any more, and what it rested on', () => {
    const { ask, counts, database } = setUp();
    const part = () => ask('part', () => 1, 0);
    const whole = () => ask('whole', () => part() + 1, 0);
    const kept = () => ask('kept', () => 3, 0);
    whole();
    for (let i = 0; i < 600; i++) {
      database.change([]);
      kept();
    }
    expect(database.size).toBe(1);
    expect(whole()).toBe(2);
    expect([counts.get('whole'), counts.get('kept')]).toEqual([2, 1]);
  });

  it('survives thousands of revisions and still answers', () => {
    const { ask, number, set } = setUp();
    const double = () => ask('double', () => number() * 2, 0);
    for (let i = 0; i < 5000; i++) {
      set(i);
      if (i % 700 === 0) expect(double()).toBe(i * 2);
    }
    expect(double()).toBe(9998);
  });
});
