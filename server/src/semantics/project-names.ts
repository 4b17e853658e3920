/**
 * How the whole of a project, or of an installed package, defines each name. Counted name by name as files
 * come, change and go, so that an edit moves only the answers about what it defines.
 */
import type { Outline, Parameters } from '../syntax/index.ts';

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
  readonly #tallies = new Map<Project, Map<string, Tally>>();
  readonly #outlines = new Map<string, readonly Outline[]>();
  readonly #counted = new Map<Project, Counted>();
  #wanted = new Set<Project>();

  /** Projects asked about that are not counted. Each is told once. */
  takeWanted(): ReadonlySet<Project> {
    const wanted = this.#wanted;
    this.#wanted = new Set();
    return wanted;
  }

  /** Forgets everything. */
  clear(): void {
    for (const known of [this.#tallies, this.#outlines, this.#counted]) known.clear();
    this.#wanted.clear();
  }

  counted(project: Project): Counted {
    const counted = this.#counted.get(project) ?? 'no';
    if (counted === 'no') this.#wanted.add(project);
    return counted;
  }

  setCounted(project: Project, counted: Counted): void {
    this.#counted.set(project, counted);
  }

  /** Are the files of the project followed? */
  follows(project: Project): boolean {
    return this.#tallies.has(project);
  }

  follow(project: Project): void {
    if (!this.follows(project)) this.#tallies.set(project, new Map());
  }

  verdict(project: Project, name: string): Verdict {
    const tally = this.#tallies.get(project)?.get(name);
    const methods = [...(tally?.methods ?? [])].filter(([, defined]) => defined.length > 0);
    return {
      methods: methods.sort(([a], [b]) => (a < b ? -1 : 1)),
      isOther: (tally?.others ?? 0) > 0,
    };
  }

  /** What a file of the project defines from now on, piece by piece; the names concerned. */
  set(project: Project, path: string, outlines: readonly Outline[]): ReadonlySet<string> {
    const tallies = this.#tallies.get(project)!;
    const touched = new Set<string>();
    const gone = new Set(this.#outlines.get(path));
    for (const outline of outlines)
      if (!gone.delete(outline)) count(tallies, path, outline, true, touched);
    for (const outline of gone) count(tallies, path, outline, false, touched);
    if (outlines.length > 0) this.#outlines.set(path, outlines);
    else this.#outlines.delete(path);
    return touched;
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
