/** `attendu check`. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Assets } from '../assets.ts';
import { activeEnvironments } from '../environment.ts';
import { listFolder } from '../folder.ts';
import { type Configuration, type Environments, environmentOf, Workspace } from '../lint/index.ts';
import type { CheckOptions } from './arguments.ts';
import { absolute, collect, shownFrom, type Target } from './collect.ts';
import { decode, type Encoding, encode, type Refused } from './decode.ts';
import { jsonReport } from './json.ts';
import { type Notebook, readNotebook } from './notebook.ts';
import { CommandError, FAILED, FOUND, NOTHING_FOUND } from './outcome.ts';
import { type Place, Places } from './places.ts';
import type { FileReport, ReportedPlace } from './report.ts';
import { rootsOf } from './roots.ts';
import { painter, wantsColour } from './terminal.ts';
import { statisticsText, summaryText, textReport } from './text.ts';
import { unifiedDiff } from './unified-diff.ts';
import { count } from './words.ts';

/** The world around the command. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  stdin(): Promise<Uint8Array>;
  stdout(text: string | Uint8Array): void;
  stderr(text: string): void;
  assets(): Promise<Assets>;
}

/** A file as it was read. */
interface Input {
  readonly target: Target;
  readonly text: string;
  readonly encoding: Encoding;
  readonly bom: boolean;
  readonly notebook?: Notebook;
  readonly isStdin: boolean;
}

export async function check(options: CheckOptions, around: Surroundings): Promise<number> {
  return new Check(options, around, await openWorkspace(options, around)).run();
}

async function openWorkspace(options: CheckOptions, around: Surroundings): Promise<Workspace> {
  const { config } = options;
  if (config !== undefined && !(await isReadable(resolve(around.cwd, config)))) {
    throw new CommandError(`--config\u00a0: ${config} n’existe pas ou n’est pas lisible.`);
  }
  const environments = await environmentsOf(options, around);
  const workspace = await Workspace.create({
    ...(await around.assets()),
    files: { read: async (path) => textOf(await readBytes(path)), list: listFolder },
    log: (message) => around.stderr(`attendu: ${message}\n`),
    configurationFile: config === undefined ? undefined : absolute(around.cwd, config),
  });
  const overrides: Partial<Configuration> = {
    select: options.select,
    ignore: options.ignore,
    targetVersion: options.targetVersion,
  };
  workspace.setOverrides(overrides);
  const { paths, stdinFilename } = options;
  const named = paths.map((path) => (path === '-' ? (stdinFilename ?? '.') : path));
  workspace.setRoots(await rootsOf(named, around.cwd));
  workspace.setEnvironments(environments);
  return workspace;
}

/** The environment that was asked for, else those that the shell has active. */
async function environmentsOf(
  { python }: CheckOptions,
  { cwd, env }: Surroundings,
): Promise<Environments> {
  if (python === undefined) {
    const ambient = activeEnvironments(env).map((folder) => absolute(cwd, folder));
    return { chosen: new Map(), ambient };
  }
  if (!(await stat(resolve(cwd, python)).catch(() => undefined))) {
    throw new CommandError(`--python\u00a0: ${python} n’existe pas ou n’est pas lisible.`);
  }
  return { chosen: new Map([['', environmentOf(absolute(cwd, python))]]), ambient: [] };
}

const keyOf = ({ cell, line }: Place) => `${cell} ${line}`;

class Check {
  readonly #options: CheckOptions;
  readonly #around: Surroundings;
  readonly #workspace: Workspace;
  readonly #problems = new Set<string>();
  readonly #otherPlaces = new Map<string, Promise<Places>>();
  #failed = false;

  constructor(options: CheckOptions, around: Surroundings, workspace: Workspace) {
    this.#options = options;
    this.#around = around;
    this.#workspace = workspace;
  }

