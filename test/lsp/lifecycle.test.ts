import { describe, expect, test } from 'vitest';
import { Client, nodes, overIpc, overStdio, serverCommand } from './support/client.ts';
import { BARE, MODERN, open, pull, SAMPLE_RANGE, start, URI } from './support/session.ts';

describe.each(nodes())('a life of the server on %s', (node) => {
  test('it answers, is shut down and leaves with code 0', async () => {
    const client = await start(MODERN, { transport: overStdio(serverCommand(node)) });
    open(client);
    expect(await pull(client)).toMatchObject([{ code: 'ATT101', range: SAMPLE_RANGE }]);
    expect(await client.request('shutdown')).toBeNull();
    client.notify('exit');
    expect(await client.transport.closed).toBe(0);
  });

  test('without shutdown, exit is a failure', async () => {
    const client = await start(MODERN, { transport: overStdio(serverCommand(node)) });
    client.notify('exit');
    expect(await client.transport.closed).toBe(1);
  });

  test('a client that goes away takes the server with it', async () => {
    const client = await start(MODERN, { transport: overStdio(serverCommand(node)) });
    client.transport.close();
    expect(await client.transport.closed).toBe(1);
  });
});

test('VS Code’s own way of speaking works', async () => {
  const client = await start(MODERN, { transport: overIpc() });
  open(client);
  expect(await pull(client)).toHaveLength(1);
  await client.request('shutdown');
  client.notify('exit');
  expect(await client.transport.closed).toBe(0);
});

test('a request before initialize is refused', async () => {
  const client = new Client(overStdio());
  const { answer } = client.ask('textDocument/hover', {});
  expect((await answer).error?.code).toBe(-32002);
  client.transport.close();
});

test('a request after shutdown is refused', async () => {
  const client = await start();
  await client.request('shutdown');
  const { answer } = client.ask('textDocument/diagnostic', { textDocument: { uri: URI } });
  expect((await answer).error?.code).toBe(-32600);
});

test('an unknown request is refused, and nothing else suffers', async () => {
  const client = await start();
  expect((await client.ask('attendu/nonsense').answer).error?.code).toBe(-32601);
  open(client);
  expect(await pull(client)).toHaveLength(1);
});

test('it offers what the client can use', async () => {
  const capabilitiesFor = async (capabilities: object) => {
    const client = new Client(overStdio());
    const result = await client.request('initialize', {
      processId: null,
      rootUri: null,
      capabilities,
    });
    client.transport.close();
    return result.capabilities;
  };
  expect(await capabilitiesFor(MODERN)).toMatchObject({
    positionEncoding: 'utf-16',
    textDocumentSync: { openClose: true, change: 2 },
    diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: false },
    codeActionProvider: {
      codeActionKinds: ['quickfix', 'source.fixAll.attendu'],
      resolveProvider: true,
    },
    hoverProvider: true,
  });
  const bare = await capabilitiesFor(BARE);
  expect(bare).not.toHaveProperty('diagnosticProvider');
  expect(bare.codeActionProvider.resolveProvider).toBe(false);
  expect(await capabilitiesFor({})).not.toHaveProperty('codeActionProvider');
});
