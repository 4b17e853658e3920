/** The core at work: documents in, findings, fixes and hovers out. */
import { Edits } from '../rules/edits.ts';
import { ruleByCode, rules } from '../rules/index.ts';
import type { Definition, Fix, Rule, TextEdit } from '../rules/rule.ts';
import {
  ChunkSemantics,
  DEFAULT_TARGET,
  type Environments,
  Facts,
  type FileAccess,
  FileSemantics,
  formatVersion,
  isInstalled,
  isProjectId,
  projectDoor,
  splitProjectId,
} from '../semantics/index.ts';
import {
  type Chunk,
  ParserAborted,
  type PlacedChunk,
  PythonParser,
  type Span,
} from '../syntax/index.ts';
import type { Cells } from './cells.ts';
import {
  type Configuration,
  type ConfigurationProblem,
  isExcluded,
  targetOf,
  withOverrides,
} from './configuration.ts';
import { Configurations } from './configurations.ts';
import { type Document, editedDocument, lineEndingIn, openDocument } from './document.ts';
import { essenceOf } from './essence.ts';
import type { Finding, RelatedPlace } from './finding.ts';
import { compose, editsBetween, withLineEnding } from './fixes.ts';
import { compileGlob } from './glob.ts';
import { type Hover, pageHover } from './hover.ts';
import { parentFolder } from './paths.ts';
import { Projects } from './projects.ts';
import { type ChunkFinding, type ChunkRelated, RuleSet, Runner } from './run.ts';
import { isIgnored, isSelected, levelFor, names } from './selection.ts';
import {
  isSuppressedInFile,
  isSuppressedOnLine,
  suppressedNameAt,
  suppressionEdit,
} from './suppressions.ts';

export type { FileAccess, Hover };

export interface WorkspaceOptions {
  readonly runtimeWasm: Uint8Array;
  readonly grammarWasm: Uint8Array;
  readonly files: FileAccess;
  /** English, for the maintainer's log. */
  readonly log: (message: string) => void;
  /** URI of the folder that holds the rules' pages, ending in `/`; absent when they cannot be opened. */
  readonly pages?: string;
  /** A configuration file that governs every document, in place of those found upwards. */
  readonly configurationFile?: string;
}

/** What taking every safe fix gives. */
export interface FixedText {
  readonly text: string;
  readonly edits: readonly TextEdit[];
  /** How many fixes were taken. */
  readonly applied: number;
}

/** Modules read besides the open documents; more than any program imports. */
const MAX_MODULES = 5_000;
/** In UTF-16 code units: longer is data, or was generated. */
const MAX_MODULE_LENGTH = 2_000_000;

export class Workspace {
  readonly #parser: PythonParser;
  readonly #facts = new Facts(projectDoor);
  readonly #runner = new Runner();
  readonly #configurations: Configurations;
  readonly #log: (message: string) => void;
  readonly #files: FileAccess;
  /** Modules that open documents import, read from where they lie. */
  readonly #modules = new Set<string>();
  readonly #listed = new Set<string>();
  readonly #described = new Set<string>();
  #roots: readonly string[] = [];
  #reading: Promise<void> = Promise.resolve();
  readonly #projects: Projects;
  readonly #pages: string | undefined;
  readonly #logged = new Set<string>();
  readonly #documents = new Map<string, Document>();
  readonly #judgements = new WeakMap<Document, Judgement>();
  #overrides: Partial<Configuration> = {};
  #effective = new WeakMap<Configuration, Configuration>();
  readonly #heard = new WeakMap<readonly ChunkFinding[], readonly ChunkFinding[]>();
  readonly #ruleSets = new Map<string, RuleSet>();
  /** Moves when a document does: a finding may rest on other documents than its own. */
  #revision = 0;

  static async create(options: WorkspaceOptions): Promise<Workspace> {
    return new Workspace(
      await PythonParser.create(options.runtimeWasm, options.grammarWasm),
      options,
    );
  }

  private constructor(parser: PythonParser, options: WorkspaceOptions) {
    this.#parser = parser;
    this.#log = options.log;
    this.#files = options.files;
    this.#projects = new Projects(options.files, this.#facts);
    this.#pages = options.pages;
    this.#configurations = new Configurations(options.files, rules, options.configurationFile);
    this.#tellSilences();
  }

  /** Opens or replaces a document: a module's text, or a notebook's code cells. Costs what changed. */
  setDocument(path: string, source: string | readonly string[]): void {
    this.#install(openDocument(this.#parser, path, source, this.#documents.get(path)));
  }

