import type { Expr } from '../syntax/index.ts';

/** A Python version, `[3, 11]`. */
export type PythonVersion = readonly [major: number, minor: number];

export const DEFAULT_TARGET: PythonVersion = [3, 11];

export function atLeast(version: PythonVersion, wanted: PythonVersion): boolean {
  return version[0] > wanted[0] || (version[0] === wanted[0] && version[1] >= wanted[1]);
}

/** Reads `3.11` (a patch number is ignored); undefined for anything else. */
export function parseVersion(text: string): PythonVersion | undefined {
  const match = /^\s*(\d+)\.(\d+)(?:\.\d+)?\s*$/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

export function formatVersion(version: PythonVersion): string {
  return `${version[0]}.${version[1]}`;
}

/** What `sys.version_info < (3, 7)` gives on every Python from `oldest` on, when it is always the same. */
export function versionTruth(test: Expr, oldest: PythonVersion): boolean | undefined {
  if (test.kind !== 'Compare' || test.ops.length !== 1) return undefined;
  const [operator] = test.ops;
  const [bound] = test.comparators;
  if (!namesVersion(test.left) || (operator !== '<' && operator !== '>=')) return undefined;
  const written = bound?.kind === 'Tuple' ? bound.elts : [];
  const numbers = written.map((one) => (one.kind === 'Constant' ? Number(one.value) : Number.NaN));
  const [major, minor = 0] = numbers;
  // On its first releases, a version is below its own third number.
  if (major === undefined || numbers.length > 2) return undefined;
  return atLeast(oldest, [major, minor]) ? operator === '>=' : undefined;
}

function namesVersion(expr: Expr): boolean {
  const name = expr.kind === 'Attribute' ? expr.attr : expr.kind === 'Name' ? expr.id : '';
  return name === 'version_info';
}
