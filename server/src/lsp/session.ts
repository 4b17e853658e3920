import {
  type CancellationToken,
  type ClientCapabilities,
  type Connection,
  Emitter,
  ErrorCodes,
  type InitializeParams,
  LogMessageNotification,
  LSPErrorCodes,
  MessageType,
  ResponseError,
} from 'vscode-languageserver';
import { type Finding, type Fix, ParserAborted, Workspace } from '../lint/index.ts';
import { Documents, type OpenDocument } from './documents.ts';
import { PythonEnvironments } from './environments.ts';
import { fileAccess } from './files.ts';
import { folderAbove, initialFolders } from './folders.ts';
import { Notices } from './notices.ts';
import type { Runtime } from './server.ts';

/** What is known of one version of a document, kept so that asking again costs nothing. */
export interface Analysis {
  readonly findings: readonly Finding[];
  /** Reads what the fixes want to know; to be awaited before them. */
  completeFixes(): Promise<void>;
  fixes(finding: Finding): readonly Fix[];
}

/** One client served: its documents, its wishes, and the analysis core behind them. */
export class Session {
  readonly client: ClientCapabilities;
  readonly documents: Documents;
  readonly environments: PythonEnvironments;
  /** URIs of the folders that the user has open. */
  folders: readonly string[];
  /** Whether the user wants us to speak at all. */
  enabled = true;
  /** Resolves once the client's settings are known; nothing is analysed before. */
  ready: Promise<void> = Promise.resolve();
  private readonly invalidated = new Emitter<void>();
  /** Fires when findings may have changed for another reason than a document's text. */
  readonly onDidInvalidate = this.invalidated.event;
  private readonly analyses = new Map<OpenDocument, Analysis>();
  private readonly notices: Notices;
  /** Moves each time everything is forgotten. */
  private generation = 0;
  private closed = false;

  /** Rejects when the parser cannot start. */
  static async create(
    connection: Connection,
    runtime: Runtime,
    params: InitializeParams,
  ): Promise<Session> {
    const workspace = await Workspace.create({
      ...(await runtime.assets()),
      files: fileAccess(connection, runtime, params.initializationOptions),
      log: (message) => connection.console.error(message),
      pages: params.initializationOptions?.pages ?? runtime.pages,
    });
    return new Session(connection, workspace, params, runtime);
  }

  private constructor(
    readonly connection: Connection,
    readonly workspace: Workspace,
    params: InitializeParams,
    private readonly runtime: Runtime,
  ) {
    this.client = params.capabilities;
    this.folders = initialFolders(params);
    workspace.setRoots(this.folders);
    this.environments = new PythonEnvironments(workspace, runtime);
    this.documents = new Documents(workspace);
    this.notices = new Notices(connection, workspace);
    this.documents.onDidChange(() => this.analyses.clear());
  }

  /** What is to be said of the document as it is at the end of the wait; nothing when we must not speak. */
  async analyse(document: OpenDocument): Promise<Analysis> {
    await this.configured(document);
    await this.completed(document);
    return this.judge(document);
  }

  /**
   * The same for a request about the document as it is now. Throws when the client gives the request
   * up, or `outdated` when the document changes: what was already sent is read first, so that of a
   * burst of changes only the last costs an analysis.
   */
  async analyseFor(
    token: CancellationToken,
    document: OpenDocument,
    outdated = new ResponseError<unknown>(LSPErrorCodes.ContentModified, 'The document changed'),
  ): Promise<Analysis> {
    const { revision } = document;
    await new Promise((resolve) => setTimeout(resolve, 0));
    const check = () => {
      if (token.isCancellationRequested) {
        throw new ResponseError(LSPErrorCodes.RequestCancelled, 'Cancelled');
      }
      if (document.revision !== revision) throw outdated;
    };
    await this.configured(document);
    check();
    await this.completed(document);
    check();
    return this.judge(document);
  }

  /** Whether the document is to be judged and explained; to be asked after `analyse`. */
  speaksOf(document: OpenDocument): boolean {
    if (!this.enabled || document.refusal) return false;
    return !this.workspace.excluded(document.uri, folderAbove(this.folders, document.uri));
  }

  /** Forgets what was computed, because settings or configuration files changed. */
  invalidate(): void {
    this.generation++;
    this.analyses.clear();
    this.invalidated.fire();
  }

  /**
   * Does the work of a request or a timer, which must not fail: an exception is logged and answered
   * with `fallback`. Protocol errors go through, they are meant.
   */
  async attempt<T>(fallback: T, work: () => T | Promise<T>): Promise<T> {
    if (this.closed) throw new ResponseError(ErrorCodes.InvalidRequest, 'The server is shut down');
    try {
      return await work();
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      const lost = error instanceof ParserAborted;
      if (lost) this.close();
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      await this.connection
        .sendNotification(LogMessageNotification.type, { type: MessageType.Error, message })
        .catch(() => {});
      if (lost) this.runtime.exit(PARSER_LOST);
      return fallback;
    }
  }

  /** From now on every request is refused. */
  close(): void {
    this.closed = true;
  }

  /** Waits for the settings and files that govern the document; again if they change meanwhile. */
  private async configured(document: OpenDocument): Promise<void> {
    let generation: number;
    do {
      generation = this.generation;
      await this.ready;
      await this.workspace.loadConfiguration(document.uri);
    } while (generation !== this.generation);
  }

  /** Waits for the modules that the document imports to be read. What takes longer is told when it is known. */
  private async completed(document: OpenDocument): Promise<void> {
    this.documents.hand();
    if (!this.speaksOf(document)) return;
    await this.workspace.complete(document.uri);
    this.workspace.completeProjects().then(
      (wasRead) => wasRead && !this.closed && this.invalidate(),
      (error) => this.connection.console.error(String(error)),
    );
  }

  private judge(document: OpenDocument): Analysis {
    this.documents.hand();
    if (this.enabled) this.notices.explain(document);
    if (!this.speaksOf(document)) return NOTHING;
    const analysis = this.analyses.get(document) ?? analysisOf(this.workspace, document.uri);
    this.analyses.set(document, analysis);
    return analysis;
  }
}

const NOTHING: Analysis = { findings: [], fixes: () => [], completeFixes: async () => {} };

/** The exit code after which a new server is wanted: the parser's memory is lost (EX_SOFTWARE). */
const PARSER_LOST = 70;

function analysisOf(workspace: Workspace, path: string): Analysis {
  const findings = workspace.findings(path);
  const known = new Map<Finding, readonly Fix[]>();
  let completed: Promise<void> | undefined;
  return {
    findings,
    completeFixes() {
      completed ??= workspace.completeFixes(path);
      return completed;
    },
    fixes(finding) {
      const fixes = known.get(finding) ?? workspace.fixes(path, finding);
      known.set(finding, fixes);
      return fixes;
    },
  };
}
