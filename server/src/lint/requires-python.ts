/** `requires-python` as in pyproject.toml (PEP 440 version specifiers, PEP 621). */
import type { PythonVersion } from '../semantics/index.ts';

/** The versions of Python that exist or soon will. */
const MINORS = Array.from({ length: 30 }, (_, minor) => minor);

/**
 * The lowest `3.x` of which the specifiers admit some release; undefined when they admit none or are
 * not understood.
 */
export function lowestVersion(specifiers: string): PythonVersion | undefined {
  const tests = specifiers
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(readSpecifier);
  if (tests.length === 0 || !tests.every((test) => test !== undefined)) return undefined;
  // A bound changes the answer only at a release it names, and just around it.
  const micros = new Set([0, 1000]);
  for (const [, micro] of specifiers.matchAll(/3\.\d+\.(\d+)/g)) {
    micros.add(Number(micro)).add(Number(micro) + 1);
  }
  const minor = MINORS.find((candidate) =>
    [...micros].some((micro) => tests.every((test) => test([3, candidate, micro]))),
  );
  return minor === undefined ? undefined : [3, minor];
}

type Release = readonly number[];

function readSpecifier(text: string): ((release: Release) => boolean) | undefined {
  const match = /^(~=|===?|!=|<=|>=|<|>)\s*v?(\d+(?:\.\d+)*)(?:(?:a|b|rc|\.dev)\d+)?(\.\*)?$/.exec(
    text,
  );
  if (!match) return undefined;
  const [, operator, version, wildcard] = match;
  if (wildcard && operator !== '==' && operator !== '!=') return undefined;
  const wanted = version!.split('.').map(Number);
  const within = (release: Release, parts: number) => compare(release, wanted, parts) === 0;
  switch (operator) {
    case '>=':
      return (release) => compare(release, wanted) >= 0;
    case '<=':
      return (release) => compare(release, wanted) <= 0;
    case '<':
      return (release) => compare(release, wanted) < 0;
    case '>':
      return (release) => compare(release, wanted) > 0;
    case '~=':
      return (release) => compare(release, wanted) >= 0 && within(release, wanted.length - 1);
    case '!=':
      return (release) => !within(release, wildcard ? wanted.length : 3);
    default:
      return (release) => within(release, wildcard ? wanted.length : 3);
  }
}

/** Compares the first `parts` numbers; those that are missing are 0. */
function compare(a: Release, b: Release, parts = 3): number {
  for (let i = 0; i < parts; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
