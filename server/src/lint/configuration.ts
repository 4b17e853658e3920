/** What a project asks for: `[tool.attendu]` of pyproject.toml, or attendu.toml. */
import { parse, TomlError } from 'smol-toml';
import type { Level } from '../rules/rule.ts';
import type { PythonVersion } from '../semantics/index.ts';
import { DEFAULT_TARGET, parseVersion } from '../semantics/version.ts';
import { compileGlobs, type Matcher } from './glob.ts';
import { isTable, packageRootsIn, type Table } from './package-roots.ts';
import { baseName, relativeTo } from './paths.ts';
import { lowestVersion } from './requires-python.ts';
import { names, type RuleName } from './selection.ts';

/** Settings that govern a file. Rules are named by selectors: see `closeness`. */
export interface Configuration {
  /** What globs are relative to; undefined: the file system's root. */
  readonly folder: string | undefined;
  /** Undefined: every rule that is not off. */
  readonly select: readonly string[] | undefined;
  readonly ignore: readonly string[];
  /** What the project says of itself; see `targetOf`. */
  readonly targetVersion: PythonVersion | undefined;
  /** The version to take when the project says nothing: that of its interpreter. */
  readonly fallbackTarget: PythonVersion | undefined;
  /** Globs, added to the usual ones; `!` takes one back. */
  readonly exclude: readonly string[];
  readonly perFileIgnores: readonly {
    readonly glob: string;
    readonly selectors: readonly string[];
  }[];
  /** Selector → level. */
  readonly severity: Readonly<Record<string, Level>>;
  /** Qualified name (patterns allowed) → what to call instead, or an empty text. */
  readonly blockingCalls: Readonly<Record<string, string>>;
}

/** A value that makes no sense; the default holds in its place. */
export interface ConfigurationProblem {
  readonly path: string;
  /** From 1. */
  readonly line?: number;
  /** French. */
  readonly message: string;
}

export const DEFAULT_CONFIGURATION: Configuration = {
  folder: undefined,
  select: undefined,
  ignore: [],
  targetVersion: undefined,
  fallbackTarget: undefined,
  exclude: [],
  perFileIgnores: [],
  severity: {},
  blockingCalls: {},
};

/** The version of Python that the code must run on. */
export function targetOf(configuration: Configuration): PythonVersion {
  return configuration.targetVersion ?? configuration.fallbackTarget ?? DEFAULT_TARGET;
}

/** What a person would not call a part of the project. */
const USUAL_EXCLUDES = [
  '.bzr/ .direnv/ .eggs/ .git/ .hg/ .ipynb_checkpoints/ .mypy_cache/ .nox/ .pytest_cache/ .ruff_cache/',
  '.svn/ .tox/ .venv/ __pycache__/ __pypackages__/ build/ dist/ node_modules/ site-packages/ venv/',
].flatMap((line) => line.split(' '));

/**
 * Whether the path, or a folder that holds it, is excluded. A folder's path ends in `/`. Folders at or
 * above `below` (by default the configuration's) do not count.
 */
export function isExcluded(configuration: Configuration, path: string, below?: string): boolean {
  const matches = excludes(configuration);
  const relative = relativeTo(configuration.folder, path);
  const first = below === undefined ? 0 : relative.length - relativeTo(below, path).length;
  for (let i = Math.max(first, 0); i < relative.length; i++) {
    if (relative[i] === '/' && matches(relative.slice(0, i + 1))) return true;
  }
  return !relative.endsWith('/') && matches(relative);
}

const excludesOf = new WeakMap<Configuration, Matcher>();

function excludes(configuration: Configuration): Matcher {
  let matcher = excludesOf.get(configuration);
  if (!matcher) {
    matcher = compileGlobs([...USUAL_EXCLUDES, ...configuration.exclude]);
    excludesOf.set(configuration, matcher);
  }
  return matcher;
}

/** The configuration with overrides, which win: a `select` starts afresh, an `ignore` is added. */
export function withOverrides(
  configuration: Configuration,
  overrides: Partial<Configuration>,
): Configuration {
  const given = Object.fromEntries(
    Object.entries(overrides).filter(([, value]) => value !== undefined),
  ) as Partial<Configuration>;
  const inherited = given.select ? [] : configuration.ignore;
  return { ...configuration, ...given, ignore: [...inherited, ...(given.ignore ?? [])] };
}