  /** From now on the file on the disk counts, if others import it. */
  closeDocument(path: string): void {
    this.#documents.delete(path);
    this.#forgetModule(path);
    this.#projects.forget(path);
  }

  /** The folders that the user works in: absolute imports are looked for there. */
  setRoots(folders: readonly string[]): void {
    this.#roots = folders;
    this.#facts.setRoots(folders);
    this.#projects.setRoots(folders);
    this.#revision++;
  }

  /** The Python environments; what was read outside the roots is read again, for nobody watches it. */
  setEnvironments(environments: Environments): void {
    for (const folder of this.#listed) if (!this.#isWatched(folder)) this.#forgetFolder(folder);
    for (const module of this.#modules) if (!this.#isWatched(module)) this.#forgetModule(module);
    this.#facts.setEnvironments(environments);
    this.#configurations.setEnvironments(environments);
    this.#revision++;
  }

  /**
   * Reads what the document's findings want for: the modules that it imports, then those that these
   * import, as far as they matter. Until then, what comes from them is unknown, hence silent.
   */
  async complete(path: string): Promise<void> {
    await this.completed(() => this.findings(path));
  }

  /** The same for any question asked of the workspace, a hover's for instance: its answer once nothing is wanted. */
  completed<T>(ask: () => T): Promise<T> {
    const turn = this.#reading.then(() => this.#completed(ask));
    this.#reading = turn.then(
      () => {},
      () => {},
    );
    return turn;
  }

  /**
   * Reads what the findings so far want to know of whole projects, which may take a while; says whether there
   * was anything to read, and hence findings may be others.
   */
  async completeProjects(): Promise<boolean> {
    const wasRead = await this.#projects.read();
    if (wasRead) this.#revision++;
    return wasRead;
  }

  /** The same for several documents at once, whole projects included: for who can wait. */
  async completeWholly(paths: readonly string[]): Promise<void> {
    do await Promise.all(paths.map((path) => this.complete(path)));
    while (await this.completeProjects());
    await Promise.all(paths.map((path) => this.completeFixes(path)));
  }

  /** Reads what the repairs of the document's findings want to know: it may be more than the findings do. */
  async completeFixes(path: string): Promise<void> {
    await this.completed(() => {
      for (const finding of this.findings(path)) this.fixes(path, finding);
    });
  }

  /** Files appeared, changed or went: what was read of them is forgotten, unless they are open. */
  forgetFiles(paths: readonly string[]): void {
    const changed = new Set<string>();
    for (const path of paths) {
      if (!this.#documents.has(path)) this.#forgetModule(path);
      this.#projects.forget(path);
      // The file's folder may itself be new, and those above: a whole environment comes at once.
      for (
        let folder = parentFolder(path);
        folder && !changed.has(folder);
        folder = parentFolder(folder)
      )
        changed.add(folder);
    }
    for (const folder of changed) this.#forgetFolder(folder);
    this.#revision++;
  }

  /** Text as analysed (for a notebook: cells joined) of an open document, or of a module read for one. */
  text(path: string): string | undefined {
    return this.#documents.get(path)?.text ?? this.#facts.file(path)?.source.text;
  }

  /** Offsets, in the text as analysed, of the statements of an open document that Python could not read. */
  unreadable(path: string): readonly number[] {
    const chunks = this.#documents.get(path)?.source.chunks ?? [];
    return chunks.flatMap(({ start, chunk }) => chunk.damaged.map((span) => start + span.start));
  }

  /** Undefined for a module. */
  cells(path: string): Cells | undefined {
    return this.#documents.get(path)?.cells;
  }

  /** Finds and reads the configuration that governs the document; cached. */
  async loadConfiguration(path: string): Promise<void> {
    if (await this.#configurations.load(path)) this.#tellSilences();
  }

  /** Forgets configuration files (one of them changed). */
  forgetConfiguration(): void {
    this.#configurations.forget();
    for (const project of this.#described) this.#facts.setSources(project, null);
    this.#described.clear();
    this.#tellSilences();
    this.#revision++;
  }

  /** Settings of the editor or the command line, in place of the former ones; they win over files. */
  setOverrides(overrides: Partial<Configuration>): void {
    this.#overrides = overrides;
    this.#effective = new WeakMap();
    this.#tellSilences();
  }

  configurationProblems(path: string): readonly ConfigurationProblem[] {
    return this.#configurations.of(path).problems;
  }

  /** Whether the configuration excludes the path (a folder's ends in `/`); see `isExcluded`. */
  excluded(path: string, below?: string): boolean {
    // A folder is excluded, or taken back, by what governs the one that holds it.
    return isExcluded(this.#configurationOf(path.replace(/\/$/, '')), path, below);
  }

  /** Findings of the document as it is now, sorted by place. A failing rule is logged once. */
  findings(path: string): readonly Finding[] {
    const document = this.#documents.get(path);
    return document ? [...this.#judge(document).keys()] : [];
  }

  /** The repairs of a finding, if the document still has it, best first. */
  fixes(path: string, finding: Finding): readonly Fix[] {
    const document = this.#documents.get(path);
    if (!document) return [];
    const judged = this.#judge(document);
    const own = judged.has(finding)
      ? finding
      : [...judged.keys()].find((now) => isSame(now, finding));
    return own ? this.#fixes(document, judged.get(own)!) : [];
  }

  /** Takes the first safe fix of each finding until nothing changes. */
  fixAll(path: string): FixedText {
    const document = this.#documents.get(path);
    if (!document) return { text: '', edits: [], applied: 0 };
    try {
      const fixed = compose(document, {
        fixes: (current) => {
          this.#install(current);
          return [...this.#judge(current).values()].flatMap(
            (place) => this.#fixes(current, place).find(isSafe) ?? [],
          );
        },
        edited: (current, edits) => editedDocument(this.#parser, current, edits),
      });
      return {
        text: fixed.document.text,
        edits: changes(document, fixed.document),
        applied: fixed.applied,
      };
    } finally {
      this.#install(document);
    }
  }

  /** Adds `# attendu: ignore[…]` to the finding's line. */
  suppression(path: string, finding: Finding): Fix {
    const document = this.#documents.get(path);
    const edit = document && suppressionEdit(document.source, finding.code, finding.start);
    return {
      title: `Ignorer ${finding.code} sur cette ligne`,
      applicability: 'review',
      edits: edit ? [edit] : [],
    };
  }

  /** What to say of an offset: its finding, the rule that a suppression names, a name or a keyword. */
  hover(path: string, offset: number): Hover | undefined {
    const document = this.#documents.get(path);
    if (!document) return undefined;
    return this.#attempt(`hover in ${path}`, undefined, () => {
      const [finding] = [...this.#judge(document).keys()]
        .filter(({ start, end }) => start <= offset && offset < end)
        .sort((a, b) => a.end - a.start - (b.end - b.start));
      // The editor shows the message itself, just above.
      if (finding) return this.#ruleHover(finding, ruleByCode(finding.code)!);
      const suppressed = suppressedNameAt(document.source, offset);
      const rule = suppressed && rules.find((candidate) => names([suppressed.name], candidate));
      if (rule) return this.#ruleHover(suppressed, rule);
      return pageHover(this.#facts, path, offset);
    });
  }

  /** Chunks judged and lowered so far, for tests and figures. */
  get counters(): { readonly judged: number; readonly lowered: number } {
    return { judged: this.#runner.judged, lowered: this.#parser.lowered };
  }

  /** Where a rule's page can be opened, if anywhere. */
  pageAddress(slug: string): string | undefined {
    return this.#pages && `${this.#pages}${slug}.md`;
  }

  #ruleHover({ start, end }: Span, rule: Rule): Hover {
    return { start, end, markdown: essenceOf(rule, this.pageAddress(rule.slug)) };
  }

  async #completed<T>(ask: () => T): Promise<T> {
    for (;;) {
      const answer = ask();
      const { folders, modules, projects } = this.#facts.takeWanted();
      if (folders.size === 0 && modules.size === 0 && projects.size === 0) return answer;
      await Promise.all([
        ...[...folders].map((folder) => this.#list(folder)),
        ...[...projects].map((project) => this.#readProject(project)),
        ...[...modules].map((module) => this.#readModule(module)),
      ]);
      if (modules.size > 0) this.#tellSilences();
      this.#revision++;
    }
  }

  async #list(folder: string): Promise<void> {
    const names = await this.#files.list(folder).catch(() => undefined);
    this.#listed.add(folder);
    this.#facts.setFolder(folder, new Set(names));
  }

  async #readProject(project: string): Promise<void> {
    this.#described.add(project);
    this.#facts.setSources(project, await this.#configurations.packageRoots(project));
  }

  async #readModule(path: string): Promise<void> {
    const isOneTooMany = this.#modules.size >= MAX_MODULES;
    const text = isOneTooMany ? undefined : await this.#files.read(path).catch(() => undefined);
    if (!isInstalled(`${path}::`)) await this.#configurations.load(path);
    if (this.#documents.has(path)) return;
    this.#modules.add(path);
    const readable = text !== undefined && text.length <= MAX_MODULE_LENGTH ? text : '';
    const source = this.#parser.parse(readable);
    this.#facts.setFile(path, { source, notebook: false, target: DEFAULT_TARGET });
  }

  #isWatched(path: string): boolean {
    return this.#roots.some((root) => path.startsWith(`${root}/`));
  }

  #forgetFolder(folder: string): void {
    if (this.#listed.delete(folder)) this.#facts.setFolder(folder, null);
  }

  #forgetModule(path: string): void {
    this.#modules.delete(path);
    this.#facts.removeFile(path);
    this.#revision++;
  }

  #install(document: Document): void {
    this.#documents.set(document.path, document);
    this.#modules.delete(document.path);
    this.#tellFacts(document);
  }

  #tellFacts({ path, source, cells }: Document): void {
    const target = targetOf(this.#configurationOf(path));
    this.#facts.setFile(path, { source, notebook: cells !== undefined, target });
    this.#revision++;
  }

  /** What the user silences counts in all files: a chain of calls stops there. */
  #tellSilences(): void {
    const named = (code: string) => ruleByCode(code) ?? { code, slug: code, peers: [] };
    this.#facts.setSilences({
      onLine: (chunk, offset, code) => isSuppressedOnLine(chunk, named(code), offset),
      inFile: (path, source, code) =>
        isSuppressedInFile(source, named(code)) ||
        isIgnored(named(code), this.#configurationOf(path), path),
    });
    this.#revision++;
  }

  #configurationOf(path: string): Configuration {
    const { configuration } = this.#configurations.of(path);
    let effective = this.#effective.get(configuration);
    if (!effective) {
      effective = withOverrides(configuration, this.#overrides);
      this.#effective.set(configuration, effective);
    }
    return effective;
  }

  /** The document's findings, each with its chunk's; kept until a document or the configuration changes. */
  #judge(document: Document): Judged {
    const { path } = document;
    const configuration = this.#configurationOf(path);
    const target = targetOf(configuration);
    if (formatVersion(target) !== formatVersion(this.#facts.file(path)!.target)) {
      this.#tellFacts(document);
    }
    const known = this.#judgements.get(document);
    if (known?.configuration === configuration && known.revision === this.#revision) {
      return known.judged;
    }
    const judged: Judged = new Map(
      this.#found(document, configuration).sort(([a], [b]) => a.start - b.start || a.end - b.end),
    );
    this.#judgements.set(document, { configuration, revision: this.#revision, judged });
    return judged;
  }

  #found(document: Document, configuration: Configuration): [Finding, InDocument][] {
    const { path, source } = document;
    const selected = rules.filter((rule) => isSelected(rule, configuration, path));
    const options = {
      path,
      notebook: document.cells !== undefined,
      target: targetOf(configuration),
      rules: this.#ruleSet(
        selected.filter((rule) => !isSuppressedInFile(source, rule)),
        configuration.blockingCalls,
      ),
      log: this.#log,
    };
    const all: [Finding, InDocument][] = [];
    for (const placed of source.chunks) {
      try {
        const findings = this.#runner.judge(this.#facts, placed.chunk, options);
        for (const found of this.#unsuppressed(placed.chunk, findings))
          all.push([this.#finding(path, placed, found, configuration), { placed, found }]);
      } catch (error) {
        this.#survive(`findings in ${path}`, error);
      }
    }
    return all;
  }

  /** What no comment on its line silences; as long as the chunk's findings are the same, so is this. */
  #unsuppressed(chunk: Chunk, findings: readonly ChunkFinding[]): readonly ChunkFinding[] {
    if (findings.length === 0) return findings;
    let left = this.#heard.get(findings);
    if (!left) {
      left = findings.filter(({ rule, start }) => !isSuppressedOnLine(chunk, rule, start));
      this.#heard.set(findings, left);
    }
    return left;
  }

  #finding(
    path: string,
    placed: PlacedChunk,
    { rule, level, start, end, message, related, data }: ChunkFinding,
    configuration: Configuration,
  ): Finding {
    return {
      path,
      code: rule.code,
      slug: rule.slug,
      level: levelFor(rule, level, configuration),
      tags: rule.tags ?? [],
      message,
      start: placed.start + start,
      end: placed.start + end,
      related: related.flatMap((other) => this.#related(path, placed, other)),
      data,
    };
  }

  #related(path: string, placed: PlacedChunk, { at, message }: ChunkRelated): RelatedPlace[] {
    if ('start' in at) {
      return [{ path, start: placed.start + at.start, end: placed.start + at.end, message }];
    }
    if (!isProjectId(at.definition)) return [];
    const { path: other, qualname } = splitProjectId(at.definition);
    const table = this.#facts.table(other);
    const found = table?.functions.get(qualname) ?? table?.classes.get(qualname)?.header;
    const home = found && table?.places.get(found.chunk);
    if (!found || !home) return [];
    const { nameStart, nameEnd } = found.item;
    const { start, end } = this.#siteOf(path, placed.chunk, at) ?? {
      start: nameStart,
      end: nameEnd,
    };
    return [{ path: other, start: home.start + start, end: home.start + end, message }];
  }

