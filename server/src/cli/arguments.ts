/** The command line's words, understood. */
import { parseArgs } from 'node:util';
import { names, type PythonVersion, readTarget, rules } from '../lint/index.ts';
import { CommandError } from './outcome.ts';
import { quoted } from './words.ts';

export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | { readonly name: 'rule'; readonly rule: string | undefined }
  | ({ readonly name: 'check' } & CheckOptions);

export interface CheckOptions {
  /** Files, folders, `-` for standard input. */
  readonly paths: readonly string[];
  readonly format: 'text' | 'json';
  readonly color: 'auto' | 'always' | 'never';
  readonly select: readonly string[] | undefined;
  readonly ignore: readonly string[];
  readonly targetVersion: PythonVersion | undefined;
  readonly config: string | undefined;
  /** A Python interpreter, or the folder of its environment. */
  readonly python: string | undefined;
  readonly stdinFilename: string | undefined;
  readonly fix: boolean;
  readonly diff: boolean;
  readonly exitZero: boolean;
  readonly statistics: boolean;
}

const CHECK_OPTIONS = {
  format: { type: 'string' },
  color: { type: 'string' },
  select: { type: 'string' },
  ignore: { type: 'string' },
  'target-version': { type: 'string' },
  config: { type: 'string' },
  python: { type: 'string' },
  'stdin-filename': { type: 'string' },
  fix: { type: 'boolean' },
  diff: { type: 'boolean' },
  'exit-zero': { type: 'boolean' },
  statistics: { type: 'boolean' },
} as const;

const ANYWHERE = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const;

/** Reads the words after the program's name. Throws a `CommandError` for what makes no sense. */
export function readArguments(words: readonly string[]): Command {
  const [command, ...rest] = words;
  if (command === 'check') return readCheck(rest);
  if (command === 'rule') {
    const { named, positionals } = read(rest, ANYWHERE);
    if (positionals.length > 1) throw new CommandError('rule\u00a0: une seule règle à la fois.');
    return anywhere(named) ?? { name: 'rule', rule: positionals[0] };
  }
  if (command === undefined) {
    throw new CommandError(
      'aucune commande\u00a0: essayez «\u00a0attendu check\u00a0» ou «\u00a0attendu --help\u00a0».',
    );
  }
  if (!command.startsWith('-')) {
    throw new CommandError(
      `commande inconnue ${quoted(command)}\u00a0: voyez «\u00a0attendu --help\u00a0».`,
    );
  }
  const { named } = read(words, ANYWHERE);
  return anywhere(named) ?? { name: 'help' };
}

function readCheck(words: readonly string[]): Command {
  const { named, positionals } = read(words, { ...CHECK_OPTIONS, ...ANYWHERE });
  const elsewhere = anywhere(named);
  if (elsewhere) return elsewhere;
  const last = (name: string) => named.get(name)?.at(-1);
  const lists = (name: string) => named.get(name)?.flatMap(readSelectors);
  const options: CheckOptions = {
    paths: positionals.length > 0 ? positionals : ['.'],
    format: oneOf('format', last('format'), ['text', 'json']),
    color: oneOf('color', last('color'), ['auto', 'always', 'never']),
    select: lists('select'),
    ignore: lists('ignore') ?? [],
    targetVersion: readVersion(last('target-version')),
    config: last('config'),
    python: last('python'),
    stdinFilename: last('stdin-filename'),
    fix: named.has('fix'),
    diff: named.has('diff'),
    exitZero: named.has('exit-zero'),
    statistics: named.has('statistics'),
  };
  if (options.statistics && options.format === 'json') {
    throw new CommandError('--statistics ne s’emploie qu’avec le format text.');
  }
  return { name: 'check', ...options };
}

function anywhere(named: ReadonlyMap<string, unknown>): Command | undefined {
  if (named.has('help')) return { name: 'help' };
  return named.has('version') ? { name: 'version' } : undefined;
}

/** Values of the options given, in order (empty texts for flags), and the other words. */
function read(
  words: readonly string[],
  options: Readonly<
    Record<string, { readonly type: 'string' | 'boolean'; readonly short?: string }>
  >,
) {
  const named = new Map<string, string[]>();
  const positionals: string[] = [];
  const { tokens } = parseArgs({ args: [...words], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (!option) {
      throw new CommandError(
        `option inconnue ${quoted(token.rawName)}\u00a0: voyez «\u00a0attendu --help\u00a0».`,
      );
    }
    if (option.type === 'string' && token.value === undefined) {
      throw new CommandError(`l’option ${token.rawName} attend une valeur.`);
    }
    if (option.type === 'boolean' && token.value !== undefined) {
      throw new CommandError(`l’option ${token.rawName} n’attend pas de valeur.`);
    }
    named.set(token.name, [...(named.get(token.name) ?? []), token.value ?? '']);
  }
  return { named, positionals };
}

/** The value, or the first of those allowed when the option is not given. */
function oneOf<T extends string>(
  name: string,
  value: string | undefined,
  allowed: readonly T[],
): T {
  if (value === undefined) return allowed[0]!;
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw new CommandError(
    `--${name}\u00a0: valeur inconnue ${quoted(value)}, choisissez parmi ${allowed.join(', ')}.`,
  );
}

function readSelectors(list: string): string[] {
  const selectors = list.split(',').map((selector) => selector.trim());
  const wrong = selectors.find((selector) => !rules.some((rule) => names([selector], rule)));
  if (wrong === undefined) return selectors;
  throw new CommandError(
    `${quoted(wrong)} ne désigne aucune règle\u00a0: «\u00a0attendu rule\u00a0» en donne la liste.`,
  );
}

function readVersion(text: string | undefined): PythonVersion | undefined {
  const version = text === undefined ? undefined : readTarget(text);
  if (text !== undefined && !version) {
    throw new CommandError(
      `--target-version\u00a0: ${quoted(text)} n’est pas une version de Python telle que 3.11.`,
    );
  }
  return version;
}
