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
