/** Opaque paths: file paths or URIs, `/` between folders. */

/** `file://`, `vscode-vfs://github`, `C:`: what no folder is above. */
const ROOT = /^(?:[a-z][\w+.-]+:\/\/[^/]*|[a-z]:)/i;

/** The folder that holds the path, without a last `/`; undefined above the root. */
export function parentFolder(path: string): string | undefined {
  const slash = path.lastIndexOf('/');
  return slash < (ROOT.exec(path)?.[0].length ?? 0) ? undefined : path.slice(0, slash);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The path as seen from a folder that holds it, as a human writes it (URIs decoded), else from its root. */
export function relativeTo(folder: string | undefined, path: string): string {
  const inside = folder !== undefined && path.startsWith(`${folder}/`);
  const relative = inside
    ? path.slice(folder.length + 1)
    : path.replace(ROOT, '').replace(/^\//, '');
  if (!path.includes('://')) return relative;
  try {
    return decodeURIComponent(relative);
  } catch {
    return relative;
  }
}
