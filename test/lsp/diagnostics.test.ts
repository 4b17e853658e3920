import { describe, expect, test } from 'vitest';
import {
  BARE,
  change,
  MODERN,
  open,
  pull,
  range,
  SAMPLE,
  SAMPLE_RANGE,
  start,
  URI,
} from './support/session.ts';

const FIXED = SAMPLE.replace('    envoyer()', '    await envoyer()');
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('pulled', () => {
  test('a finding says all that the client can show', async () => {
    const client = await start();
    open(client);
    expect(await pull(client)).toEqual([
      {
        range: SAMPLE_RANGE,
        severity: 1,
        code: 'ATT101',
        codeDescription: { href: expect.stringMatching(/coroutine-jamais-attendue\.md$/) },
        source: 'attendu',
        message: expect.stringContaining('`envoyer()`'),
        data: { slug: 'coroutine-jamais-attendue' },
        relatedInformation: [
          {
            message: expect.stringMatching(/défini/),
            location: { uri: URI, range: range(2, 10, 2, 17) },
          },
        ],
      },
    ]);
  });

  test('the same findings have the same result id, and are not sent twice', async () => {
    const client = await start();
    open(client);
    const ask = (previousResultId?: string) =>
      client.request('textDocument/diagnostic', { textDocument: { uri: URI }, previousResultId });
    const first = await ask();
    expect(first).toMatchObject({ kind: 'full', resultId: expect.any(String) });
    expect(await ask(first.resultId)).toEqual({ kind: 'unchanged', resultId: first.resultId });
    change(client, 2, [[range(7, 0, 7, 0), '# fin\n']]);
    expect(await ask(first.resultId)).toEqual({ kind: 'unchanged', resultId: first.resultId });
    change(client, 3, [[range(0, 0, 0, 0), '\n']]);
    expect(await ask(first.resultId)).toMatchObject({
      kind: 'full',
      items: [{ range: range(7, 4, 7, 13) }],
    });
  });

  test('nothing is pushed', async () => {
    const client = await start();
    open(client);
    await pull(client);
    await pause(300);
    expect(client.all('textDocument/publishDiagnostics')).toEqual([]);
  });

  test('a document that is not open, or not Python, has none', async () => {
    const client = await start();
    expect(await pull(client)).toEqual([]);
    client.notify('textDocument/didOpen', {
      textDocument: { uri: URI, languageId: 'plaintext', version: 1, text: SAMPLE },
    });
    expect(await pull(client)).toEqual([]);
  });

  test('a request given up is not answered with findings', async () => {
    const client = await start();
    open(client);
    const { id, answer } = client.ask('textDocument/diagnostic', { textDocument: { uri: URI } });
    client.notify('$/cancelRequest', { id });
    expect((await answer).error?.code).toBe(-32800);
  });

  test('of a burst only the last version is judged; the others are to be asked again', async () => {
    const client = await start();
    open(client);
    await pull(client);
    const before = await client.request('attendu/counters');
    const answers = [];
    for (let i = 0; i < 10; i++) {
      change(client, 2 + i, [[range(6, 13, 6, 13), ' ']]);
      answers.push(client.ask('textDocument/diagnostic', { textDocument: { uri: URI } }).answer);
    }
    const results = await Promise.all(answers);
    for (const { error } of results.slice(0, -1)) {
      if (error) expect(error).toMatchObject({ code: -32802, data: { retriggerRequest: true } });
    }
    expect(results.slice(0, -1).some(({ error }) => error)).toBe(true);
    expect(results.at(-1)?.result.items).toMatchObject([{ range: SAMPLE_RANGE }]);
    const after = await client.request('attendu/counters');
    expect(after.judged - before.judged).toBeLessThan(10);
  });
});

describe('pushed', () => {
  test('findings come with their version, and go with the document', async () => {
    const client = await start(BARE);
    open(client);
    const isEmpty = ({ diagnostics }: { diagnostics: unknown[] }) => diagnostics.length === 0;
    expect(
      await client.received('textDocument/publishDiagnostics', (params) => !isEmpty(params)),
    ).toMatchObject({
      uri: URI,
      version: 1,
      diagnostics: [{ code: 'ATT101', range: SAMPLE_RANGE }],
    });
    client.notify('textDocument/didClose', { textDocument: { uri: URI } });
    expect(await client.received('textDocument/publishDiagnostics', isEmpty)).toEqual({
      uri: URI,
      diagnostics: [],
    });
  });

  test('while one types nothing is shown; then the last version only', async () => {
    const client = await start(BARE);
    open(client);
    await client.received('textDocument/publishDiagnostics');
    for (let version = 2; version < 12; version++) {
      change(client, version, version % 2 ? SAMPLE : FIXED);
      await pause(20);
    }
    await client.received('textDocument/publishDiagnostics', ({ version }) => version === 11);
    expect(client.all('textDocument/publishDiagnostics').map(({ version }) => version)).toEqual([
      1, 11,
    ]);
  });

  test('they hold no more than the client understands', async () => {
    const client = await start(BARE);
    open(client);
    const { diagnostics } = await client.received('textDocument/publishDiagnostics');
    expect(Object.keys(diagnostics[0]).sort()).toEqual([
      'code',
      'message',
      'range',
      'severity',
      'source',
    ]);
  });

  test('cannot be pulled', async () => {
    const client = await start(BARE);
    const { answer } = client.ask('textDocument/diagnostic', { textDocument: { uri: URI } });
    expect((await answer).error?.code).toBe(-32601);
  });
});

