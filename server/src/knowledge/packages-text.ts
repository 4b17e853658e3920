import data from './packages.json' with { type: 'json' };

/** The releases that the facts were read from, by the name of the distribution. */
export const releases: Readonly<Record<string, string>> = data.releases;

/** The facts of each module, in the notation that README.md tells, by the module's full name. */
export const packageTexts: ReadonlyMap<string, string> = new Map(Object.entries(data.modules));
