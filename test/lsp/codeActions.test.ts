import { describe, expect, test } from 'vitest';
import type { Client, Json } from './support/client.ts';
import {
  actions,
  applied,
  BARE,
  change,
  MODERN,
  open,
  pull,
  range,
  SAMPLE,
  SAMPLE_RANGE,
  start,
  titles,
  URI,
} from './support/session.ts';

const resolve = (client: Client, action: Json) => client.request('codeAction/resolve', action);

test('a finding is repaired, in the version that was judged', async () => {
  const client = await start();
  open(client, SAMPLE, URI, 7);
  const [diagnostic] = await pull(client);
  const [first] = await actions(client, { diagnostics: [diagnostic] });
  expect(first).toMatchObject({
    title: expect.stringMatching(/^Ajouter `await`/),
    kind: 'quickfix',
    isPreferred: true,
    diagnostics: [diagnostic],
  });
  expect(first).not.toHaveProperty('edit');
  const { edit } = await resolve(client, first);
  expect(edit).toMatchObject({ documentChanges: [{ textDocument: { uri: URI, version: 7 } }] });
  expect(applied(SAMPLE, edit.documentChanges[0].edits)).toContain('    await envoyer()\n');
});

test('what needs a second look says so, and is never preferred', async () => {
  const client = await start();
  open(client);
  const found = await actions(client);
  const review = found.filter(({ title }) => title.endsWith(' (à relire)'));
  expect(review).not.toEqual([]);
  expect(review.some(({ isPreferred }) => isPreferred)).toBe(false);
  expect(found.filter(({ isPreferred }) => isPreferred)).toHaveLength(1);
});

test('a finding can be silenced on its line', async () => {
  const client = await start();
  open(client);
  const found = await actions(client);
  const silence = found.find(({ title }) => title === 'Ignorer ATT101 sur cette ligne');
  const { edit } = await resolve(client, silence);
  const text = applied(SAMPLE, edit.documentChanges[0].edits);
  expect(text).toContain('    envoyer()  # attendu: ignore[ATT101]\n');
  change(client, 2, text);
  expect(await pull(client)).toEqual([]);
});

test('what is done to an older text is refused', async () => {
  const client = await start();
  open(client);
  const [first] = await actions(client);
  change(client, 2, [[range(0, 0, 0, 0), '\n']]);
  await expect(resolve(client, first)).rejects.toMatchObject({ code: -32801 });
});

test('a diagnostic older than the text finds its finding again', async () => {
  const client = await start();
  open(client);
  const old = await pull(client);
  change(client, 2, [[range(0, 0, 0, 0), '\n']]);
  const found = await actions(client, { diagnostics: old, at: range(7, 8, 7, 8) });
  expect(found[0].title).toMatch(/^Ajouter `await`/);
  expect(
    await actions(client, { diagnostics: old, at: range(3, 0, 3, 0), only: ['quickfix'] }),
  ).toEqual([]);
});

test('only the diagnostics in the request are repaired', async () => {
  const client = await start();
  open(client, `${SAMPLE}    envoyer()\n`);
  const [first] = await pull(client);
  const found = await actions(client, {
    diagnostics: [first],
    at: range(6, 0, 7, 13),
    only: ['quickfix'],
  });
  expect(new Set(found.map(({ diagnostics }) => JSON.stringify(diagnostics)))).toEqual(
    new Set([JSON.stringify([first])]),
  );
  expect(await actions(client, { diagnostics: [], only: ['quickfix'] })).toEqual([]);
});

test('asking for actions judges nothing again', async () => {
  const client = await start();
  open(client);
  await pull(client);
  const before = await client.request('attendu/counters');
  const [first] = await actions(client);
  await resolve(client, first);
  await actions(client);
  expect(await client.request('attendu/counters')).toEqual(before);
});

describe('“fix all”', () => {
  const TWO = `${SAMPLE}    envoyer()\n`;

  test.each(['source', 'source.fixAll', 'source.fixAll.attendu'])(
    'is what `%s` gets, alone',
    async (only) => {
      const client = await start();
      open(client, TWO);
      const found = await actions(client, { only: [only] });
      expect(found).toMatchObject([
        { title: 'Corriger tout ce qui peut l’être sans risque', kind: 'source.fixAll.attendu' },
      ]);
      const { edit } = await resolve(client, found[0]);
      const text = applied(TWO, edit.documentChanges[0].edits);
      expect(text.match(/^ {4}await envoyer\(\)$/gm)).toHaveLength(2);
      change(client, 2, text);
      expect(await pull(client)).toEqual([]);
      expect(await actions(client, { only: [only] })).toEqual([]);
    },
  );

  test('is no quick fix, nor another tool’s', async () => {
    const client = await start();
    open(client);
    for (const only of ['quickfix', 'source.fixAll.ruff', 'source.organizeImports', 'refactor']) {
      const kinds = (await actions(client, { only: [only] })).map(({ kind }) => kind);
      expect(new Set(kinds)).toEqual(new Set(only === 'quickfix' ? ['quickfix'] : []));
    }
  });

  test('is offered when the user asks, not by itself', async () => {
    const client = await start();
    open(client);
    const kindsFor = async (triggerKind: number) =>
      (await actions(client, { triggerKind })).map(({ kind }) => kind);
    expect(await kindsFor(1)).toContain('source.fixAll.attendu');
    expect(await kindsFor(2)).not.toContain('source.fixAll.attendu');
  });
});

test('a client that resolves nothing gets the edits at once, unversioned if need be', async () => {
  const client = await start(BARE);
  open(client);
  const { diagnostics } = await client.received('textDocument/publishDiagnostics');
  const found = await actions(client, { diagnostics });
  expect(titles(found)).toContain('Corriger tout ce qui peut l’être sans risque');
  for (const { edit, data } of found) {
    expect(data).toBeUndefined();
    expect(applied(SAMPLE, edit.changes[URI])).not.toBe(SAMPLE);
  }
});

test('edits respect CRLF', async () => {
  const text = SAMPLE.replaceAll('\n', '\r\n');
  const client = await start();
  open(client, text);
  for (const action of await actions(client)) {
    const { edit } = await resolve(client, action);
    expect(applied(text, edit.documentChanges[0].edits)).not.toMatch(/[^\r]\n/);
  }
});

test('a disabled server offers nothing', async () => {
  const client = await start(MODERN, { settings: { enable: false } });
  open(client);
  const diagnostics = [{ range: SAMPLE_RANGE, code: 'ATT101', source: 'attendu', message: '' }];
  expect(await actions(client, { diagnostics })).toEqual([]);
});
