import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Names in a folder, those of folders (links to them too) ending in `/`; undefined when there is none. */
export async function listFolder(path: string): Promise<string[] | undefined> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  return (
    entries &&
    Promise.all(
      entries.map(async (entry) => {
        const isFolder = entry.isSymbolicLink()
          ? await stat(join(path, entry.name)).then(
              (target) => target.isDirectory(),
              () => false,
            )
          : entry.isDirectory();
        return isFolder ? `${entry.name}/` : entry.name;
      }),
    )
  );
}
