import {
  type Connection,
  type DidChangeNotebookDocumentParams,
  Emitter,
  type NotebookCell,
  NotebookCellKind,
  type Position,
  type Range,
  type ServerCapabilities,
  type TextDocumentItem,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Cells, type Workspace } from '../lint/index.ts';
import type { Session } from './session.ts';

/** Keeps the server's documents equal to the client's. */
export function synchronization(session: Session): ServerCapabilities {
  session.documents.listen(session.connection);
  return {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    notebookDocumentSync: {
      notebookSelector: [{ notebook: '*', cells: [{ language: 'python' }] }],
    },
  };
}

/** What is analysed as one text: a Python file, or the Python cells of a notebook in their order. */
export interface OpenDocument {
  /** The path under which the core knows it. */
  readonly uri: string;
  /** The file itself, or its cells. */
  readonly parts: readonly TextDocument[];
  /** The texts of the parts; offsets of the analysed text are offsets in it. */
  readonly cells: Cells;
  /** Another number for each content; no two documents ever share one. */
  readonly revision: number;
  /** Why its text is not analysed, if it is not. */
  readonly refusal: Refusal | undefined;
}

/** `large`: longer than `MAX_LENGTH`; `binary`: holds a NUL character. */
export type Refusal = 'large' | 'binary';

/** In UTF-16 code units: more is data rather than a program. */
export const MAX_LENGTH = 2_000_000;

/** A range of one part of a document. */
export interface Place {
  readonly part: TextDocument;
  readonly range: Range;
}

/** The client's open Python documents. The core is told of a change when it is asked something. */
export class Documents {
  private readonly changed = new Emitter<void>();
  /** Fires after any document was opened, changed or closed. */
  readonly onDidChange = this.changed.event;
  private readonly documents = new Map<string, TrackedDocument>();
  private readonly waiting = new Set<TrackedDocument>();

  constructor(private readonly workspace: Workspace) {}

  listen(connection: Connection): void {
    connection.onDidOpenTextDocument(({ textDocument }) => {
      if (textDocument.languageId === 'python') this.open(new File(textDocument));
    });
    connection.onDidChangeTextDocument(({ textDocument, contentChanges }) => {
      const file = this.documents.get(textDocument.uri);
      if (!(file instanceof File)) return;
      TextDocument.update(file.text, contentChanges, textDocument.version);
      this.touch(file);
    });
    connection.onDidCloseTextDocument(({ textDocument }) => this.close(textDocument.uri));

    const notebooks = connection.notebooks.synchronization;
    notebooks.onDidOpenNotebookDocument(({ notebookDocument, cellTextDocuments }) => {
      this.open(new Notebook(notebookDocument.uri, notebookDocument.cells, cellTextDocuments));
    });
    notebooks.onDidChangeNotebookDocument(({ notebookDocument, change }) => {
      const notebook = this.documents.get(notebookDocument.uri);
      if (!(notebook instanceof Notebook)) return;
      notebook.update(change);
      this.touch(notebook);
    });
    notebooks.onDidCloseNotebookDocument(({ notebookDocument }) => {
      this.close(notebookDocument.uri);
    });
  }

  all(): Iterable<OpenDocument> {
    return this.documents.values();
  }

  /** The document that the text document or notebook cell at `uri` is, or is a part of. */
  find(uri: string): OpenDocument | undefined {
    const file = this.documents.get(uri);
    if (file) return file;
    for (const document of this.documents.values()) {
      if (document.parts.some((part) => part.uri === uri)) return document;
    }
    return undefined;
  }

  /** Hands the core what changed since the last time. */
  hand(): void {
    for (const document of this.waiting) {
      this.waiting.delete(document);
      if (document.refusal) this.workspace.closeDocument(document.uri);
      else this.workspace.setDocument(document.uri, document.source);
    }
  }

  private open(document: TrackedDocument): void {
    this.documents.set(document.uri, document);
    this.touch(document);
  }

  private touch(document: TrackedDocument): void {
    document.renew();
    this.waiting.add(document);
    this.changed.fire();
  }

  private close(uri: string): void {
    const document = this.documents.get(uri);
    if (!document) return;
    this.documents.delete(uri);
    this.waiting.delete(document);
    this.workspace.closeDocument(uri);
    this.changed.fire();
  }
}

/** Where a range of the document's analysed text is; a range that leaves its part is cut there. */
export function placeOf({ cells, parts }: OpenDocument, start: number, end: number): Place {
  const from = cells.positionAt(start);
  const to = cells.positionAt(end);
  const part = parts[from.cell]!;
  const endInPart = to.cell === from.cell ? to.offset : Number.POSITIVE_INFINITY;
  return {
    part,
    range: { start: part.positionAt(from.offset), end: part.positionAt(endInPart) },
  };
}

/** Offset in the document's analysed text of a position in its part at `uri`. */
export function offsetOf({ cells, parts }: OpenDocument, uri: string, position: Position): number {
  const cell = parts.findIndex((part) => part.uri === uri);
  return cells.offsetAt({ cell, offset: parts[cell]!.offsetAt(position) });
}

type TrackedDocument = File | Notebook;

abstract class Tracked implements OpenDocument {
  revision = 0;
  cells = new Cells([]);
  refusal: Refusal | undefined;

  abstract readonly uri: string;
  abstract readonly parts: readonly TextDocument[];

  /** To be called when a part has changed. */
  renew(): void {
    this.revision = Tracked.nextRevision++;
    this.cells = new Cells(this.parts.map((part) => part.getText()));
    this.refusal = refusalOf(this.cells);
  }

  private static nextRevision = 1;
}

class File extends Tracked {
  readonly text: TextDocument;
  readonly parts: readonly TextDocument[];

  constructor(item: TextDocumentItem) {
    super();
    this.text = created(item);
    this.parts = [this.text];
  }

  get uri(): string {
    return this.text.uri;
  }

  get source(): string {
    return this.cells.text;
  }
}

class Notebook extends Tracked {
  private readonly texts = new Map<string, TextDocument>();

  constructor(
    readonly uri: string,
    private readonly allCells: NotebookCell[],
    items: readonly TextDocumentItem[],
  ) {
    super();
    for (const item of items) this.texts.set(item.uri, created(item));
  }

  get parts(): readonly TextDocument[] {
    return this.allCells.flatMap(({ kind, document }) => {
      const text = this.texts.get(document);
      return kind === NotebookCellKind.Code && text?.languageId === 'python' ? [text] : [];
    });
  }

  get source(): readonly string[] {
    return this.cells.sources;
  }

  update({ cells: change }: DidChangeNotebookDocumentParams['change']): void {
    if (change?.structure) {
      const { array, didOpen = [], didClose = [] } = change.structure;
      for (const { uri } of didClose) this.texts.delete(uri);
      for (const item of didOpen) this.texts.set(item.uri, created(item));
      this.allCells.splice(array.start, array.deleteCount, ...(array.cells ?? []));
    }
    for (const cell of change?.data ?? []) {
      const index = this.allCells.findIndex(({ document }) => document === cell.document);
      if (index >= 0) this.allCells[index] = cell;
    }
    for (const { document, changes } of change?.textContent ?? []) {
      const text = this.texts.get(document.uri);
      if (text) TextDocument.update(text, changes, document.version);
    }
  }
}

function created(item: TextDocumentItem): TextDocument {
  return TextDocument.create(item.uri, item.languageId, item.version, item.text);
}

function refusalOf({ text }: Cells): Refusal | undefined {
  if (text.length > MAX_LENGTH) return 'large';
  return text.includes('\0') ? 'binary' : undefined;
}
