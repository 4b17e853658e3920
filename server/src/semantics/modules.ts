/**
 * Where modules are found, as Python finds them: beside the importer, in the project's roots, in the
 * standard library, in the project's virtual environment.
 */
import { stdlibModule } from '../knowledge/stdlib.ts';

/** Where a module's meaning comes from. */
export type FoundModule =
  | { readonly where: 'project'; readonly path: string }
  /** A folder without `__init__.py`: it holds modules and nothing else. */
  | { readonly where: 'namespace'; readonly folder: string }
  | { readonly where: 'stdlib'; readonly name: string }
  /** A folder has to be read first: nothing is known yet. */
  | { readonly where: 'pending' };

/** The folders of the project, as far as they were read. Paths have no last `/`. */
export interface Folders {
  /** Names of the entries, those of folders ending in `/`; empty when there is no such folder; undefined: not read yet. */
  entries(folder: string): ReadonlySet<string> | undefined;
  /** Folders that the user works in. */
  readonly roots: readonly string[];
}

/** The one door through which modules are looked up. */
export interface ModuleDoor {
  /**
   * @param name dotted, without the leading dots of a relative import
   * @param level how many leading dots
   * @param from path of the importing module
   */
  find(name: string, level: number, from: string, folders: Folders): FoundModule | undefined;
  /** The module `name` inside a package, given by the path of its `__init__.py`, or inside a namespace folder. */
  inside(packageOrFolder: string, name: string, folders: Folders): FoundModule | undefined;
}

/** The project first, as a script's own folder comes first in `sys.path`. */
export const projectDoor: ModuleDoor = {
  find(name, level, from, folders) {
    const parts = name === '' ? [] : name.split('.');
    if (level > 0) {
      let folder: string | undefined = folderOf(from);
      for (let i = 1; i < level && folder !== undefined; i++) folder = folderOf(folder);
      return folder === undefined ? undefined : below(folder, parts, folders);
    }
    return (
      firstBelow(importRoots(from, folders), parts, folders) ??
      inStdlib(name) ??
      firstBelow(installed(from, folders), parts, folders)
    );
  },

  inside(packageOrFolder, name, folders) {
    const isPackage = /\/__init__\.pyi?$/.test(packageOrFolder);
    if (!isPackage && /\.pyi?$/.test(packageOrFolder)) return undefined;
    const folder = isPackage ? folderOf(packageOrFolder) : packageOrFolder;
    return folder === undefined ? undefined : below(folder, [name], folders);
  },
};

const PENDING = { where: 'pending' } as const satisfies FoundModule;

function inStdlib(name: string): FoundModule | undefined {
  return stdlibModule(name) === undefined ? undefined : { where: 'stdlib', name };
}

type Pending = typeof PENDING;

function firstBelow(
  roots: Iterable<string | Pending>,
  parts: readonly string[],
  folders: Folders,
): FoundModule | undefined {
  for (const root of roots) {
    if (typeof root !== 'string') return root;
    const found = below(root, parts, folders);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Follows a dotted path down from a folder; no parts: the package that the folder is. */
function below(
  folder: string,
  parts: readonly string[],
  folders: Folders,
): FoundModule | undefined {
  const entries = folders.entries(folder);
  if (entries === undefined) return PENDING;
  const [part, ...rest] = parts;
  if (part === undefined) {
    const init = INIT.find((name) => entries.has(name));
    if (init !== undefined) return { where: 'project', path: `${folder}/${init}` };
    return entries.size > 0 ? { where: 'namespace', folder } : undefined;
  }
  const module = [`${part}.py`, `${part}.pyi`].find((name) => entries.has(name));
  if (entries.has(`${part}/`)) {
    const found = below(`${folder}/${part}`, rest, folders);
    // A package goes before a module of its name, which goes before a mere folder.
    if (found !== undefined && !(found.where === 'namespace' && module !== undefined)) return found;
  }
  return module === undefined || rest.length > 0
    ? undefined
    : { where: 'project', path: `${folder}/${module}` };
}

const INIT = ['__init__.py', '__init__.pyi'];

/** The folders in which an absolute import of the file is looked for. */
function* importRoots(from: string, folders: Folders): Generator<string | Pending> {
  // A package is imported from the folder that holds its outermost package.
  let folder = folderOf(from);
  while (folder !== undefined) {
    const isPackage = holdsPackage(folder, folders);
    if (isPackage === undefined) {
      yield PENDING;
      return;
    }
    const above = folderOf(folder);
    if (!isPackage) {
      yield folder;
      // A mere folder inside a package, as `discord/ext`, is part of it.
      if (above === undefined || folders.roots.includes(folder) || !holdsPackage(above, folders))
        break;
    }
    folder = above;
  }
  for (const root of folders.roots) {
    if (!from.startsWith(`${root}/`)) continue;
    if (root !== folder) yield root;
    if (`${root}/src` !== folder) yield `${root}/src`;
  }
}

/** Undefined: the folder is not read yet. */
function holdsPackage(folder: string, folders: Folders): boolean | undefined {
  const entries = folders.entries(folder);
  return entries && INIT.some((name) => entries.has(name));
}

/** Where the virtual environment of the project keeps what is installed. */
function* installed(from: string, folders: Folders): Generator<string | Pending> {
  for (const root of folders.roots) {
    if (!from.startsWith(`${root}/`)) continue;
    const entries = folders.entries(root);
    if (entries === undefined) yield PENDING;
    for (const environment of ENVIRONMENTS) {
      if (!entries?.has(`${environment}/`)) continue;
      // On Windows; then elsewhere, where the folder tells the version.
      yield `${root}/${environment}/Lib/site-packages`;
      const lib = `${root}/${environment}/lib`;
      const versions = folders.entries(lib);
      if (versions === undefined) yield PENDING;
      for (const version of versions ?? [])
        if (/^python3\.\d+\/$/.test(version)) yield `${lib}/${version}site-packages`;
    }
  }
}

const ENVIRONMENTS = ['.venv', 'venv'];

/** The folder that holds a path; undefined above the root. */
function folderOf(path: string): string | undefined {
  const slash = path.lastIndexOf('/');
  return slash <= 0 || path[slash - 1] === '/' ? undefined : path.slice(0, slash);
}
