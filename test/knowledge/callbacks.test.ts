import { expect, it } from 'vitest';
import { callableTaker, takerNames } from '../../server/src/knowledge/callbacks.ts';
import { knownEntry, type Signature } from '../../server/src/knowledge/stdlib.ts';

/** What calling the name takes: its overloads, the one that takes a callable first. */
function signaturesOf(name: string): readonly Signature[] {
  const full = name.includes('.') && !name.startsWith('list.') ? name : `builtins.${name}`;
  for (const method of ['', '.__init__', '.__new__']) {
    const entry = knownEntry(full + method);
    const signatures = entry?.kind === 'function' ? entry.signatures : [];
    const taking = signatures.find(({ parameters }) => parameters.some((p) => p.accepts.callable));
    if (taking !== undefined) return [taking, ...signatures];
  }
  throw new Error(`${name} takes no callable`);
}

it.each(takerNames().map((name) => [name] as const))('%s is as typeshed has it', (name) => {
  const signatures = signaturesOf(name);
  const { parameters } = signatures[0]!;
  const { at, keyword, own, passes } = callableTaker(name)!;
  const index = parameters.findIndex(({ accepts }) => accepts.callable);
  const taken = parameters[index]!;
  expect(at).toBe(taken.kind === 'keyword-only' ? null : index);
  expect(keyword).toBe(taken.kind === 'positional-only' ? null : taken.name);
  const named = signatures
    .flatMap((signature) => signature.parameters)
    .filter(({ kind }) => kind === 'positional' || kind === 'keyword-only');
  const isOpen = parameters.some(({ kind }) => kind === 'var-keyword');
  const keywords = [...new Set(named.map((p) => p.name))].sort();
  expect(own === null ? null : [...own].sort()).toEqual(isOpen ? null : keywords);
  if (passes === 'following') expect(parameters[index + 1]?.kind).toBe('var-positional');
  else if (typeof passes === 'object')
    expect(passes.at.map((place) => parameters[place]?.name)).toEqual(passes.keywords);
});

it('finds what a class has from another', () => {
  for (const [name, base] of [
    ['asyncio.BaseEventLoop.call_soon', 'asyncio.AbstractEventLoop.call_soon'],
    ['asyncio.Task.add_done_callback', 'asyncio.Future.add_done_callback'],
    ['concurrent.futures.ThreadPoolExecutor.submit', 'concurrent.futures.Executor.submit'],
    ['contextlib.AsyncExitStack.callback', 'contextlib._BaseExitStack.callback'],
  ] as const)
    expect(callableTaker(name)).toBe(callableTaker(base));
});

it.each(['call_soon', 'machine.Boucle.call_soon', 'asyncio.Queue.submit', 'asyncio.call_soon'])(
  'knows nothing of %s',
  (name) => expect(callableTaker(name)).toBeUndefined(),
);
