/**
 * How the whole of a project, or of an installed package, defines each name. Counted name by name as files
 * come, change and go, so that an edit moves only the answers about what it defines.
 */
import { type Chunk, type Outline, outlineOf, type Parameters } from '../syntax/index.ts';
import type { Facts } from './facts.ts';
import { scopesOf } from './scopes.ts';
import type { ModuleTable } from './table.ts';

/** Told by its folder; a module alone, by its path. */
export type Project = string;

/** How far the files of a project are counted: `silent` when they cannot be, or are too many. */
export type Counted = 'no' | 'yes' | 'silent';

/** How a name is defined, all definitions taken together. */
export interface Verdict {
  /** By file, in order: the parameters of each method of the name that is a coroutine function. */
  readonly methods: readonly (readonly [path: string, parameters: readonly Parameters[]])[];
  /** Is it, somewhere, anything else than a coroutine function? */
  readonly isOther: boolean;
}

interface Tally {
  readonly methods: Map<string, Parameters[]>;
  others: number;
}

export class ProjectNames {
  readonly #facts: Facts;
  readonly #tallies = new Map<Project, Map<string, Tally>>();
  readonly #outlines = new Map<string, readonly Outline[]>();
  readonly #counted = new Map<Project, Counted>();
  #wanted = new Set<Project>();
  #projectOf: (path: string) => Project | undefined = () => undefined;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  /** How the project of a file defines a name; undefined while it is not known. */
  around(path: string, name: string): Verdict | undefined {
    const project = this.#facts.ask<Project | undefined>(
      `project ${path}`,
      () => {
        this.#askProjects();
        return this.#projectOf(path);
      },
      (found) => found,
      undefined,
    );
    return project === undefined ? undefined : this.of(project, name);
  }

  of(project: Project, name: string): Verdict | undefined {
    const counted = this.#facts.ask<Counted>(
      `counted ${project}`,
      () => {
        this.#askProjects();
        const answer = this.#counted.get(project) ?? 'no';
        if (answer === 'no') this.#wanted.add(project);
        return answer;
      },
      (answer) => answer,
      'no',
    );
    if (counted !== 'yes') return undefined;
    return this.#facts.ask<Verdict>(
      `defined ${project} ${name}`,
      () => {
        this.#askProjects();
        return this.#verdict(project, name);
      },
      (verdict) => JSON.stringify(verdict),
      { methods: [], isOther: true },
    );
  }

  /** Identifier of the first method of the name in the project of a file. */
  method(path: string, name: string): string | undefined {
    const [file] = this.around(path, name)?.methods[0] ?? [];
    if (file === undefined || !this.#facts.isLoaded(file)) return undefined;
    return this.#facts.methodsNamed(file, name)[0];
  }

  /** The installed packages that a file imports, as far as their sources are there. */
  installedFor(path: string): readonly Project[] {
    return this.#facts.ask<readonly Project[]>(
      `installed for ${path}`,
      () => {
        this.#askProjects();
        const chunks = this.#facts.saying(path, ['import']);
        const modules = new Set(chunks.flatMap(importsOf));
        const packages = new Set<Project>();
        for (const module of modules) {
          const found = this.#facts.find(module, path);
          if (found?.where === 'project' && this.#projectOf(found.path) === undefined)
            packages.add(found.path.replace(/\/__init__\.pyi?$/, ''));
        }
        return [...packages].sort();
      },
      (packages) => packages.join('\n'),
      [],
    );
  }

  // What follows tells what the answers are made from.

  /** Which files are whose: those of no project count for nothing. Forgets all that was told. */
  setProjects(projectOf: (path: string) => Project | undefined): void {
    this.#projectOf = projectOf;
    for (const known of [this.#tallies, this.#outlines, this.#counted]) known.clear();
    this.#wanted.clear();
    this.#facts.database.change(['projects']);
  }

  /** Projects asked about that are not counted. Each is told once. */
  takeWanted(): ReadonlySet<Project> {
    const wanted = this.#wanted;
    this.#wanted = new Set();
    return wanted;
  }

  /** From now on the files of the project count, those that are there already first. */
  follow(project: Project): void {
    if (!this.follows(project)) this.#tallies.set(project, new Map());
    this.#facts.database.change(
      [...this.#facts.tables].flatMap(([path, table]) =>
        this.#projectOf(path) === project ? this.moved(path, table) : [],
      ),
    );
  }

  follows(project: Project): boolean {
    return this.#tallies.has(project);
  }

  setCounted(project: Project, counted: Counted): void {
    this.#counted.set(project, counted);
    this.#facts.database.change([`counted ${project}`]);
  }

  /** What files that are not there (see `Facts.file`) define; null: there is no such file. */
  setOutlines(project: Project, files: ReadonlyMap<string, Outline | null>): void {
    const absent = [...files].filter(([path]) => this.#facts.file(path) === undefined);
    this.#facts.database.change(
      absent.flatMap(([path, outline]) => this.#set(project, path, outline ? [outline] : [])),
    );
  }

  /** The keys of the answers that the new version of a file may change. */
  moved(path: string, { source }: ModuleTable): readonly string[] {
    const project = this.#projectOf(path);
    if (project === undefined || !this.follows(project)) return [];
    const outlines = source.chunks.map(({ chunk }) => chunkOutline(chunk));
    return this.#set(
      project,
      path,
      outlines.filter(({ size }) => size > 0),
    );
  }

  /** What a file of the project defines from now on, piece by piece. */
  #set(project: Project, path: string, outlines: readonly Outline[]): readonly string[] {
    const tallies = this.#tallies.get(project)!;
    const touched = new Set<string>();
    const gone = new Set(this.#outlines.get(path));
    for (const outline of outlines)
      if (!gone.delete(outline)) count(tallies, path, outline, true, touched);
    for (const outline of gone) count(tallies, path, outline, false, touched);
    if (outlines.length > 0) this.#outlines.set(path, outlines);
    else this.#outlines.delete(path);
    return [...touched].map((name) => `defined ${project} ${name}`);
  }

  #verdict(project: Project, name: string): Verdict {
    const tally = this.#tallies.get(project)?.get(name);
    const methods = [...(tally?.methods ?? [])].filter(([, defined]) => defined.length > 0);
    return {
      methods: methods.sort(([a], [b]) => (a < b ? -1 : 1)),
      isOther: (tally?.others ?? 0) > 0,
    };
  }

  /** Which files are whose has its place among the questions. */
  #askProjects(): void {
    this.#facts.ask<unknown>(
      'projects',
      () => this.#projectOf,
      (projectOf) => projectOf,
      undefined,
    );
  }
}

function count(
  tallies: Map<string, Tally>,
  path: string,
  outline: Outline,
  isThere: boolean,
  touched: Set<string>,
): void {
  for (const [name, { methods, isOther }] of outline) {
    touched.add(name);
    let tally = tallies.get(name);
    if (tally === undefined) tallies.set(name, (tally = { methods: new Map(), others: 0 }));
    if (isOther) tally.others += isThere ? 1 : -1;
    const others = (tally.methods.get(path) ?? []).filter((known) => !methods.includes(known));
    tally.methods.set(path, isThere ? [...others, ...methods] : others);
  }
}

const outlines = new WeakMap<Chunk, Outline>();

function chunkOutline(chunk: Chunk): Outline {
  let outline = outlines.get(chunk);
  if (outline === undefined) {
    outline = outlineOf(chunk.text, chunk.role === 'member');
    outlines.set(chunk, outline);
  }
  return outline;
}

/** The outermost packages that the chunk imports by their full names. */
function importsOf(chunk: Chunk): string[] {
  return scopesOf(chunk).imports.flatMap(({ module, level }) =>
    level === 0 ? [module.split('.')[0]!] : [],
  );
}
