import type { Connection, ServerCapabilities } from 'vscode-languageserver';
import { environmentOf, type Workspace } from '../lint/index.ts';
import type { Runtime } from './server.ts';
import type { Session } from './session.ts';

/**
 * Follows which Python environment each folder uses. A client that knows tells it with the notification
 * `attendu/environments` `{ environments: [{ folder, path }] }`: the URI of a folder, and the path of an
 * interpreter or of an environment's folder. Each notification replaces the one before.
 */
export function environments(session: Session): ServerCapabilities {
  session.connection.onNotification('attendu/environments', (told: unknown) => {
    if (session.environments.setTold(readTold(told))) session.invalidate();
  });
  return {};
}

/** Paths of interpreters or of environments, by the URI of the folder that uses them; an empty text: all. */
export type Interpreters = ReadonlyMap<string, string>;

/** The user's setting goes before what the client tells, which goes before what the project holds. */
export class PythonEnvironments {
  #settings: Interpreters = new Map();
  #told: Interpreters = new Map();

  constructor(
    private readonly workspace: Workspace,
    private readonly runtime: Runtime,
  ) {
    this.#apply();
  }

  /** Whether they differ from those before. */
  setSettings(settings: Interpreters): boolean {
    if (isSame(settings, this.#settings)) return false;
    this.#settings = settings;
    this.#apply();
    return true;
  }

  setTold(told: Interpreters): boolean {
    if (isSame(told, this.#told)) return false;
    this.#told = told;
    this.#apply();
    return true;
  }

  #apply(): void {
    const chosen = new Map<string, string>();
    for (const [folder, path] of [...this.#told, ...this.#settings]) {
      const uri = this.#uriOf(folder, path);
      if (uri !== undefined) chosen.set(folder, environmentOf(uri));
    }
    this.workspace.setEnvironments({ chosen, ambient: this.runtime.environments ?? [] });
  }

  #uriOf(folder: string, path: string): string | undefined {
    const inFolder = path.replace(/^\$\{workspaceFolder\}[\\/]?/, './').replace(/^\.[\\/]+/, '');
    if (/^[\w+.-]{2,}:\/\//.test(path)) return path;
    if (/^(?:[\\/~]|\w:)/.test(path)) return this.runtime.uriOf?.(path);
    return folder === '' ? undefined : `${folder}/${inFolder.replaceAll('\\', '/')}`;
  }
}

/** Asks for the setting of each folder; of all when the client has none open. */
export async function askInterpreters(
  connection: Connection,
  folders: readonly string[],
): Promise<Interpreters> {
  const scopes = folders.length > 0 ? folders : [''];
  const values: unknown = await connection.workspace.getConfiguration(
    scopes.map((folder) => ({
      ...(folder === '' ? {} : { scopeUri: folder }),
      section: 'attendu.interpreter',
    })),
  );
  return interpretersOf(scopes, Array.isArray(values) ? values : []);
}

/** The values that say something, each with its folder. */
export function interpretersOf(
  folders: readonly string[],
  values: readonly unknown[],
): Interpreters {
  const pairs = folders.map((folder, i) => [folder, values[i]] as const);
  return new Map(
    pairs.flatMap(([folder, value]) =>
      typeof value === 'string' && value.trim() !== '' ? [[folder, value.trim()]] : [],
    ),
  );
}

function readTold(told: unknown): Interpreters {
  const list = isRecord(told) && Array.isArray(told.environments) ? told.environments : [];
  const entries = list.filter(isRecord);
  return interpretersOf(
    entries.map(({ folder }) => (typeof folder === 'string' ? folder.replace(/\/+$/, '') : '')),
    entries.map(({ path }) => path),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isSame(a: Interpreters, b: Interpreters): boolean {
  return a.size === b.size && [...a].every(([folder, path]) => b.get(folder) === path);
}
