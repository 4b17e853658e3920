import assert from 'node:assert';
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** The folder of what `npm run build` makes. */
export const DIST = fileURLToPath(new URL('../../../dist/', import.meta.url));
assert(existsSync(`${DIST}server.cjs`), 'nothing is built: run `npm run build`');

/** How messages travel; `closed` resolves with the exit code, if there is such a thing. */
export interface Transport {
  send(...messages: object[]): void;
  listen(receive: (message: Message) => void): void;
  readonly closed: Promise<number | null>;
  close(): unknown;
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape.
export type Json = any;

export interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Json;
  readonly result?: Json;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: Json };
}

/** A language client that knows nothing but JSON-RPC. */
export class Client {
  /** Notifications received, oldest first. */
  readonly notifications: Message[] = [];
  /** Requests received, oldest first. */
  readonly requests: Message[] = [];
  /** Answers to the server's requests, by method; the others are answered with null. */
  readonly answers: Record<string, (params: Json) => unknown> = {};
  private readonly pending = new Map<number, (message: Message) => void>();
  private readonly waiting = new Set<() => void>();
  private nextId = 1;
  readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
    transport.listen((message) => this.receive(message));
    void transport.closed.then((code) => {
      const error = { code: 0, message: `the server is gone, with code ${code}` };
      for (const answer of this.pending.values()) answer({ error });
    });
  }

  /** Sends a request; its `id` serves to cancel it, its `answer` is the whole response. */
  ask(method: string, params?: Json): { id: number; answer: Promise<Message> } {
    const id = this.nextId++;
    const answer = new Promise<Message>((resolve) => this.pending.set(id, resolve));
    this.transport.send({ jsonrpc: '2.0', id, method, params });
    return { id, answer };
  }

  /** Sends a request and gives its result; rejects with the response's error. */
  async request(method: string, params?: Json): Promise<Json> {
    const { error, result } = await this.ask(method, params).answer;
    if (error) throw Object.assign(new Error(error.message), error);
    return result;
  }

  notify(method: string, params?: Json): void {
    this.transport.send({ jsonrpc: '2.0', method, params });
  }

  /** The first notification or request of a kind, received already or soon. */
  async received(method: string, wanted: (params: Json) => boolean = () => true): Promise<Json> {
    for (const end = Date.now() + 20_000; Date.now() < end; ) {
      const found = [...this.notifications, ...this.requests].find(
        (message) => message.method === method && wanted(message.params),
      );
      if (found) return found.params;
      await new Promise<void>((resolve) => {
        this.waiting.add(resolve);
        setTimeout(resolve, 500);
      });
    }
    assert.fail(`no ${method} came; received: ${JSON.stringify(this.notifications)}`);
  }

  /** Parameters of every notification of a kind received so far. */
  all(method: string): Json[] {
    return this.notifications
      .filter((message) => message.method === method)
      .map(({ params }) => params);
  }

  private receive(message: Message): void {
    if (message.method === undefined) {
      this.pending.get(message.id!)?.(message);
      this.pending.delete(message.id!);
    } else if (message.id === undefined) {
      this.notifications.push(message);
    } else {
      this.requests.push(message);
      const result = this.answers[message.method]?.(message.params) ?? null;
      this.transport.send({ jsonrpc: '2.0', id: message.id, result });
    }
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }
}

/** A program that talks through its standard input and output: by default the built server. */
export function overStdio(command: readonly string[] = serverCommand(process.execPath)): Transport {
  const [program, ...args] = command;
  const server = spawn(program!, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  return { ...overStreams(server.stdout, server.stdin), closed: exitOf(server) };
}

/** Framed messages over any two streams; they are closed by ending the second. */
export function overStreams(input: Readable, output: Writable): Transport {
  let received = Buffer.alloc(0);
  return {
    send(...messages) {
      output.write(messages.map(frame).join(''));
    },
    listen(receive) {
      input.on('data', (data: Buffer) => {
        received = Buffer.concat([received, data]);
        for (;;) {
          const header = received.indexOf('\r\n\r\n');
          const length = /Content-Length: (\d+)/i.exec(received.toString('latin1', 0, header + 2));
          if (header < 0 || !length) return;
          const end = header + 4 + Number(length[1]);
          if (received.length < end) return;
          const message = JSON.parse(received.toString('utf8', header + 4, end));
          received = received.subarray(end);
          receive(message);
        }
      });
    },
    closed: new Promise((resolve) => input.on('close', () => resolve(null))),
    close: () => output.end(),
  };
}

/** The built server as VS Code's desktop client starts it. */
export function overIpc(): Transport {
  const server = fork(`${DIST}server.cjs`, ['--node-ipc'], { execPath: process.execPath });
  return {
    send(...messages) {
      for (const message of messages) server.send(message);
    },
    listen: (receive) => server.on('message', receive),
    closed: exitOf(server),
    close: () => server.connected && server.disconnect(),
  };
}

export function serverCommand(node: string): string[] {
  return [node, `${DIST}server.cjs`, '--stdio'];
}

/** The Nodes to try: the one that runs the tests, and the system's when it is another. */
export function nodes(): string[] {
  const system = ['/usr/bin/node', '/usr/local/bin/node'].filter(
    (path) => existsSync(path) && versionOf(path) !== versionOf(process.execPath),
  );
  return [process.execPath, ...system.slice(0, 1)];
}

function versionOf(node: string): string {
  return execFileSync(node, ['--version'], { encoding: 'utf8' });
}

function exitOf(server: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => server.on('exit', resolve));
}

function frame(message: object): string {
  const text = JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}
