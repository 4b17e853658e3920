import * as vscode from 'vscode';
import {
  type BaseLanguageClient,
  CloseAction,
  ErrorAction,
  type LanguageClientOptions,
  RevealOutputChannelOn,
} from 'vscode-languageclient';
import type { CreateClient } from './extension.ts';
import { Interpreters } from './interpreters.ts';
import { PAGES, TRUSTED, withPageLinks } from './pages.ts';
import { traceLog } from './trace.ts';

/** `stopped`: it failed too often; `off`: the user wants none. */
export type Status = 'starting' | 'running' | 'stopped' | 'off';

/** A server that dies more than `MAX_DEATHS` times within `DEATH_WINDOW` milliseconds is left alone. */
const MAX_DEATHS = 4;
const DEATH_WINDOW = 3 * 60_000;

/** How long a server that is still starting may delay an order to stop, in milliseconds. */
const START_PATIENCE = 5_000;

/**
 * The language server, kept alive while it is wanted. Each life has its own client: a client whose
 * server died half-way through its start is in no state to be started again.
 */
export class Service implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Status>();
  private readonly trace: ReturnType<typeof traceLog>;
  private readonly interpreters = new Interpreters();
  private client: BaseLanguageClient | undefined;
  private deaths: number[] = [];
  private current: Status = 'off';
  private turn: Promise<void> = Promise.resolve();

  /** Fires at each change of {@link status}. */
  readonly onDidChangeStatus = this.changed.event;

  constructor(
    private readonly createClient: CreateClient,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.trace = traceLog(log);
    this.interpreters.onDidChange(() => this.tellInterpreters());
  }

  /** State of the server at this instant. */
  get status(): Status {
    return this.current;
  }

  /** Starts or stops the server, as wanted; resolves when that is done. */
  follow(wanted: boolean): Promise<void> {
    return this.inTurn(async () => {
      if (!wanted) {
        await this.stop();
        this.become('off');
      } else if (!this.client) {
        await this.start();
      }
    });
  }

  /** Starts the server anew, and forgets its past failures; a server that is off stays off. */
  restart(): Promise<void> {
    return this.inTurn(async () => {
      if (this.current === 'off') return;
      this.deaths = [];
      await this.stop();
      await this.start();
    });
  }

  /** The Markdown of a rule's page, for {@link providePages}. */
  async page(rule: string): Promise<string | undefined> {
    const asked = this.client?.sendRequest<{ markdown: string | null }>('attendu/page', { rule });
    return (await asked?.catch(() => undefined))?.markdown ?? undefined;
  }

  dispose(): void {
    void this.inTurn(() => this.stop());
    this.trace.dispose();
    this.interpreters.dispose();
    this.changed.dispose();
  }

  /** Orders may come faster than a server starts: each waits for the one before. */
  private inTurn(order: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(order, order);
    return this.turn;
  }

  private async start(): Promise<void> {
    this.become('starting');
    const client = this.createClient(this.options(() => this.onDeath(client)));
    // The library's own notifications are in English; ours say the same in French.
    const logError = client.error.bind(client);
    client.error = (message, data) => logError(message, data, false);
    client.onRequest('attendu/readFile', readFile);
    client.onRequest('attendu/listFolder', listFolder);
    this.client = client;
    try {
      await client.start();
      if (client !== this.client) return;
      this.become('running');
      this.tellInterpreters();
    } catch {
      this.onDeath(client);
    }
  }

  private async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (!client) return;
    const started = client.start().catch(() => {});
    await Promise.race([started, new Promise((done) => setTimeout(done, START_PATIENCE))]);
    await bury(client);
  }

  private tellInterpreters(): void {
    if (this.current !== 'running') return;
    const environments = this.interpreters.current();
    // A client that is just dying refuses: the next one will be told.
    this.client?.sendNotification('attendu/environments', { environments }).catch(() => {});
  }

  private onDeath(client: BaseLanguageClient): void {
    if (client !== this.client) return;
    this.client = undefined;
    void bury(client);
    const now = Date.now();
    this.deaths = [...this.deaths.filter((at) => now - at < DEATH_WINDOW), now];
    if (this.deaths.length <= MAX_DEATHS) {
      this.log.warn(`The server died (${this.deaths.length}): starting it again.`);
      void this.start();
    } else {
      this.become('stopped');
      void this.offerRestart();
    }
  }

  private async offerRestart(): Promise<void> {
    const restart = 'Redémarrer';
    const showLog = 'Afficher le journal';
    const choice = await vscode.window.showErrorMessage(
      `Le serveur d’Attendu s’est arrêté ${this.deaths.length}\u00a0fois de suite\u00a0: les fichiers Python ne sont plus analysés.`,
      restart,
      showLog,
    );
    if (choice === restart) await this.restart();
    if (choice === showLog) this.log.show();
  }

  private become(status: Status): void {
    this.current = status;
    this.changed.fire(status);
  }

  private options(onDeath: () => void): LanguageClientOptions {
    return {
      // No scheme: unsaved documents, virtual workspaces and notebook cells are Python too.
      documentSelector: [{ language: 'python' }],
      middleware: {
        didOpen: async (document, next) => {
          if (!isOldVersion(document)) await next(document);
        },
        didClose: async (document, next) => {
          if (!isOldVersion(document)) await next(document);
        },
        provideHover: async (document, position, token, next) =>
          withPageLinks(await next(document, position, token)),
      },
      markdown: { isTrusted: TRUSTED },
      diagnosticCollectionName: 'attendu',
      outputChannel: this.log,
      traceOutputChannel: this.trace.channel,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: { readFile: true, pages: PAGES },
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          onDeath();
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    };
  }
}

/** Lends the server VS Code's file systems, which may be virtual; text is null where there is no file. */
async function readFile({ uri }: { uri: string }): Promise<{ text: string | null }> {
  try {
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.parse(uri, true));
    return { text: new TextDecoder().decode(bytes) };
  } catch {
    return { text: null };
  }
}

/** Names in a folder, those of folders ending in `/`; null where there is none. */
async function listFolder({ uri }: { uri: string }): Promise<{ entries: string[] | null }> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(vscode.Uri.parse(uri, true));
    return {
      entries: entries.map(([name, type]) =>
        type & vscode.FileType.Directory ? `${name}/` : name,
      ),
    };
  } catch {
    return { entries: null };
  }
}

/** The left side of a comparison: its findings would double those of the file in Problems. */
function isOldVersion({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === 'git';
}

/** Releases a client whatever its state: one whose server is gone refuses to be stopped politely. */
async function bury(client: BaseLanguageClient): Promise<void> {
  await client.dispose().catch(() => {});
}