describe('the server’s text is the client’s', () => {
  test('each change of an event applies to the text just before it', async () => {
    const client = await start();
    open(client);
    change(client, 2, [
      [range(0, 0, 0, 0), '# un\n# deux\n'],
      [range(8, 4, 8, 4), 'await '],
      [range(8, 4, 8, 10), ''],
      [range(0, 0, 1, 0), ''],
    ]);
    expect(await pull(client)).toMatchObject([{ range: range(7, 4, 7, 13) }]);
    change(client, 3, [
      [range(7, 4, 7, 4), 'await '],
      [range(7, 19, 7, 19), '\n    envoyer()'],
    ]);
    expect(await pull(client)).toMatchObject([{ range: range(8, 4, 8, 13) }]);
  });

  test('a whole text replaces everything', async () => {
    const client = await start();
    open(client);
    change(client, 2, FIXED);
    expect(await pull(client)).toEqual([]);
    change(client, 3, `\n\n${SAMPLE}`);
    expect(await pull(client)).toMatchObject([{ range: range(8, 4, 8, 13) }]);
  });

  test.each([
    ['\\r\\n', '\r\n'],
    ['\\r', '\r'],
  ])('lines may end in %s', async (_name, lineEnd) => {
    const client = await start();
    open(client, SAMPLE.replaceAll('\n', lineEnd));
    expect(await pull(client)).toMatchObject([{ range: SAMPLE_RANGE }]);
    change(client, 2, [[range(0, 14, 1, 0), `${lineEnd}${lineEnd}`]]);
    expect(await pull(client)).toMatchObject([{ range: range(7, 4, 7, 13) }]);
  });

  test('columns count UTF-16 code units', async () => {
    const client = await start();
    open(client, SAMPLE.replace('    envoyer()', '    x = "🐍🐍é"; envoyer()'));
    expect(await pull(client)).toMatchObject([{ range: range(6, 17, 6, 26) }]);
    change(client, 2, [[range(6, 9, 6, 11), '']]);
    expect(await pull(client)).toMatchObject([{ range: range(6, 15, 6, 24) }]);
  });

  test('a document may be opened again', async () => {
    const client = await start();
    open(client, FIXED);
    expect(await pull(client)).toEqual([]);
    client.notify('textDocument/didClose', { textDocument: { uri: URI } });
    open(client);
    expect(await pull(client)).toHaveLength(1);
  });

  test('a change of an unknown document is passed over', async () => {
    const client = await start();
    change(client, 2, 'x', 'file:///inconnu.py');
    open(client);
    expect(await pull(client)).toHaveLength(1);
  });
});

describe('what is no program', () => {
  const LARGE = '# .\n'.repeat(500_001) + SAMPLE;

  test.each([
    ['too large', LARGE, 'dépasse deux millions de caractères'],
    ['binary', `${SAMPLE}\n\0`, 'octets nuls'],
  ])('is not analysed when %s, and that is said once', async (_name, text, words) => {
    const client = await start();
    open(client, text);
    expect(await pull(client)).toEqual([]);
    const shown = await client.received('window/showMessage');
    expect(shown).toMatchObject({ type: 3, message: expect.stringContaining(words) });
    expect(shown.message).toContain('«\u00a0essai.py\u00a0»');
    change(client, 2, [[range(0, 0, 0, 0), ' ']]);
    await pull(client);
    expect(client.all('window/showMessage')).toHaveLength(1);
    change(client, 3, SAMPLE);
    expect(await pull(client)).toHaveLength(1);
  });
});

test('a client that shows no links gets none', async () => {
  const capabilities = structuredClone(MODERN);
  capabilities.textDocument.diagnostic.codeDescriptionSupport = false;
  const client = await start(capabilities);
  open(client);
  expect((await pull(client))[0]).not.toHaveProperty('codeDescription');
});

test('what a whole project tells comes when it is read, through the client if need be', async () => {
  const folder = 'vscode-vfs://github/un/projet';
  const files: Record<string, string> = {
    'poste.py': 'class Poste:\n    async def publier(self): ...\n',
    'essai.py': 'async def main(poste):\n    poste.publier()\n',
  };
  const client = await start(MODERN, {
    initializationOptions: { readFile: true },
    workspaceFolders: [{ uri: folder, name: 'projet' }],
  });
  client.answers['attendu/listFolder'] = ({ uri }: { uri: string }) => ({
    entries: uri === folder ? Object.keys(files) : null,
  });
  client.answers['attendu/readFile'] = ({ uri }: { uri: string }) => ({
    text: files[uri.slice(folder.length + 1)] ?? null,
  });
  const uri = `${folder}/essai.py`;
  open(client, files['essai.py'], uri);
  await pull(client, uri);
  await expect
    .poll(() => client.requests.map(({ method }) => method))
    .toContain('workspace/diagnostic/refresh');
  expect(await pull(client, uri)).toMatchObject([
    {
      code: 'ATT118',
      severity: 2,
      relatedInformation: [{ location: { uri: `${folder}/poste.py` } }],
    },
  ]);
});