/** What one file says. */
export interface ReadConfiguration {
  /** Undefined when the file does not speak of Attendu. */
  readonly configuration: Configuration | undefined;
  /** The lowest version that `requires-python` admits. */
  readonly requiresPython: PythonVersion | undefined;
  /** Folders, from the file's own, that it says its packages are in. */
  readonly packageRoots: readonly string[];
  readonly problems: readonly ConfigurationProblem[];
}

/** Reads attendu.toml (or any other name), or `[tool.attendu]` of a pyproject.toml. Never throws. */
export function readConfiguration(
  path: string,
  text: string,
  folder: string | undefined,
  rules: readonly RuleName[],
): ReadConfiguration {
  const inPyproject = baseName(path) === 'pyproject.toml';
  const reader = new Reader(path, text, inPyproject, rules);
  let document: Table;
  try {
    document = parse(text);
  } catch (error) {
    const line = error instanceof TomlError ? error.line : undefined;
    const message = 'ce fichier n’est pas du TOML valide\u00a0: Attendu n’en tient pas compte.';
    return {
      configuration: undefined,
      requiresPython: undefined,
      packageRoots: [],
      problems: [{ path, line, message }],
    };
  }
  const project = document.project;
  const tool = document.tool;
  const table = inPyproject ? isTable(tool) && tool.attendu : document;
  return {
    requiresPython:
      inPyproject && isTable(project)
        ? reader.requiresPython(project['requires-python'])
        : undefined,
    configuration:
      table === false || table === undefined ? undefined : reader.configuration(table, folder),
    packageRoots: inPyproject ? packageRootsIn(tool) : [],
    problems: reader.problems,
  };
}

const LEVELS: readonly string[] = ['error', 'warning', 'information', 'hint', 'off'];

/** A key, or one of the table that another holds. */
type Key = string | readonly [table: string, key: string];

/** Takes values out of a table, or their default with a problem. */
class Reader {
  readonly problems: ConfigurationProblem[] = [];
  readonly #path: string;
  readonly #text: string;
  readonly #inPyproject: boolean;
  readonly #rules: readonly RuleName[];

  constructor(path: string, text: string, inPyproject: boolean, rules: readonly RuleName[]) {
    this.#path = path;
    this.#text = text;
    this.#inPyproject = inPyproject;
    this.#rules = rules;
  }

  requiresPython(value: unknown): PythonVersion | undefined {
    if (value === undefined) return undefined;
    // Who writes `>=2.7` is not asking Attendu for anything: no remark, the default target.
    return typeof value === 'string' ? lowestVersion(value) : undefined;
  }

