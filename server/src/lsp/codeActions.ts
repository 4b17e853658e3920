import {
  type CodeAction,
  type CodeActionContext,
  CodeActionKind,
  type CodeActionParams,
  CodeActionTriggerKind,
  type Diagnostic,
  LSPErrorCodes,
  type Position,
  type Range,
  ResponseError,
  type ServerCapabilities,
} from 'vscode-languageserver';
import type { Finding, TextEdit } from '../lint/index.ts';
import { type OpenDocument, placeOf } from './documents.ts';
import { workspaceEdit } from './edits.ts';
import type { Analysis, Session } from './session.ts';

/** Repairs one finding, or silences it, or repairs all that can be without a thought. */
export function codeActions(session: Session): ServerCapabilities {
  const { connection, documents } = session;
  const client = session.client.textDocument?.codeAction;
  // A client that knows commands only has no way to take an edit from us.
  if (!client?.codeActionLiteralSupport) return {};
  const resolves =
    client.dataSupport === true && client.resolveSupport?.properties.includes('edit') === true;

  connection.onCodeAction((params, token) =>
    session.attempt<CodeAction[]>([], async () => {
      const document = documents.find(params.textDocument.uri);
      if (!document) return [];
      const analysis = await session.analyseFor(token, document);
      await analysis.completeFixes();
      return offersFor(session, document, analysis, params).map(({ action, remedy }) => {
        const data: ActionData = { uri: document.uri, revision: document.revision, remedy };
        return resolves
          ? { ...action, data }
          : complete(session, document, analysis, action, remedy);
      });
    }),
  );
  connection.onCodeActionResolve((action) =>
    session.attempt(action, async () => {
      const { uri, revision, remedy } = action.data as ActionData;
      const document = documents.find(uri);
      if (document?.revision !== revision) {
        throw new ResponseError(LSPErrorCodes.ContentModified, 'The document changed');
      }
      const analysis = await session.analyse(document);
      await analysis.completeFixes();
      return complete(session, document, analysis, action, remedy);
    }),
  );
  return {
    codeActionProvider: {
      codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL],
      resolveProvider: resolves,
    },
  };
}

const FIX_ALL = 'source.fixAll.attendu';

/** What an action does, told so that its edits can be built later, or never. */
type Remedy = 'fixAll' | { readonly finding: string; readonly fix: number | 'suppression' };

interface ActionData {
  readonly uri: string;
  readonly revision: number;
  readonly remedy: Remedy;
}

interface Offer {
  readonly action: CodeAction;
  readonly remedy: Remedy;
}

function offersFor(
  session: Session,
  document: OpenDocument,
  analysis: Analysis,
  params: CodeActionParams,
): Offer[] {
  const offers: Offer[] = [];
  if (wants(params.context, CodeActionKind.QuickFix)) {
    const targets = targetsOf(document, analysis, params);
    offers.push(
      ...targets.flatMap((target) => repairs(analysis, target)),
      ...targets.map((target) => suppression(session, document, target)),
    );
  }
  // Not in the menu that appears by itself: there it would be noise, at the cost of a look at each fix.
  const asked =
    params.context.triggerKind !== CodeActionTriggerKind.Automatic || params.context.only;
  if (asked && wants(params.context, FIX_ALL) && hasSafeFix(analysis)) {
    const title = 'Corriger tout ce qui peut l’être sans risque';
    offers.push({ action: { title, kind: FIX_ALL }, remedy: 'fixAll' });
  }
  return offers;
}

/** A finding that the request is about, and the diagnostic by which the client knows it. */
interface Target {
  readonly finding: Finding;
  readonly diagnostic: Diagnostic;
}

/**
 * The findings behind the client's diagnostics. A diagnostic that is older than the text has no finding
 * at its place: then those of its code that the requested range touches.
 */
function targetsOf(document: OpenDocument, analysis: Analysis, params: CodeActionParams): Target[] {
  const targets = new Map<Finding, Diagnostic>();
  const { uri } = params.textDocument;
  for (const diagnostic of params.context.diagnostics) {
    const candidates = analysis.findings
      .filter(({ code }) => code === diagnostic.code)
      .map((finding) => ({ finding, place: placeOf(document, finding.start, finding.end) }))
      .filter(({ place }) => place.part.uri === uri);
    const exact = candidates.filter(({ place }) => isSame(place.range, diagnostic.range));
    const chosen = exact.length
      ? exact
      : candidates.filter(({ place }) => touches(place.range, params.range));
    for (const { finding } of chosen) {
      if (!targets.has(finding)) targets.set(finding, diagnostic);
    }
  }
  return [...targets].map(([finding, diagnostic]) => ({ finding, diagnostic }));
}

function repairs(analysis: Analysis, { finding, diagnostic }: Target): Offer[] {
  const fixes = analysis.fixes(finding);
  const preferred = fixes.find(({ applicability }) => applicability === 'safe');
  return fixes.map((fix, index) => ({
    action: {
      title: fix.applicability === 'safe' ? fix.title : `${fix.title} (à relire)`,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      ...(fix === preferred && { isPreferred: true }),
    },
    remedy: { finding: keyOf(finding), fix: index },
  }));
}

function suppression(session: Session, document: OpenDocument, target: Target): Offer {
  const { title } = session.workspace.suppression(document.uri, target.finding);
  return {
    action: { title, kind: CodeActionKind.QuickFix, diagnostics: [target.diagnostic] },
    remedy: { finding: keyOf(target.finding), fix: 'suppression' },
  };
}

function hasSafeFix({ findings, fixes }: Analysis): boolean {
  return findings.some((finding) =>
    fixes(finding).some(({ applicability }) => applicability === 'safe'),
  );
}

function complete(
  session: Session,
  document: OpenDocument,
  analysis: Analysis,
  action: CodeAction,
  remedy: Remedy,
): CodeAction {
  const edits = editsOf(session, document, analysis, remedy);
  return { ...action, edit: workspaceEdit(session, document, edits) };
}

function editsOf(
  { workspace }: Session,
  { uri }: OpenDocument,
  analysis: Analysis,
  remedy: Remedy,
): readonly TextEdit[] {
  if (remedy === 'fixAll') return workspace.fixAll(uri).edits;
  const finding = analysis.findings.find((candidate) => keyOf(candidate) === remedy.finding);
  if (!finding) return [];
  if (remedy.fix === 'suppression') return workspace.suppression(uri, finding).edits;
  return analysis.fixes(finding)[remedy.fix]?.edits ?? [];
}

/** Names a finding within one version of a document. */
function keyOf({ code, start, end, message }: Finding): string {
  return `${code}:${start}:${end}:${message}`;
}

/** Whether the request admits actions of a kind: kinds are a tree, written with dots. */
function wants({ only }: CodeActionContext, kind: string): boolean {
  return !only || only.some((asked) => asked === '' || `${kind}.`.startsWith(`${asked}.`));
}

function isSame(a: Range, b: Range): boolean {
  return compare(a.start, b.start) === 0 && compare(a.end, b.end) === 0;
}

function touches(a: Range, b: Range): boolean {
  return compare(a.start, b.end) <= 0 && compare(b.start, a.end) <= 0;
}

function compare(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}
