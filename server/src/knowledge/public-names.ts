import { moduleTexts, splitOutside } from './stdlib-text.ts';

/**
 * The name a reader knows, from that of the definition: `asyncio.tasks.create_task` gives
 * `asyncio.create_task`, `asyncio.locks.Lock.acquire` gives `asyncio.Lock.acquire`, `builtins.open` gives
 * `open`. A name that nothing re-exports, or unknown, comes back as it is.
 */
export function publicName(qualifiedName: string): string {
  names ??= collect();
  // The longest known prefix: members follow the name of their class.
  for (let end = qualifiedName.length; end > 0; end = qualifiedName.lastIndexOf('.', end - 1)) {
    const name = names.get(qualifiedName.slice(0, end));
    if (name) return withoutBuiltins(name.path + qualifiedName.slice(end));
  }
  return withoutBuiltins(qualifiedName);
}

interface Candidate {
  readonly path: string;
  /** Fewer segments first, then a name that has always been there, then the shorter one. */
  readonly cost: number;
}

let names: Map<string, Candidate> | undefined;

function collect(): Map<string, Candidate> {
  const best = new Map<string, Candidate>();
  for (const [module, text] of moduleTexts) {
    if (isInternal(module)) continue;
    for (const entry of splitOutside(text, ';')) {
      const [, name, aliases] = aliasEntry.exec(entry) ?? [];
      if (!name || !aliases) continue;
      const path = `${module}.${name}`;
      for (const [, lifetime, target] of aliases.matchAll(aliasTarget)) {
        const cost = costOf(path) + (lifetime ? 0.5 : 0) + path.length / 1000;
        // The definition's own name is kept unless another one is really simpler.
        const limit = best.get(target!)?.cost ?? (isInternal(target!) ? Infinity : costOf(target!));
        if (cost < limit) best.set(target!, { path, cost });
      }
    }
  }
  return best;
}

const aliasEntry = /^([A-Za-z]\w*) ((?:@\S+ )?=.*)$/;
const aliasTarget = /(?:^|&)(@\S+ )?=([\w.]+)/g;

function costOf(path: string): number {
  return path.split('.').length;
}

/** Whether a name belongs to an implementation: by its underscore, or behind `os` and `os.path`. */
function isInternal(path: string): boolean {
  return /(?:^|\.)_(?!_)|^(?:posixpath|ntpath|genericpath|posix|nt)(?:\.|$)/.test(path);
}

function withoutBuiltins(name: string): string {
  return name.startsWith('builtins.') ? name.slice('builtins.'.length) : name;
}
