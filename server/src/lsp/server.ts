/**
 * The language server. `startServer` is shared by Node and the browser; what they do not share is a
 * `Runtime`. Each feature is one file that registers its handlers and returns its capabilities.
 */

import {
  type Connection,
  ErrorCodes,
  type InitializeResult,
  ResponseError,
  type ServerCapabilities,
} from 'vscode-languageserver';
import { codeActions } from './codeActions.ts';
import { configuration } from './configuration.ts';
import { counters } from './counters.ts';
import { diagnostics } from './diagnostics.ts';
import { synchronization } from './documents.ts';
import { environments } from './environments.ts';
import { folders } from './folders.ts';
import { hover } from './hover.ts';
import { pages } from './pages.ts';
import { Session } from './session.ts';

/** What the place where the server runs must give. */
export interface Runtime {
  /** The bytes of `web-tree-sitter.wasm` and of `tree-sitter-python.wasm`. */
  assets(): Promise<Assets>;
  /** Text of the file at a `file:` URI, undefined when there is none. Absent where there are no files. */
  readonly readFile?: (uri: string) => Promise<string | undefined>;
  /** Names in the folder at a `file:` URI, those of folders ending in `/`; absent as `readFile` is. */
  readonly listFolder?: (uri: string) => Promise<readonly string[] | undefined>;
  /** URIs of the folders of the Python environments that the shell has active; absent as `readFile` is. */
  readonly environments?: readonly string[];
  /** The URI of a path as users write it in a setting; absent as `readFile` is. */
  readonly uriOf?: (path: string) => string;
  /** URI, ending in `/`, of the folder of the rules' pages; a client that knows better says so. */
  readonly pages?: string;
  /** Ends the server at once, so that the client starts another. */
  exit(code: number): void;
}

export interface Assets {
  readonly runtimeWasm: Uint8Array;
  readonly grammarWasm: Uint8Array;
}

/** Registers the handlers of a feature, and says what it makes the server capable of. */
export type Feature = (session: Session) => ServerCapabilities;

const features: readonly Feature[] = [
  synchronization,
  folders,
  configuration,
  environments,
  diagnostics,
  codeActions,
  hover,
  pages,
  counters,
];

/** Serves one client over `connection`, until it says `exit` or goes away. */
export function startServer(connection: Connection, runtime: Runtime): void {
  const tooEarly = connection.onRequest((method) => {
    throw new ResponseError(ErrorCodes.ServerNotInitialized, `${method} before initialize`);
  });
  connection.onInitialize(async (params): Promise<InitializeResult> => {
    const session = await Session.create(connection, runtime, params);
    tooEarly.dispose();
    connection.onShutdown(() => session.close());
    const capabilities: ServerCapabilities = { positionEncoding: 'utf-16' };
    for (const feature of features) Object.assign(capabilities, feature(session));
    return { capabilities, serverInfo: { name: 'Attendu' } };
  });
  connection.listen();
}
