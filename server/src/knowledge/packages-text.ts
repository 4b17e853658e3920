import data from './packages.json' with { type: 'json' };

/** The releases that the facts were read from, by the name of the distribution. */
export const releases: Readonly<Record<string, string>> = data.releases;

/** The facts of each module that has some, in the notation that README.md tells, by its full name. */
export const packageTexts: ReadonlyMap<string, string> = new Map(Object.entries(data.modules));

/** The facts of a module; empty for a package that only holds others. */
export function packageText(module: string): string | undefined {
  return packageTexts.get(module) ?? (holdsModules(module) ? '' : undefined);
}

let holders: Set<string> | undefined;

function holdsModules(name: string): boolean {
  if (holders === undefined) {
    holders = new Set();
    for (const module of packageTexts.keys())
      for (let dot = module.indexOf('.'); dot > 0; dot = module.indexOf('.', dot + 1))
        holders.add(module.slice(0, dot));
  }
  return holders.has(name);
}
