/**
 * Where modules are found, as Python finds them: beside the importer, in the project, in the standard
 * library, in the project's environment. What is nowhere may still be a package that `knowledge/` tells of.
 */
import { packageModule } from '../knowledge/packages.ts';
import { stdlibModule } from '../knowledge/stdlib.ts';

/** Where a module's meaning comes from. */
export type FoundModule =
  | { readonly where: 'project'; readonly path: string }
  /** A folder without `__init__.py`: it holds modules and nothing else. */
  | { readonly where: 'namespace'; readonly folder: string }
  /** Its facts are in `knowledge/`: the standard library's, or a package's whose source is not there. */
  | { readonly where: 'knowledge'; readonly name: string }
  /** A folder has to be read first: nothing is known yet. */
  | { readonly where: 'pending' };

/** The folders of the project, as far as they were read. Paths have no last `/`. */
export interface Folders {
  /** Names of the entries, those of folders ending in `/`; empty when there is no such folder; undefined: not read yet. */
  entries(folder: string): ReadonlySet<string> | undefined;
  /** Folders that the user works in. */
  readonly roots: readonly string[];
  /** The Python environments in which what is installed is looked for. */
  readonly environments: Environments;
  /** Where a folder's `pyproject.toml` and `setup.cfg` say that its packages are; undefined: not read yet. */
  sources(project: string): readonly string[] | undefined;
}

/** Folders of Python environments: `/p/.venv`, `/usr`, `C:/Python312`. */
export interface Environments {
  /** The user's choice for a root, or under an empty text for all: nothing else is looked into then. */
  readonly chosen: ReadonlyMap<string, string>;
  /** Those of the shell, looked into after the project's own. */
  readonly ambient: readonly string[];
}

export const NO_ENVIRONMENT: Environments = { chosen: new Map(), ambient: [] };

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
    const found = search(parts, from, folders);
    if (found !== undefined && found.where !== 'namespace') return found;
    // A folder that happens to be called like a package hides nothing.
    return known(parts, from, folders) ?? found;
  },

  inside(packageOrFolder, name, folders) {
    const isPackage = /\/__init__\.pyi?$/.test(packageOrFolder);
    if (!isPackage && /\.pyi?$/.test(packageOrFolder)) return undefined;
    const folder = isPackage ? folderOf(packageOrFolder) : packageOrFolder;
    return folder === undefined ? undefined : below(folder, [name], folders);
  },
};

/** The environment that the user chose for the file's root, the innermost, or for all. */
export function chosenEnvironment(path: string, { chosen }: Environments): string | undefined {
  const root = [...chosen.keys()]
    .filter((candidate) => path.startsWith(`${candidate}/`))
    .sort((a, b) => b.length - a.length)[0];
  return chosen.get(root ?? '');
}

/** The folder of the environment that a setting names, be it by its interpreter: `/p/.venv/bin/python`. */
export function environmentOf(path: string): string {
  return path
    .replaceAll('\\', '/')
    .replace(/\/(?:(?:bin|Scripts)\/[^/]+|python\.exe)?$/i, '')
    .replace(/\/(?:bin|Scripts)$/i, '');
}

const PENDING = { where: 'pending' } as const satisfies FoundModule;
const STDLIB = { where: 'stdlib' } as const;

type Pending = typeof PENDING;

/** The facts of a package, unless something of the project or of its environment has its name. */
function known(parts: readonly string[], from: string, folders: Folders): FoundModule | undefined {
  const name = parts.join('.');
  if (packageModule(name) === undefined) return undefined;
  const outermost = parts.length === 1 ? undefined : search(parts.slice(0, 1), from, folders);
  return outermost === undefined || outermost.where === 'namespace'
    ? { where: 'knowledge', name }
    : undefined;
}

/** A namespace folder counts only when nothing else, anywhere, has the name. */
function search(parts: readonly string[], from: string, folders: Folders): FoundModule | undefined {
  let namespace: FoundModule | undefined;
  for (const place of places(from, folders)) {
    if (typeof place !== 'string' && place.where === 'pending') return place;
    const found =
      typeof place === 'string' ? inFolder(place, parts, folders) : inStdlib(parts.join('.'));
    if (found !== undefined && found.where !== 'namespace') return found;
    namespace ??= found;
  }
  return namespace;
}

function inStdlib(name: string): FoundModule | undefined {
  return stdlibModule(name) === undefined ? undefined : { where: 'knowledge', name };
}

