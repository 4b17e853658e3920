import {
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type LSPAny,
  type ProtocolNotificationType,
  type ServerCapabilities,
} from 'vscode-languageserver';
import { readTarget } from '../lint/index.ts';
import { askInterpreters, interpretersOf } from './environments.ts';
import type { Session } from './session.ts';

/** Follows the user's settings (section `attendu`) and the project's configuration files. */
export function configuration(session: Session): ServerCapabilities {
  const { connection, client, workspace } = session;

  function follow(settings: () => LSPAny | Promise<LSPAny>): void {
    session.ready = session
      .attempt(undefined, async () => apply(session, await settings()))
      .catch(() => connection.console.warn('The client refused to tell its settings'));
  }
  async function ask(): Promise<LSPAny> {
    const settings = await connection.workspace.getConfiguration('attendu');
    session.environments.setSettings(await askInterpreters(connection, session.folders));
    return settings;
  }
  /** Settings that a client which cannot be asked gives for all folders at once. */
  function given(settings: LSPAny): LSPAny {
    const own = isRecord(settings) ? settings.attendu : undefined;
    session.environments.setSettings(
      interpretersOf([''], [isRecord(own) ? own.interpreter : undefined]),
    );
    return own;
  }

  connection.onInitialized(() => {
    if (client.workspace?.configuration) follow(ask);
    if (client.workspace?.didChangeConfiguration?.dynamicRegistration) {
      register(session, DidChangeConfigurationNotification.type, { section: 'attendu' });
    }
    if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration) {
      const watchers = [
        { globPattern: '**/{attendu,pyproject}.toml' },
        { globPattern: '**/setup.cfg' },
        { globPattern: '**/*.{py,pyi}' },
      ];
      register(session, DidChangeWatchedFilesNotification.type, { watchers });
    }
  });
  connection.onDidChangeConfiguration(async ({ settings }) => {
    follow(client.workspace?.configuration ? ask : () => given(settings));
    await session.ready;
    session.invalidate();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const uris = changes.map(({ uri }) => uri);
    const modules = uris.filter((uri) => /\.pyi?$/.test(uri));
    const isConfiguration = uris.some((uri) =>
      /\/(?:(?:attendu|pyproject)\.toml|setup\.cfg)$/.test(uri),
    );
    if (isConfiguration) workspace.forgetConfiguration();
    if (modules.length > 0) workspace.forgetFiles(modules);
    if (isConfiguration || modules.length > 0) session.invalidate();
  });
  return {};
}

function register<Options>(
  { connection }: Session,
  type: ProtocolNotificationType<unknown, Options>,
  options: Options,
): void {
  connection.client.register(type, options).catch(() => {
    connection.console.warn(`The client refused to register ${type.method}`);
  });
}

/** Takes from the settings what makes sense; the rest keeps its default. */
function apply(session: Session, settings: LSPAny): void {
  const { enable, targetVersion, select, ignore } = isRecord(settings) ? settings : {};
  session.enabled = enable !== false;
  session.workspace.setOverrides({
    targetVersion: typeof targetVersion === 'string' ? readTarget(targetVersion) : undefined,
    select: texts(select),
    ignore: texts(ignore) ?? [],
  });
}

function texts(value: LSPAny): string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}

function isRecord(value: LSPAny): value is Record<string, LSPAny> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
