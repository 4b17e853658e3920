import {
  DidChangeWorkspaceFoldersNotification,
  type InitializeParams,
  type ServerCapabilities,
} from 'vscode-languageserver';
import { askInterpreters } from './environments.ts';
import type { Session } from './session.ts';

/** Follows which folders the user has open. */
export function folders(session: Session): ServerCapabilities {
  session.connection.onNotification(
    DidChangeWorkspaceFoldersNotification.type,
    async ({ event }) => {
      const removed = new Set(event.removed.map(({ uri }) => folderUri(uri)));
      const kept = session.folders.filter((folder) => !removed.has(folder));
      session.folders = [...kept, ...event.added.map(({ uri }) => folderUri(uri))];
      session.workspace.setRoots(session.folders);
      session.invalidate();
      if (!session.client.workspace?.configuration) return;
      const interpreters = await askInterpreters(session.connection, session.folders).catch(
        () => null,
      );
      if (interpreters !== null && session.environments.setSettings(interpreters))
        session.invalidate();
    },
  );
  return { workspace: { workspaceFolders: { supported: true, changeNotifications: true } } };
}

/** URIs, without a last `/`, of the folders that are open when the client starts. */
export function initialFolders({ workspaceFolders, rootUri }: InitializeParams): string[] {
  const uris = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
  return uris.map(folderUri);
}

/**
 * The folder under which the names of folders tell whether a document is excluded: the one that the
 * user opened. A document opened without any folder is wanted wherever it lies; one from outside the
 * open folders (a library's, say) is judged by its whole path: undefined.
 */
export function folderAbove(open: readonly string[], uri: string): string | undefined {
  if (open.length === 0) return uri.slice(0, Math.max(0, uri.lastIndexOf('/')));
  return open
    .filter((folder) => uri.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function folderUri(uri: string): string {
  return uri.replace(/\/+$/, '');
}
