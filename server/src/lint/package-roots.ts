/** Where a project says that its packages are: tables of pyproject.toml, sections of setup.cfg. */

export type Table = Readonly<Record<string, unknown>>;

export function isTable(value: unknown): value is Table {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
  );
}

/** Folders that `[tool]` of a pyproject.toml names, for the build tools that people use. */
export function packageRootsIn(tool: unknown): string[] {
  const at = (...keys: string[]) =>
    keys.reduce<unknown>((value, key) => (isTable(value) ? value[key] : undefined), tool);
  const hatch = [at('hatch', 'build'), at('hatch', 'build', 'targets', 'wheel')].filter(isTable);
  const poetry = at('poetry', 'packages');
  return clean([
    ...fromPackageDir(at('setuptools', 'package-dir')),
    ...texts(at('setuptools', 'packages', 'find', 'where')),
    ...(Array.isArray(poetry)
      ? poetry.flatMap((entry) => texts(isTable(entry) && entry.from))
      : []),
    ...hatch.flatMap(({ sources, packages }) => [
      ...(isTable(sources) ? fromPackageDir(inverted(sources)) : texts(sources)),
      ...texts(packages).map(parentOf),
    ]),
    ...texts(at('pdm', 'build', 'package-dir')),
    ...texts(at('uv', 'build-backend', 'module-root')),
  ]);
}

/** The same for a setup.cfg. */
export function packageRootsInSetup(text: string): string[] {
  const values = readIni(text);
  const packageDir = (values.get('options.package_dir') ?? []).flatMap((line) => {
    const [name = '', folder] = line.split('=').map((part) => part.trim());
    return folder === undefined ? [] : [[name, folder]];
  });
  const where = values.get('options.packages.find.where') ?? [];
  return clean([
    ...fromPackageDir(Object.fromEntries(packageDir)),
    ...where.flatMap((line) => line.split(',')),
  ]);
}

/** The lines of each value, by section and key: `options.package_dir`. */
function readIni(text: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  let section = '';
  let lines: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const title = /^\[([^\]]+)\]/.exec(line)?.[1];
    const [, key, first = ''] = /^([\w.-]+)\s*[=:](.*)$/.exec(line) ?? [];
    if (title !== undefined) section = title.trim();
    else if (key !== undefined) values.set(`${section}.${key}`, (lines = [first.trim()]));
    else if (/^[ \t]+[^\s#;]/.test(line)) lines.push(line.trim());
  }
  return values;
}

/** `{ "" = "src" }`: all packages; `{ "pkg" = "lib/pkg" }`: that one. */
function fromPackageDir(table: unknown): string[] {
  if (!isTable(table)) return [];
  return Object.entries(table).flatMap(([name, folder]) => {
    if (typeof folder !== 'string') return [];
    if (name === '') return [folder];
    const path = name.replaceAll('.', '/');
    return folder.endsWith(`/${path}`) ? [folder.slice(0, -path.length - 1)] : [];
  });
}

function inverted(table: Table): Table {
  return Object.fromEntries(Object.entries(table).map(([from, to]) => [String(to), from]));
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function parentOf(folder: string): string {
  return folder.replace(/\/+$/, '').replace(/(?:^|\/)[^/]*$/, '');
}

/** Inside the project, without the project itself, which is looked into anyhow. */
function clean(folders: readonly string[]): string[] {
  const inside = folders
    .map((folder) =>
      folder
        .trim()
        .replaceAll('\\', '/')
        .replace(/^(?:\.\/+)+|\/+$/g, ''),
    )
    .filter(
      (folder) => !['', '.'].includes(folder) && !/^\/|^\w:|(?:^|\/)\.\.(?:\/|$)/.test(folder),
    );
  return [...new Set(inside)];
}
