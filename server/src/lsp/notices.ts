import { type Connection, MessageType, ShowMessageNotification } from 'vscode-languageserver';
import type { Workspace } from '../lint/index.ts';
import type { OpenDocument, Refusal } from './documents.ts';

/** Tells the user, once, why Attendu does not do what one expects of it. */
export class Notices {
  private readonly told = new Set<string>();

  constructor(
    private readonly connection: Connection,
    private readonly workspace: Workspace,
  ) {}

  /** What there is to tell about a document whose configuration is loaded. */
  explain({ uri, refusal }: OpenDocument): void {
    if (refusal) this.tell(MessageType.Info, `${nameOf(uri)} ${REFUSALS[refusal]}`);
    for (const { path, line, message } of this.workspace.configurationProblems(uri)) {
      const place = line === undefined ? nameOf(path) : `${nameOf(path)}, ligne ${line}`;
      this.tell(MessageType.Warning, `${place} : ${message}`);
    }
  }

  private tell(type: MessageType, text: string): void {
    const message = `Attendu : ${text}`;
    if (this.told.has(message)) return;
    this.told.add(message);
    this.connection
      .sendNotification(ShowMessageNotification.type, { type, message })
      .catch(() => {});
    this.connection.console.info(message);
  }
}

const REFUSALS: Record<Refusal, string> = {
  large: 'dépasse deux millions de caractères : il n’est pas analysé.',
  binary: 'contient des octets nuls : il n’est pas analysé.',
};

function nameOf(uri: string): string {
  const name = uri.slice(uri.lastIndexOf('/') + 1);
  try {
    return `« ${decodeURIComponent(name)} »`;
  } catch {
    return `« ${name} »`;
  }
}
