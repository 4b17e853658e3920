/** Reads what whole projects define: once, when it is asked for, then again what changed. */
import type { Facts, FileAccess, Project } from '../semantics/index.ts';
import { type Outline, outlineOf } from '../syntax/index.ts';
import { DEFAULT_CONFIGURATION, isExcluded } from './configuration.ts';

/** Beyond, nothing is said that rests on the whole project. */
const MAX_FILES = 5_000;
const MAX_FOLDERS = 20_000;
/** How many files or folders are asked for at once. */
const AT_ONCE = 32;

export class Projects {
  #roots: readonly string[] = [];
  /** Files that changed on the disk, by project. */
  readonly #changed = new Map<Project, Set<string>>();

  constructor(
    private readonly files: FileAccess,
    private readonly facts: Facts,
  ) {}

  /** Each of the folders is a project. */
  setRoots(folders: readonly string[]): void {
    this.#roots = [...folders].sort((a, b) => b.length - a.length);
    this.#changed.clear();
    this.facts.names.setProjects((path) => this.#projectOf(path));
  }

  /** What the file on the disk defines is to be read again. */
  forget(path: string): void {
    const project = this.#projectOf(path);
    if (project === undefined) return;
    const changed = this.#changed.get(project) ?? new Set();
    this.#changed.set(project, changed.add(path));
  }

  /** Reads the projects asked about, and what changed in them; whether there was any. */
  async read(): Promise<boolean> {
    const wanted = [...this.facts.names.takeWanted()];
    const changed = [...this.#changed]
      .map(
        ([project, paths]) => [project, [...paths].filter((path) => !this.#isOpen(path))] as const,
      )
      .filter(([project, paths]) => this.facts.names.follows(project) && paths.length > 0);
    this.#changed.clear();
    for (const project of wanted) await this.#count(project);
    for (const [project, paths] of changed) await this.#outline(project, paths);
    return wanted.length + changed.length > 0;
  }

  async #count(project: Project): Promise<void> {
    this.facts.names.follow(project);
    const paths = PYTHON.test(project) ? [project] : await this.#list(project);
    if (paths !== undefined) await this.#outline(project, paths);
    // The folders may have changed meanwhile.
    if (this.facts.names.follows(project))
      this.facts.names.setCounted(project, paths === undefined ? 'silent' : 'yes');
  }

  /** The Python files of a folder, however deep; undefined when it is not there, or they are too many. */
  async #list(top: string): Promise<readonly string[] | undefined> {
    const files: string[] = [];
    const folders = [top];
    for (let done = 0; done < folders.length; ) {
      const some = folders.slice(done, done + AT_ONCE);
      const lists = await Promise.all(some.map((folder) => this.#entries(folder)));
      if (lists[0] === undefined && done === 0) return undefined;
      done += some.length;
      lists.forEach((entries = [], i) => {
        for (const entry of entries) {
          const path = `${some[i]}/${entry}`;
          if (isExcluded(DEFAULT_CONFIGURATION, path, top)) continue;
          if (path.endsWith('/')) {
            const folder = path.slice(0, -1);
            if (!this.#roots.includes(folder)) folders.push(folder);
          } else if (PYTHON.test(path)) files.push(path);
        }
      });
      if (files.length > MAX_FILES || folders.length > MAX_FOLDERS) return undefined;
    }
    return files;
  }

  #entries(folder: string): Promise<readonly string[] | undefined> {
    return this.files.list(folder).catch(() => undefined);
  }

  async #outline(project: Project, paths: readonly string[]): Promise<void> {
    const outlines = new Map<string, Outline | null>();
    for (let done = 0; done < paths.length; done += AT_ONCE) {
      const some = paths.slice(done, done + AT_ONCE);
      const texts = await Promise.all(some.map((path) => this.#text(path)));
      texts.forEach((text, i) => {
        outlines.set(some[i]!, text === undefined ? null : outlineOf(text));
      });
    }
    if (this.facts.names.follows(project)) this.facts.names.setOutlines(project, outlines);
  }

  async #text(path: string): Promise<string | undefined> {
    return this.#isOpen(path) ? undefined : this.files.read(path).catch(() => undefined);
  }

  /** Does it count as it is in the editor, or as a module that was read whole? */
  #isOpen(path: string): boolean {
    return this.facts.file(path) !== undefined;
  }

  #projectOf(path: string): Project | undefined {
    const root = this.#roots.find((folder) => path.startsWith(`${folder}/`));
    return root === undefined || isExcluded(DEFAULT_CONFIGURATION, path, root) ? undefined : root;
  }
}

const PYTHON = /\.pyi?$/;
