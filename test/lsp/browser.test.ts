import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from '../../scripts/vscode/workbench.ts';
import { Client, DIST, type Message, type Transport } from './support/client.ts';
import { actions, MODERN, open, pull, SAMPLE_RANGE, start, URI } from './support/session.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** Code that runs in the page. */
interface Page {
  worker: Worker;
  receive(message: Message): void;
}

/** The built server as a worker of a real browser; `giveParser` sends its first message. */
async function inWorker(): Promise<{ transport: Transport; giveParser: () => Promise<void> }> {
  const page = await browser.newPage();
  let receive: (message: Message) => void = () => {};
  await page.exposeFunction('receive', (message: Message) => receive(message));
  await page.evaluate(
    (script) => {
      const here = globalThis as unknown as Page;
      here.worker = new Worker(
        URL.createObjectURL(new Blob([script], { type: 'text/javascript' })),
      );
      here.worker.onmessage = ({ data }) => here.receive(data);
    },
    readFileSync(`${DIST}server.browser.js`, 'utf8'),
  );
  const wasm = (name: string) => readFileSync(`${DIST}${name}.wasm`, 'base64');
  return {
    transport: {
      send(...messages) {
        void page.evaluate((sent) => {
          for (const message of sent) (globalThis as unknown as Page).worker.postMessage(message);
        }, messages);
      },
      listen: (listener) => {
        receive = listener;
      },
      closed: new Promise((resolve) => page.on('close', () => resolve(null))),
      close: () => page.close(),
    },
    giveParser: () =>
      page.evaluate(
        ([runtimeWasm, grammarWasm]) => {
          const bytes = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
          (globalThis as unknown as Page).worker.postMessage({
            type: 'attendu/start',
            runtimeWasm: bytes(runtimeWasm!),
            grammarWasm: bytes(grammarWasm!),
          });
        },
        [wasm('web-tree-sitter'), wasm('tree-sitter-python')],
      ),
  };
}

test('it finds and repairs, as elsewhere', async () => {
  const { transport, giveParser } = await inWorker();
  await giveParser();
  const client = await start(MODERN, { transport });
  open(client);
  expect(await pull(client)).toMatchObject([{ code: 'ATT101', range: SAMPLE_RANGE }]);
  const [first] = await actions(client);
  expect((await client.request('codeAction/resolve', first)).edit.documentChanges).toHaveLength(1);
});

test('it loses no message that comes before the parser', async () => {
  const { transport, giveParser } = await inWorker();
  const early = new Client(transport);
  const { answer } = early.ask('initialize', {
    processId: null,
    rootUri: null,
    capabilities: MODERN,
  });
  await giveParser();
  expect((await answer).result.capabilities).toHaveProperty('hoverProvider');
});

test('it reads files through the client', async () => {
  const { transport, giveParser } = await inWorker();
  await giveParser();
  const client = await start(MODERN, { transport });
  client.answers['attendu/readFile'] = ({ uri }) => ({
    text: uri === 'file:///projet/attendu.toml' ? 'ignore = ["ATT101"]' : null,
  });
  open(client);
  expect(await pull(client, URI)).toEqual([]);
});