/** A distribution of stubs, `x-stubs`, speaks before the package `x`, which may go further. */
function inFolder(
  folder: string,
  [first, ...rest]: readonly string[],
  folders: Folders,
): FoundModule | undefined {
  if (first === undefined) return undefined;
  const stubs = `${first}-stubs`;
  const stub = folders.entries(folder)?.has(`${stubs}/`)
    ? below(folder, [stubs, ...rest], folders)
    : undefined;
  return stub !== undefined && stub.where !== 'namespace'
    ? stub
    : below(folder, [first, ...rest], folders);
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
  const suffixes = SUFFIXES[INSTALLED.test(folder) ? 'installed' : 'own'];
  if (part === undefined) {
    const init = suffixes.map((suffix) => `__init__${suffix}`).find((name) => entries.has(name));
    if (init !== undefined) return { where: 'project', path: `${folder}/${init}` };
    return entries.size > 0 ? { where: 'namespace', folder } : undefined;
  }
  const module = suffixes.map((suffix) => part + suffix).find((name) => entries.has(name));
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

const INSTALLED = /\/(?:site|dist)-packages(?:\/|$)/;
/** What is installed with a stub beside its code is made so as to be read in the stub. */
const SUFFIXES = { own: ['.py', '.pyi'], installed: ['.pyi', '.py'] } as const;

/** Where an absolute import of the file is looked for, in order. */
function* places(from: string, folders: Folders): Generator<string | typeof STDLIB | Pending> {
  const beside = [...besidePackages(from, folders)];
  yield* beside;
  const projects = [...projectsAround(from, folders)];
  for (const project of projects) {
    if (typeof project !== 'string') {
      yield project;
      return;
    }
    for (const place of packageRoots(project, folders)) if (!beside.includes(place)) yield place;
  }
  yield STDLIB;
  for (const environment of environmentsFor(from, projects as string[], folders))
    yield* installedIn(environment, folders);
}

/** A package is imported from the folder that holds its outermost package. */
function* besidePackages(from: string, folders: Folders): Generator<string | Pending> {
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
        return;
    }
    folder = above;
  }
}

/** Undefined: the folder is not read yet. */
function holdsPackage(folder: string, folders: Folders): boolean | undefined {
  const entries = folders.entries(folder);
  return entries && INIT.some((name) => entries.has(name));
}

/** The roots that hold the file, and the folders between that are projects of their own; nearest first. */
function* projectsAround(from: string, folders: Folders): Generator<string | Pending> {
  const around = folders.roots.filter((root) => from.startsWith(`${root}/`));
  const outermost = Math.min(...around.map((root) => root.length));
  let folder = folderOf(from);
  while (folder !== undefined && folder.length >= outermost) {
    const entries = folders.entries(folder);
    if (entries === undefined) {
      yield PENDING;
      return;
    }
    if (around.includes(folder) || PROJECT_FILES.some((name) => entries.has(name))) yield folder;
    folder = folderOf(folder);
  }
}

const DESCRIPTIONS = ['pyproject.toml', 'setup.cfg'];
const PROJECT_FILES = [...DESCRIPTIONS, 'setup.py'];

/** The folders from which a project's own packages are imported. */
function packageRoots(project: string, folders: Folders): readonly (string | Pending)[] {
  const entries = folders.entries(project);
  const isDescribed = DESCRIPTIONS.some((name) => entries?.has(name));
  const told = isDescribed ? folders.sources(project) : [];
  return told === undefined ? [PENDING] : [...new Set([...told, project, `${project}/src`])];
}

/** The environments of a file: the user's choice, else those of its projects, then those of the shell. */
function environmentsFor(
  from: string,
  projects: readonly string[],
  { environments, entries }: Folders,
): readonly string[] {
  const choice = chosenEnvironment(from, environments);
  if (choice !== undefined) return [choice];
  const own = projects.flatMap((project) =>
    ENVIRONMENTS.filter((name) => entries(project)?.has(`${name}/`)).map(
      (name) => `${project}/${name}`,
    ),
  );
  return [...own, ...environments.ambient];
}

const ENVIRONMENTS = ['.venv', 'venv'];

/** Where an environment keeps what is installed. */
function* installedIn(environment: string, folders: Folders): Generator<string | Pending> {
  // On Windows; then elsewhere, where the folder tells the version.
  yield `${environment}/Lib/site-packages`;
  const lib = `${environment}/lib`;
  const versions = folders.entries(lib);
  if (versions === undefined) yield PENDING;
  for (const version of versions ?? [])
    if (/^(?:python|pypy)3(?:\.\d+)?t?\/$/.test(version))
      for (const packages of ['site-packages', 'dist-packages'])
        yield `${lib}/${version}${packages}`;
}

/** The folder that holds a path; undefined above the root. */
function folderOf(path: string): string | undefined {
  const slash = path.lastIndexOf('/');
  return slash <= 0 || path[slash - 1] === '/' ? undefined : path.slice(0, slash);
}
