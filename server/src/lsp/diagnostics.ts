import {
  type ClientCapabilities,
  type Diagnostic,
  type DiagnosticRelatedInformation,
  type DiagnosticServerCancellationData,
  DiagnosticSeverity,
  DiagnosticTag,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  ResponseError,
  type ServerCapabilities,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding, RelatedPlace } from '../lint/index.ts';
import { type OpenDocument, placeOf } from './documents.ts';
import type { Analysis, Session } from './session.ts';

/** Shows findings: on demand to the clients that ask for them, otherwise as they come. Never both. */
export function diagnostics(session: Session): ServerCapabilities {
  return session.client.textDocument?.diagnostic ? pull(session) : push(session);
}

function pull(session: Session): ServerCapabilities {
  const { connection, client, documents } = session;
  connection.languages.diagnostics.on(({ textDocument: { uri }, previousResultId }, token) =>
    session.attempt(report([], undefined), async () => {
      const document = documents.find(uri);
      if (!document) return report([], previousResultId);
      const analysis = await session.analyseFor(token, document, askAgain);
      return report(toDiagnostics(session, document, analysis).get(uri) ?? [], previousResultId);
    }),
  );
  if (client.workspace?.diagnostics?.refreshSupport) {
    session.onDidInvalidate(() => {
      connection.languages.diagnostics.refresh().catch(() => {});
    });
  }
  return {
    diagnosticProvider: {
      identifier: 'attendu',
      interFileDependencies: true,
      workspaceDiagnostics: false,
    },
  };
}

/** Any other error would make some clients take the document for clean. */
const askAgain = new ResponseError<DiagnosticServerCancellationData>(
  LSPErrorCodes.ServerCancelled,
  'The document changed',
  { retriggerRequest: true },
);

function report(
  items: Diagnostic[],
  previousResultId: string | undefined,
): DocumentDiagnosticReport {
  const resultId = fingerprint(items);
  return resultId === previousResultId
    ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId }
    : { kind: DocumentDiagnosticReportKind.Full, resultId, items };
}

/** How long typing must rest before findings are shown, in milliseconds. */
const REST = 120;

function push(session: Session): ServerCapabilities {
  const { connection, documents } = session;
  const shown = new Map<string, { readonly revision: number; readonly print: string }>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let round = 0;

  function schedule(): void {
    round++;
    clearTimeout(timer);
    timer = setTimeout(() => {
      session.attempt(undefined, publishAll).catch(() => {});
    }, REST);
  }

  async function publishAll(): Promise<void> {
    const mine = round;
    const gone = new Set(shown.keys());
    for (const document of documents.all()) {
      const items = toDiagnostics(session, document, await session.analyse(document));
      // Something changed during the wait: the next round says it all.
      if (mine !== round) return;
      for (const part of document.parts) {
        gone.delete(part.uri);
        await publish(part, document.revision, items.get(part.uri) ?? []);
      }
    }
    for (const uri of gone) {
      shown.delete(uri);
      await connection.sendDiagnostics({ uri, diagnostics: [] });
    }
  }

  async function publish(part: TextDocument, revision: number, items: Diagnostic[]): Promise<void> {
    const { uri, version } = part;
    const last = shown.get(uri);
    const print = fingerprint(items);
    if (last?.revision === revision && last.print === print) return;
    shown.set(uri, { revision, print });
    await connection.sendDiagnostics({ uri, version, diagnostics: items });
  }

  documents.onDidChange(schedule);
  session.onDidInvalidate(schedule);
  return {};
}

/** A document's findings by the URI of the part that they are in. */
function toDiagnostics(
  session: Session,
  document: OpenDocument,
  { findings }: Analysis,
): Map<string, Diagnostic[]> {
  const byPart = new Map<string, Diagnostic[]>();
  const can = abilities(session.client);
  for (const finding of findings) {
    const { part, range } = placeOf(document, finding.start, finding.end);
    const items = byPart.get(part.uri) ?? [];
    items.push({ range, ...describe(session, can, finding) });
    byPart.set(part.uri, items);
  }
  return byPart;
}

function describe(
  session: Session,
  can: ReturnType<typeof abilities>,
  finding: Finding,
): Omit<Diagnostic, 'range'> {
  const href = session.workspace.pageAddress(finding.slug);
  return {
    severity: SEVERITIES[finding.level],
    code: finding.code,
    source: 'attendu',
    message: finding.message,
    ...(can.codeDescriptionSupport && href && { codeDescription: { href } }),
    ...(can.dataSupport && { data: { slug: finding.slug, ...finding.data } }),
    ...(can.tagSupport &&
      finding.tags.length > 0 && { tags: finding.tags.map((tag) => TAGS[tag]) }),
    ...(can.relatedInformation &&
      finding.related.length > 0 && {
        relatedInformation: finding.related.flatMap((place) => related(session, place)),
      }),
  };
}

/** What the client understands of a diagnostic; it says so for the way by which it gets them. */
function abilities({ textDocument }: ClientCapabilities) {
  return { ...textDocument?.publishDiagnostics, ...textDocument?.diagnostic };
}

/** Nothing when the place is in a file whose text is not at hand. */
function related(session: Session, place: RelatedPlace): DiagnosticRelatedInformation[] {
  const { message, path, start, end } = place;
  const document = session.documents.find(path);
  if (document) {
    const { part, range } = placeOf(document, start, end);
    return [{ message, location: { uri: part.uri, range } }];
  }
  const text = session.workspace.text(path);
  if (text === undefined) return [];
  const file = TextDocument.create(path, 'python', 0, text);
  const range = { start: file.positionAt(start), end: file.positionAt(end) };
  return [{ message, location: { uri: path, range } }];
}

const SEVERITIES: Record<Finding['level'], DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

const TAGS: Record<Finding['tags'][number], DiagnosticTag> = {
  unnecessary: DiagnosticTag.Unnecessary,
  deprecated: DiagnosticTag.Deprecated,
};

let last = { text: '[]', print: hash('[]') };

/** The same text for the same diagnostics, in any session. Most keys leave a long list as it was. */
function fingerprint(items: readonly Diagnostic[]): string {
  const text = JSON.stringify(items);
  if (text !== last.text) last = { text, print: hash(text) };
  return last.print;
}

/** Two FNV-1a hashes with unlike starts. */
function hash(text: string): string {
  let one = 0x811c9dc5;
  let two = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    one = Math.imul(one ^ text.charCodeAt(i), 0x01000193);
    two = Math.imul(two ^ text.charCodeAt(i), 0x85ebca6b);
  }
  return `${text.length.toString(36)}-${(one >>> 0).toString(36)}-${(two >>> 0).toString(36)}`;
}
