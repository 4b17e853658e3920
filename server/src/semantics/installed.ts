/** Definitions of installed packages: read like the project's, but known to everybody by public names. */
import type { Facts } from './facts.ts';
import { isProjectId, splitProjectId } from './kinds.ts';

const INSTALLED = /^(.*\/(?:site|dist)-packages)\/(.+?)(?:\/__init__)?\.pyi?$/;

/** Was what the identifier names read in an installed package? */
export function isInstalled(id: string): boolean {
  return isProjectId(id) && INSTALLED.test(splitProjectId(id).path);
}

/**
 * The dotted name by which programs import an installed definition: `requests.Session`, defined in
 * `requests/sessions.py` and re-exported by `requests/__init__.py`. Undefined for all that is not installed.
 */
export function installedName(id: string, facts: Facts): string | undefined {
  if (!isInstalled(id)) return undefined;
  return facts.ask<string | undefined>(
    `public name ${id}`,
    () => {
      const { path, qualname } = splitProjectId(id);
      const [, root, inside] = INSTALLED.exec(path)!;
      const modules = inside!.split('/');
      const dot = `${qualname}.`.indexOf('.');
      const head = qualname.slice(0, dot);
      const home = `${path}::${head}`;
      // The outermost package that exports the name is where it is imported from.
      const exporter = modules.findIndex((_, i) => {
        const init = `${root}/${modules.slice(0, i + 1).join('/')}/__init__.py`;
        return facts.exported(init, head) === home;
      });
      const shown = exporter < 0 ? modules : modules.slice(0, exporter + 1);
      return `${shown.join('.')}.${qualname.replace(/#\d+/g, '')}`;
    },
    (name) => name,
    undefined,
  );
}
