import type { Connection, LSPAny } from 'vscode-languageserver';
import type { FileAccess } from '../lint/index.ts';
import type { Runtime } from './server.ts';

/**
 * Reads `file:` URIs where the runtime can, and the others through the client: it alone knows its
 * virtual file systems. The client answers `attendu/readFile` `{ uri }` with `{ text }`, null when
 * there is no such file, and `attendu/listFolder` `{ uri }` with `{ entries }` alike, the names of folders
 * ending in `/`. It is asked when it announced `readFile: true` in its initialization
 * options, or when there is no other way.
 */
export function fileAccess(
  connection: Connection,
  runtime: Runtime,
  options: LSPAny | undefined,
): FileAccess {
  const { readFile, listFolder } = runtime;
  const clientReads = !readFile || hasReadFile(options);
  return {
    async read(uri) {
      if (readFile && uri.startsWith('file:')) return readFile(uri);
      if (!clientReads) return undefined;
      try {
        const answer = await connection.sendRequest<ReadFileResult>('attendu/readFile', { uri });
        return answer.text ?? undefined;
      } catch {
        // A client that cannot read has no files to show.
        return undefined;
      }
    },
    async list(uri) {
      if (listFolder && uri.startsWith('file:')) return listFolder(uri);
      if (!clientReads) return undefined;
      try {
        const answer = await connection.sendRequest<ListFolderResult>('attendu/listFolder', {
          uri,
        });
        return answer.entries ?? undefined;
      } catch {
        return undefined;
      }
    },
  };
}

interface ListFolderResult {
  readonly entries: string[] | null;
}

interface ReadFileResult {
  readonly text: string | null;
}

function hasReadFile(options: LSPAny | undefined): boolean {
  return (
    typeof options === 'object' &&
    options !== null &&
    'readFile' in options &&
    options.readFile === true
  );
}
