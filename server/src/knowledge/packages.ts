/**
 * Well-known packages, for projects whose environment is not there to be read: what gives a coroutine, what
 * is to be entered or iterated and how. The facts are in `packages.json`, read as those of `stdlib.ts` are,
 * under public names: `aiohttp.ClientSession`, wherever the class is defined. They are not complete:
 * what they leave out may exist.
 */
import { packageText, packageTexts } from './packages-text.ts';
import { moduleNamed, mro, type StdlibModule } from './stdlib.ts';

/** A module of a package by its full name. */
export function packageModule(name: string): StdlibModule | undefined {
  return packageText(name) === undefined ? undefined : moduleNamed(name);
}

/** Whether a qualified name belongs to a package: `aiohttp.ClientSession`. */
export function isInPackage(qualifiedName: string): boolean {
  packages ??= new Set([...packageTexts.keys()].map(topOf));
  return packages.has(topOf(qualifiedName));
}

/**
 * Whether instances of a class certainly have no such member, when the facts tell of none: of packages, only
 * the methods by which Python enters, iterates or calls are all told. Who awaits an object of a package has
 * a reason to: another release, or a stand-in, may be awaitable.
 */
export function isCertainlyAbsent(cls: string, member: string): boolean {
  const ancestors = mro({ kind: 'ref', name: cls, args: [] });
  return (
    ancestors.length > 0 &&
    ancestors.every(
      (ancestor) =>
        !isInPackage(ancestor.cls.qualifiedName) ||
        (PROTOCOL_METHODS.has(member) && member !== '__await__' && !ancestor.cls.hasUnknownBase),
    )
  );
}

/** The special methods that `packages.json` never leaves out. */
export const PROTOCOL_METHODS: ReadonlySet<string> = new Set([
  '__aenter__',
  '__aexit__',
  '__aiter__',
  '__anext__',
  '__await__',
  '__call__',
  '__enter__',
  '__exit__',
  '__getattr__',
  '__getitem__',
  '__iter__',
  '__next__',
]);

let packages: Set<string> | undefined;

function topOf(qualifiedName: string): string {
  return qualifiedName.split('.', 1)[0]!;
}
