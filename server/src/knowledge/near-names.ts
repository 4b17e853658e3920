/** The names that an object of the standard library has, and the one that a misspelt name is for. */
import {
  classMember,
  isAvailable,
  knownEntry,
  mro,
  newestVersion,
  type Version,
} from './stdlib.ts';

/** Public names of a module, or of a class's instances, in a version; none for anything else. */
export function publicNames(qualifiedName: string, at: Version): readonly string[] {
  const entry = knownEntry(qualifiedName, at);
  const names = new Set<string>();
  if (entry?.kind === 'module') for (const name of entry.module.names()) names.add(name);
  if (entry?.kind === 'class')
    for (const { cls } of mro({ kind: 'ref', name: entry.qualifiedName, args: [] }, at))
      for (const name of cls.ownNames()) names.add(name);
  return [...names].filter((name) => {
    if (name.startsWith('_')) return false;
    const found =
      entry?.kind === 'class'
        ? classMember(entry, name, at)
        : knownEntry(`${qualifiedName}.${name}`, at);
    return found !== undefined && isAvailable(found, at);
  });
}

/**
 * The one name that another was meant to be; undefined when none, or several, are as near. The first letter
 * is never mistaken.
 */
export function nearestName(written: string, names: Iterable<string>): string | undefined {
  const wanted = plain(written);
  let best: string | undefined;
  let least = tolerance(wanted) + 1;
  for (const name of names) {
    if (name[0]!.toLowerCase() !== wanted[0]) continue;
    const distance = distanceBetween(wanted, plain(name), least + 1);
    if (distance > least || (distance === least && best === undefined)) continue;
    best = distance === least ? undefined : name;
    least = distance;
  }
  return best;
}

/** Is the name like one of asyncio's, without being one that all its versions have? Kept: it is asked of all attributes. */
export function mayBeMisspelt(name: string, at: Version): boolean {
  const key = `${name} ${at.join('.')}`;
  let answer = answers.get(key);
  if (answer === undefined) {
    const known = knownNames(at);
    answer = known.has(name) ? !known.get(name) : nearestName(name, known.keys()) !== undefined;
    if (answers.size > 10_000) answers.clear();
    answers.set(key, answer);
  }
  return answer;
}

/** `createTask`, `TaskGroup` and `create_task`, `taskgroup` differ in nothing that one remembers. */
function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

function tolerance({ length }: string): number {
  return length < 4 ? 0 : length < 7 ? 1 : 2;
}

/** Letters to add, take away, change or swap with their neighbours; `limit` stands for that and more. */
function distanceBetween(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let older: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, older[j - 2]! + 1);
      row.push(cost);
    }
    if (Math.min(...row) >= limit) return limit;
    [older, above] = [above, row];
  }
  return Math.min(above[b.length]!, limit);
}

const answers = new Map<string, boolean>();

/** The names of asyncio and of its classes; true: all that have the name have it in the version. */
function knownNames(at: Version): ReadonlyMap<string, boolean> {
  const key = at.join('.');
  const known = namesByVersion.get(key) ?? new Map<string, boolean>();
  if (known.size > 0) return known;
  namesByVersion.set(key, known);
  const classes = MODULES.flatMap((module) =>
    publicNames(module, newestVersion)
      .map((name) => knownEntry(`${module}.${name}`)!)
      .flatMap((entry) => (entry.kind === 'class' ? [entry.qualifiedName] : [])),
  );
  for (const owner of [...MODULES, ...classes]) {
    const own = new Set(publicNames(owner, at));
    for (const name of [...own, ...publicNames(owner, newestVersion)])
      known.set(name, own.has(name) && (known.get(name) ?? true));
  }
  return known;
}

const MODULES = ['asyncio', 'asyncio.subprocess'];

const namesByVersion = new Map<string, Map<string, boolean>>();