  async run(): Promise<number> {
    const inputs = await this.#inputs();
    // All files first: each may be what another imports.
    for (const input of inputs) await this.#open(input);
    const before = await this.#reports(inputs);
    for (const report of before) this.#tellUnreadable(report);
    const { fix, diff, exitZero } = this.#options;
    const after = fix || diff ? await this.#fix(inputs, before) : before;
    if (!diff)
      this.#show(
        after,
        inputs.some(({ isStdin }) => isStdin && fix),
      );
    if (this.#failed) return FAILED;
    return exitZero || after.every(({ findings }) => findings.length === 0) ? NOTHING_FOUND : FOUND;
  }

  async #inputs(): Promise<Input[]> {
    const { paths, stdinFilename } = this.#options;
    const { cwd, stdin } = this.#around;
    const named = paths.filter((path) => path !== '-');
    const { targets, errors } = await collect(named, cwd, this.#workspace);
    for (const error of errors) this.#fail(error);
    const inputs: Input[] = [];
    if (paths.includes('-')) {
      const shown = stdinFilename ?? '-';
      this.#add(inputs, { shown, path: absolute(cwd, shown) }, await stdin(), true);
    }
    for (const target of targets) {
      const bytes = await readBytes(target.path);
      if (bytes) this.#add(inputs, target, bytes, false);
      else this.#fail(`${target.shown}\u00a0: fichier illisible.`);
    }
    return inputs;
  }