  configuration(table: unknown, folder: string | undefined): Configuration {
    const empty = { ...DEFAULT_CONFIGURATION, folder };
    if (!isTable(table)) {
      this.#report('attendu', '`tool.attendu` doit être une table.');
      return empty;
    }
    const readers: Readonly<
      Record<string, (key: string, value: unknown) => Partial<Configuration>>
    > = {
      select: (key, value) => ({ select: this.#selectors(key, value) }),
      ignore: (key, value) => ({ ignore: this.#selectors(key, value) ?? [] }),
      'target-version': (key, value) => ({ targetVersion: this.#version(key, value) }),
      exclude: (key, value) => ({
        exclude: this.#texts(key, value, '["vieux/", "*_pb2.py"]') ?? [],
      }),
      'per-file-ignores': (key, value) => ({
        perFileIgnores: this.#entries(key, value, '{ "tests/**" = ["ATT2"] }').flatMap(
          ([glob, selectors]) => ({
            glob,
            selectors: this.#selectors([key, glob], selectors) ?? [],
          }),
        ),
      }),
      severity: (key, value) => ({ severity: this.#severity(key, value) }),
      'blocking-calls': (key, value) => ({
        blockingCalls: Object.fromEntries(
          this.#entries(key, value, '{ "lib.envoyer" = "lib_async.envoyer" }').filter(
            (entry): entry is [string, string] =>
              typeof entry[1] === 'string' ||
              this.#report(
                [key, entry[0]],
                `le remplaçant de ${quoted(entry[0])} doit être une chaîne de caractères.`,
              ),
          ),
        ),
      }),
    };
    const found: Partial<Configuration>[] = [];
    for (const [key, value] of Object.entries(table)) {
      if (Object.hasOwn(readers, key)) found.push(readers[key]!(key, value));
      else
        this.#report(
          key,
          `la clé ${quoted(key)} est inconnue\u00a0: Attendu n’en tient pas compte.`,
        );
    }
    return Object.assign({}, empty, ...found);
  }

  #selectors(key: Key, value: unknown): readonly string[] | undefined {
    return this.#texts(key, value, '["ATT1", "ATT201"]')?.filter((selector) =>
      this.#isKnown(key, selector),
    );
  }

  #isKnown(key: Key, selector: string): boolean {
    return (
      this.#rules.some((rule) => names([selector], rule)) ||
      this.#report(key, `${quoted(selector)} ne désigne aucune règle d’Attendu.`)
    );
  }

  #version(key: string, value: unknown): PythonVersion | undefined {
    const version = typeof value === 'string' ? readTarget(value) : undefined;
    if (!version)
      this.#report(
        key,
        `${quoted(key)} attend une version de Python 3 entre guillemets, par exemple \`"3.11"\`.`,
      );
    return version;
  }

  #severity(key: string, value: unknown): Readonly<Record<string, Level>> {
    const known = this.#entries(key, value, '{ ATT201 = "hint" }').filter(
      (entry): entry is [string, Level] =>
        this.#isKnown([key, entry[0]], entry[0]) &&
        (LEVELS.includes(entry[1] as string) ||
          this.#report(
            [key, entry[0]],
            `le niveau de ${quoted(entry[0])} doit être ${LEVELS.slice(0, -1).map(quoted).join(', ')} ou ${quoted('off')}.`,
          )),
    );
    return Object.fromEntries(known);
  }

  #texts(key: Key, value: unknown, example: string): readonly string[] | undefined {
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    this.#report(
      key,
      `${quoted(typeof key === 'string' ? key : key[1])} attend une liste de chaînes de caractères, par exemple \`${example}\`.`,
    );
    return undefined;
  }

  #entries(key: string, value: unknown, example: string): [string, unknown][] {
    if (isTable(value)) return Object.entries(value);
    this.#report(key, `${quoted(key)} attend une table, par exemple \`${example}\`.`);
    return [];
  }

  /** Always false, so that it may end a condition. */
  #report(key: Key, message: string): false {
    this.problems.push({ path: this.#path, line: this.#lineOf(key), message });
    return false;
  }

  /** The line where a key seems to be written: smol-toml keeps no places. */
  #lineOf(key: Key): number | undefined {
    const start = this.#inPyproject
      ? Math.max(0, this.#text.search(/^\s*\[\s*tool\s*\.\s*attendu\b/m))
      : 0;
    const [table, inner] = typeof key === 'string' ? [key] : key;
    const place = this.#placeOf(table, start);
    const at = (inner === undefined ? undefined : this.#placeOf(inner, place ?? start)) ?? place;
    return at === undefined ? undefined : this.#text.slice(0, at).split('\n').length;
  }

  #placeOf(key: string, from: number): number | undefined {
    const name = key.replace(/[^\w-]/g, '\\$&');
    const place = new RegExp(
      `(?:^[ \\t]*(?:\\[[^\\]\\n]*)?(?:[\\w-]+\\.)*|[{,][ \\t]*)["']?${name}["']?[ \\t]*[.=\\]]`,
      'm',
    ).exec(this.#text.slice(from));
    return place ? from + place.index : undefined;
  }
}

/** Reads `3.11` or `py311`: a version of Python 3 that has `async def`. */
export function readTarget(text: string): PythonVersion | undefined {
  const version = parseVersion(text.replace(/^py3\.?(?=\d)/, '3.'));
  return version && version[0] === 3 && version[1] >= 5 && version[1] < 30 ? version : undefined;
}

function quoted(text: string): string {
  return `«\u00a0${text}\u00a0»`;
}
