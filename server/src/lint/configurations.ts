/** The configuration of each file: the nearest one upwards, read once. */
import type { FileAccess } from '../semantics/files.ts';
import { type PythonVersion, parseVersion } from '../semantics/version.ts';
import {
  type Configuration,
  type ConfigurationProblem,
  DEFAULT_CONFIGURATION,
  readConfiguration,
} from './configuration.ts';
import { parentFolder } from './paths.ts';
import type { RuleName } from './selection.ts';

export interface LoadedConfiguration {
  readonly configuration: Configuration;
  readonly problems: readonly ConfigurationProblem[];
}

const NOTHING: LoadedConfiguration = { configuration: DEFAULT_CONFIGURATION, problems: [] };

export class Configurations {
  readonly #files: Pick<FileAccess, 'read'>;
  readonly #rules: readonly RuleName[];
  /** Governs every file in place of those found upwards. */
  readonly #only: string | undefined;
  #pending = new Map<string, Promise<LoadedConfiguration>>();
  #loaded = new Map<string, LoadedConfiguration>();

  constructor(files: Pick<FileAccess, 'read'>, rules: readonly RuleName[], only?: string) {
    this.#files = files;
    this.#rules = rules;
    this.#only = only;
  }

  /** Reads what governs the path, unless it is known: true when it was not. */
  async load(path: string): Promise<boolean> {
    const folder = this.#keyOf(path);
    const pending = this.#pending;
    const loaded = await this.#folder(folder);
    // Forgotten meanwhile: what was read is of no more use.
    if (pending !== this.#pending || this.#loaded.has(folder)) return false;
    this.#loaded.set(folder, loaded);
    return true;
  }

  /** What governs the path; the default until it is loaded. */
  of(path: string): LoadedConfiguration {
    return this.#loaded.get(this.#keyOf(path)) ?? NOTHING;
  }

  forget(): void {
    this.#pending = new Map();
    this.#loaded = new Map();
  }

  #keyOf(path: string): string {
    return (this.#only === undefined ? parentFolder(path) : parentFolder(this.#only)) ?? '';
  }

  #folder(folder: string): Promise<LoadedConfiguration> {
    let reading = this.#pending.get(folder);
    if (!reading) {
      reading = this.#only === undefined ? this.#read(folder) : this.#readOnly(this.#only);
      this.#pending.set(folder, reading);
    }
    return reading;
  }

  async #readOnly(path: string): Promise<LoadedConfiguration> {
    const own = await this.#file(path, parentFolder(path));
    return assemble([own], NOTHING);
  }

  async #read(folder: string): Promise<LoadedConfiguration> {
    const above = parentFolder(folder);
    const [inherited, interpreter, ...own] = await Promise.all([
      above === undefined ? NOTHING : this.#folder(above),
      this.#interpreter(folder),
      this.#file(`${folder}/attendu.toml`, folder),
      this.#file(`${folder}/pyproject.toml`, folder),
    ]);
    return assemble(own, inherited, interpreter);
  }

  /** The version of the virtual environment that stands in the folder. */
  async #interpreter(folder: string): Promise<PythonVersion | undefined> {
    for (const name of ['.venv', 'venv']) {
      const text = await this.#files.read(`${folder}/${name}/pyvenv.cfg`).catch(() => undefined);
      const version = text && /^version(?:_info)?\s*=\s*(\d+\.\d+)/m.exec(text)?.[1];
      if (version) return parseVersion(version);
    }
    return undefined;
  }

  async #file(path: string, folder: string | undefined) {
    const text = await this.#files.read(path).catch(() => undefined);
    return text === undefined
      ? undefined
      : readConfiguration(path, text.replace(/^\ufeff/, ''), folder, this.#rules);
  }
}

/** The first file that speaks of Attendu decides; `requires-python` comes from the nearest that has it. */
function assemble(
  files: readonly (ReturnType<typeof readConfiguration> | undefined)[],
  inherited: LoadedConfiguration,
  interpreter?: PythonVersion,
): LoadedConfiguration {
  const own = files.find((file) => file?.configuration)?.configuration;
  const problems = files.flatMap((file) => file?.problems ?? []);
  const requires = files.find((file) => file?.requiresPython)?.requiresPython;
  const base = own ?? inherited.configuration;
  return {
    configuration: {
      ...base,
      targetVersion: own?.targetVersion ?? requires ?? inherited.configuration.targetVersion,
      fallbackTarget: interpreter ?? inherited.configuration.fallbackTarget,
    },
    problems: own ? problems : [...problems, ...inherited.problems],
  };
}