  /** Adds what can be checked; the rest is passed over with a note. */
  #add(inputs: Input[], target: Target, bytes: Uint8Array, isStdin: boolean): void {
    const decoded = decode(bytes);
    if ('reason' in decoded) {
      this.#passOver(target, decoded);
      return;
    }
    const isNotebook = target.path.endsWith('.ipynb');
    const notebook = isNotebook ? readNotebook(decoded.text) : undefined;
    if (notebook || !isNotebook) inputs.push({ target, ...decoded, notebook, isStdin });
    else this.#passOver(target, { reason: 'ce n’est pas un notebook Jupyter' });
  }

  async #open({ target, text, notebook }: Input): Promise<void> {
    await this.#workspace.loadConfiguration(target.path);
    for (const { path, line, message } of this.#workspace.configurationProblems(target.path)) {
      const shown = shownFrom(this.#around.cwd, path);
      const place = line === undefined ? shown : `${shown}:${line}`;
      const problem = `${place}\u00a0: ${message}`;
      if (!this.#problems.has(problem)) this.#fail(problem);
      this.#problems.add(problem);
    }
    this.#workspace.setDocument(target.path, notebook?.sources ?? text);
  }

  async #reports(inputs: readonly Input[]): Promise<FileReport[]> {
    await this.#workspace.completeWholly(inputs.map(({ target }) => target.path));
    return Promise.all(inputs.map((input) => this.#report(input)));
  }

  async #report({ target }: Input): Promise<FileReport> {
    const { path } = target;
    const places = this.#placesOf(path);
    const findings = this.#workspace.findings(path).map(async (finding) => ({
      finding,
      fixes: this.#workspace.fixes(path, finding),
      related: await Promise.all(
        finding.related.map(
          async ({ path: other, start, end, message }): Promise<ReportedPlace> => {
            const same = other === path;
            return {
              shown: same ? target.shown : shownFrom(this.#around.cwd, other),
              places: same ? places : await this.#placesElsewhere(other),
              start,
              end,
              message,
            };
          },
        ),
      ),
    }));
    return { target, places, findings: await Promise.all(findings) };
  }

  /** What no rule speaks of: without a word, a file that Python refuses would seem to be right. */
  #tellUnreadable({ target, places, findings }: FileReport): void {
    const told = new Set(findings.map(({ finding }) => keyOf(places.place(finding.start))));
    const silent = this.#workspace.unreadable(target.path).map((offset) => places.place(offset));
    const [first] = silent.filter((place) => !told.has(keyOf(place)));
    if (first === undefined) return;
    const cell = first.cell === undefined ? '' : `, cellule ${first.cell + 1}`;
    const where = `${target.shown}${cell}\u00a0: ligne ${first.line}`;
    this.#around.stderr(
      `${where}, erreur de syntaxe\u00a0: Python ne peut pas lire ce fichier, seul le reste est vérifié.\n`,
    );
  }

  #placesOf(path: string): Places {
    const workspace = this.#workspace;
    return new Places(workspace.cells(path)?.sources ?? workspace.text(path) ?? '');
  }

  /** The places of a file that is not among those checked. */
  #placesElsewhere(path: string): Promise<Places> {
    let places = this.#otherPlaces.get(path);
    if (!places) {
      const isOpen = this.#workspace.text(path) !== undefined;
      places = isOpen
        ? Promise.resolve(this.#placesOf(path))
        : readBytes(path).then((bytes) => new Places(textOf(bytes) ?? ''));
      this.#otherPlaces.set(path, places);
    }
    return places;
  }

  /** Takes the safe fixes and writes (or shows) the result; gives what is then to be reported. */
  async #fix(inputs: readonly Input[], before: readonly FileReport[]): Promise<FileReport[]> {
    let applied = 0;
    let files = 0;
    for (const input of inputs) {
      const { path } = input.target;
      const fixed = this.#workspace.fixAll(path);
      const cells = this.#workspace.cells(path)?.edited(fixed.edits).sources;
      const text = cells ? input.notebook!.withSources(cells) : fixed.text;
      const isChanged = fixed.edits.length > 0;
      if (!isChanged && !input.isStdin) continue;
      if (!(await this.#write(input, text)) || !isChanged) continue;
      applied += fixed.applied;
      files++;
      if (!this.#options.diff) this.#workspace.setDocument(path, cells ?? text);
    }
    if (files > 0) {
      const what = this.#options.diff
        ? count(applied, 'correction possible', 'corrections possibles')
        : count(applied, 'correction appliquée', 'corrections appliquées');
      this.#around.stderr(`${what} dans ${count(files, 'fichier')}.\n`);
    }
    return this.#options.diff ? [...before] : this.#reports(inputs);
  }

  /** Writes a corrected text where it belongs; false when that failed. */
  async #write(input: Input, text: string): Promise<boolean> {
    const { path, shown } = input.target;
    if (this.#options.diff) {
      this.#around.stdout(unifiedDiff(shown, input.text, text));
      return true;
    }
    const bytes = encode(text, input);
    if (bytes && input.isStdin) {
      this.#around.stdout(bytes);
      return true;
    }
    const written =
      bytes &&
      (await writeFile(path, bytes).then(
        () => true,
        () => false,
      ));
    if (!written) this.#fail(`${shown}\u00a0: impossible d’écrire le fichier corrigé.`);
    return written === true;
  }

  /** @param isTaken standard output holds the corrected text of standard input */
  #show(reports: readonly FileReport[], isTaken: boolean): void {
    const { format, statistics, color } = this.#options;
    const out = (text: string) => (isTaken ? this.#around.stderr(text) : this.#around.stdout(text));
    if (format === 'json') {
      out(jsonReport(reports));
      return;
    }
    const paint = painter(wantsColour(color, this.#around.isTerminal, this.#around.env));
    const details = statistics ? statisticsText(reports, paint) : textReport(reports, paint);
    out(details === '' ? '' : `${details}\n`);
    out(summaryText(reports));
  }

  #passOver({ shown }: Target, { reason }: Refused): void {
    this.#around.stderr(`${shown}\u00a0: ${reason}, non vérifié.\n`);
  }

  /** Something could not be done: said now, told by the exit status; the rest goes on. */
  #fail(message: string): void {
    this.#around.stderr(`attendu\u00a0: ${message}\n`);
    this.#failed = true;
  }
}

async function readBytes(path: string): Promise<Uint8Array | undefined> {
  return readFile(path).catch(() => undefined);
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  const decoded = bytes && decode(bytes);
  return decoded && 'text' in decoded ? decoded.text : undefined;
}

async function isReadable(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
