import { afterEach } from 'vitest';
import { Client, type Json, overStdio, type Transport } from './client.ts';

/** What an up-to-date client announces. */
export const MODERN = {
  workspace: {
    configuration: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceEdit: { documentChanges: true },
    diagnostics: { refreshSupport: true },
  },
  textDocument: {
    diagnostic: {
      relatedInformation: true,
      tagSupport: { valueSet: [1, 2] },
      codeDescriptionSupport: true,
      dataSupport: true,
    },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source'] } },
      dataSupport: true,
      resolveSupport: { properties: ['edit'] },
    },
    hover: { contentFormat: ['markdown', 'plaintext'] },
  },
};

/** What the oldest clients announce; they are pushed diagnostics. */
export const BARE = {
  textDocument: { codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } } },
};

const opened: Transport[] = [];

afterEach(() => {
  for (const transport of opened.splice(0)) transport.close();
});

/** A server started and initialized; it ends with the test. */
export async function start(
  capabilities: object = MODERN,
  {
    settings = {},
    initializationOptions = {},
    workspaceFolders,
    transport = overStdio(),
  }: StartOptions = {},
): Promise<Client> {
  opened.push(transport);
  const client = new Client(transport);
  client.answers['workspace/configuration'] = () => [settings];
  await client.request('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities,
    initializationOptions,
    workspaceFolders,
  });
  client.notify('initialized', {});
  return client;
}

interface StartOptions {
  readonly settings?: Json;
  readonly initializationOptions?: Json;
  readonly workspaceFolders?: Json;
  readonly transport?: Transport;
}

export const URI = 'file:///projet/essai.py';

/** One finding: ATT101 at `envoyer()`, on line 6. */
export const SAMPLE = `import asyncio

async def envoyer():
    await asyncio.sleep(1)

async def main():
    envoyer()
`;

export const SAMPLE_RANGE = range(6, 4, 6, 13);

export function range(
  ...[line, character, endLine, endCharacter]: [number, number, number, number]
) {
  return { start: { line, character }, end: { line: endLine, character: endCharacter } };
}

export function open(client: Client, text = SAMPLE, uri = URI, version = 1): void {
  client.notify('textDocument/didOpen', {
    textDocument: { uri, languageId: 'python', version, text },
  });
}

/** Sends changes of one event: `[range, text]` pairs, or a whole text. */
export function change(
  client: Client,
  version: number,
  changes: string | [ReturnType<typeof range>, string][],
  uri = URI,
): void {
  client.notify('textDocument/didChange', {
    textDocument: { uri, version },
    contentChanges:
      typeof changes === 'string'
        ? [{ text: changes }]
        : changes.map(([range, text]) => ({ range, text })),
  });
}

/** Items of the pulled diagnostics. */
export async function pull(client: Client, uri = URI): Promise<Json[]> {
  const { items } = await client.request('textDocument/diagnostic', { textDocument: { uri } });
  return items;
}

/** The code actions of the document's diagnostics, of everywhere, asked for by the user. */
export async function actions(
  client: Client,
  { uri = URI, diagnostics, only, at = SAMPLE_RANGE, triggerKind = 1 }: ActionOptions = {},
): Promise<Json[]> {
  return client.request('textDocument/codeAction', {
    textDocument: { uri },
    range: at,
    context: { diagnostics: diagnostics ?? (await pull(client, uri)), only, triggerKind },
  });
}

interface ActionOptions {
  readonly uri?: string;
  readonly diagnostics?: Json[];
  readonly only?: string[];
  readonly at?: ReturnType<typeof range>;
  readonly triggerKind?: number;
}

export function titles(found: Json[]): string[] {
  return found.map(({ title }) => title);
}

/** The text after an edit of one document. */
export function applied(text: string, edits: Json[]): string {
  const lines = text.split(/(?<=\r\n|\n|\r(?!\n))/);
  const offsetOf = ({ line, character }: { line: number; character: number }) =>
    lines.slice(0, line).join('').length + character;
  return [...edits]
    .map((edit) => ({ ...edit, start: offsetOf(edit.range.start), end: offsetOf(edit.range.end) }))
    .sort((a, b) => b.start - a.start)
    .reduce(
      (result, { start, end, newText }) => result.slice(0, start) + newText + result.slice(end),
      text,
    );
}
