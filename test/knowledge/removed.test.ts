import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type Removal, removals } from '../../server/src/knowledge/removed.ts';
import { type FunctionEntry, knownEntry } from '../../server/src/knowledge/stdlib.ts';
import { pythonMinor } from '../support/python.ts';

const told = removals.map((removal) => [labelOf(removal), removal] as const);
const names = removals.filter(({ argument }) => argument === undefined);

function labelOf({ name, argument }: Removal): string {
  return argument === undefined ? name : `${name}(${argument})`;
}

/** The function that a call of the name runs. */
function calledBy(name: string): FunctionEntry {
  for (const full of [name, `${name}.__init__`]) {
    const entry = knownEntry(full, [3, 11]);
    if (entry?.kind === 'function') return entry;
  }
  throw new Error(`${name} is no callable`);
}

it.each(told)('%s is as typeshed has it', (_, { name, argument, deprecated, removed }) => {
  if (argument !== undefined) {
    const parameters = calledBy(name).signatures.flatMap((signature) => signature.parameters);
    expect(parameters.map((parameter) => parameter.name)).not.toContain(argument);
    return;
  }
  const entry = knownEntry(name);
  // typeshed has forgotten what its oldest Python, 3.10, no longer had.
  if (entry === undefined) expect(removed[1]).toBeLessThanOrEqual(10);
  else {
    if (removed[1] <= 14) expect(entry.until).toEqual(removed);
    if (entry.deprecated?.since !== undefined) expect(entry.deprecated.since).toEqual(deprecated);
  }
});

describe.runIf(pythonMinor !== undefined)('beside CPython', () => {
  // Other systems than Windows have no policies of its own.
  const here = names.filter(({ name }) => !name.includes('Windows'));
  const program = `
import asyncio, operator
for name in ${JSON.stringify(here.map(({ name }) => name.replace('asyncio.', '')))}:
    try:
        operator.attrgetter(name)(asyncio)
    except AttributeError:
        print(name)
`;

  it('has the names that are not removed yet, and no other', () => {
    const { stdout } = spawnSync('python3', ['-W', 'ignore', '-c', program]);
    const missing = stdout.toString().trim().split('\n');
    const gone = here.filter(({ removed }) => removed[1] <= pythonMinor!);
    expect(missing).toEqual(gone.map(({ name }) => name.replace('asyncio.', '')));
  });
});
