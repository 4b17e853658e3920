import type { FileAccess } from '../../server/src/lint/index.ts';

/** A file system that holds these texts, by path. */
export function filesOf(texts: ReadonlyMap<string, string>): FileAccess {
  return {
    read: async (path) => texts.get(path),
    async list(folder) {
      const names = new Set<string>();
      for (const path of texts.keys()) {
        if (!path.startsWith(`${folder}/`)) continue;
        const [name, ...below] = path.slice(folder.length + 1).split('/');
        names.add(below.length > 0 ? `${name}/` : name!);
      }
      return names.size > 0 ? [...names] : undefined;
    },
  };
}