  #siteOf(path: string, chunk: Chunk, { definition, leads }: Definition): Span | undefined {
    if (leads === undefined) return undefined;
    const semantics = new ChunkSemantics(this.#facts, { path, ...this.#facts.file(path)! }, chunk);
    return semantics.site(definition, leads.question, leads.to);
  }

  #ruleSet(selected: readonly Rule[], blockingCalls: Configuration['blockingCalls']): RuleSet {
    const key = `${selected.map(({ code }) => code).join()} ${JSON.stringify(blockingCalls)}`;
    let ruleSet = this.#ruleSets.get(key);
    if (!ruleSet) {
      const forbidden = Object.entries(blockingCalls).map(([pattern, replacement]) => ({
        matches: compileGlob(pattern),
        replacement,
      }));
      this.#ruleSets.set(key, (ruleSet = new RuleSet(selected, forbidden)));
    }
    return ruleSet;
  }

  #fixes(document: Document, { placed, found }: InDocument): readonly Fix[] {
    const { rule, node, message, data } = found;
    if (!rule.fixes) return [];
    return this.#attempt(`fixes of ${rule.code} in ${document.path}`, [], () => {
      const { path, cells } = document;
      const lineEnding = lineEndingIn(document);
      const file = new FileSemantics(this.#facts, path);
      const about = { path, notebook: cells !== undefined, target: this.#facts.file(path)!.target };
      const context = Object.assign(new ChunkSemantics(this.#facts, about, placed.chunk), {
        file,
        edits: () => new Edits(file),
      });
      return rule.fixes!({ node, message, data }, context)
        .map((fix) => ({ ...fix, edits: withLineEnding(lineEnding, fix.edits) }))
        .filter(({ edits }) => edits.length > 0 && (cells?.accept(edits) ?? true));
    });
  }

  #attempt<T>(what: string, otherwise: T, action: () => T): T {
    try {
      return action();
    } catch (error) {
      this.#survive(what, error);
      return otherwise;
    }
  }

  /** The core cannot fail: what goes wrong is logged once. Only a lost parser is not survived. */
  #survive(what: string, error: unknown): void {
    if (error instanceof ParserAborted) throw error;
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (!this.#logged.has(detail)) this.#log(`${what}: ${detail}`);
    this.#logged.add(detail);
  }
}

type Judged = ReadonlyMap<Finding, InDocument>;

interface InDocument {
  readonly placed: PlacedChunk;
  readonly found: ChunkFinding;
}

interface Judgement {
  readonly configuration: Configuration;
  readonly revision: number;
  readonly judged: Judged;
}

function isSafe(fix: Fix): boolean {
  return fix.applicability === 'safe';
}

/** Whether two findings are one: of an older and a newer look at the same text. */
function isSame(a: Finding, b: Finding): boolean {
  return a.code === b.code && a.start === b.start && a.end === b.end && a.message === b.message;
}

/** The edits that make the first document the second, cell by cell in a notebook. */
function changes(before: Document, after: Document): TextEdit[] {
  if (!before.cells || !after.cells) return editsBetween(before.text, after.text);
  const { sources, starts } = before.cells;
  return sources.flatMap((source, i) =>
    editsBetween(source, after.cells!.sources[i]!).map(({ start, end, newText }) => ({
      start: start + starts[i]!,
      end: end + starts[i]!,
      newText,
    })),
  );
}
