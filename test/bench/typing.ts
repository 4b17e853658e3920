import { Client, type Transport } from '../lsp/support/client.ts';
import { program, typingLine } from './program.ts';

/** What is typed, a character at a time: code that is broken most of the time. */
export const TYPED =
  'valeur = await asyncio.wait_for(travailler_0(file, limite=total + 1), timeout=10); total += valeur * 2  ';

const URI = 'file:///projet/long.py';

/** An editor with one long file open, in which characters are typed. */
export interface Typist {
  /** Opens the file; resolves with the milliseconds until its diagnostics are there. */
  open(): Promise<number>;
  /** Types the next character; resolves with the milliseconds until that version's diagnostics. */
  type(): Promise<number>;
  readonly client: Client;
}

/** A typist whose server is asked for diagnostics after each key; it says which ones it has, as VS Code does. */
export async function pulling(transport: Transport, lines: number): Promise<Typist> {
  const client = new Client(transport);
  await initialize(client, { diagnostic: {} });
  let previousResultId: string | undefined;
  return typist(client, lines, async () => {
    const report = await client.request('textDocument/diagnostic', {
      textDocument: { uri: URI },
      previousResultId,
    });
    previousResultId = report.resultId;
  });
}

/** A typist whose server publishes diagnostics when it pleases. */
export async function pushed(transport: Transport, lines: number): Promise<Typist> {
  const client = new Client(transport);
  await initialize(client, { publishDiagnostics: { versionSupport: true } });
  return typist(client, lines, async (version) => {
    await client.received(
      'textDocument/publishDiagnostics',
      (params) => params.uri === URI && params.version === version,
    );
  });
}

function typist(
  client: Client,
  lines: number,
  diagnosed: (version: number) => Promise<void>,
): Typist {
  const text = program(lines);
  const line = typingLine(text);
  const indent = text.split('\n')[line]!.search(/\S/);
  let version = 1;
  let typed = 0;

  async function timed(send: () => void): Promise<number> {
    const start = performance.now();
    send();
    await diagnosed(version);
    return performance.now() - start;
  }

  return {
    client,
    open: () =>
      timed(() =>
        client.notify('textDocument/didOpen', {
          textDocument: { uri: URI, languageId: 'python', version, text },
        }),
      ),
    type: () =>
      timed(() => {
        const place = { line, character: indent + typed };
        client.notify('textDocument/didChange', {
          textDocument: { uri: URI, version: ++version },
          contentChanges: [
            { range: { start: place, end: place }, text: TYPED[typed++ % TYPED.length] },
          ],
        });
      }),
  };
}

async function initialize(client: Client, textDocument: object): Promise<void> {
  await client.request('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: { textDocument },
    workspaceFolders: null,
  });
  client.notify('initialized', {});
}

/** The value below which a part of the measures lie (0.5: the median). */
export function percentile(measures: readonly number[], part: number): number {
  const sorted = [...measures].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
}
