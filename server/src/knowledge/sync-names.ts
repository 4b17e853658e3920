import { moduleTexts } from './stdlib-text.ts';

/**
 * Whether some function or method of the standard library, in any module or class and any version, has
 * this name and gives something else than a coroutine. Private names are not counted.
 */
export function isSyncCallableName(name: string): boolean {
  names ??= collect();
  return names.has(name);
}

let names: Set<string> | undefined;

function collect(): Set<string> {
  const found = new Set<string>();
  const aliases: [name: string, target: string][] = [];
  for (const text of moduleTexts.values()) {
    for (const [, name, facts] of text.matchAll(entries)) {
      if (syncFact.test(facts!)) found.add(name!);
      const target = aliasFact.exec(facts!)?.[1];
      if (target) aliases.push([name!, target]);
    }
  }
  // `seed = _inst.seed`: what a name stands for tells, and it was seen above under its own name.
  for (const [name, target] of aliases) if (found.has(target)) found.add(name);
  return found;
}

const entries = /[;{](\w+) ([^;{}]*)/g;
/** A plain `def`, unless declared to give an awaitable, as `AsyncGenerator.aclose` is. */
const syncFact = /(?:^|&)(?:[@!]\S+ )*d[sbc]*\([^)]*\)(?!typing\.(?:Coroutine|Awaitable)\b)/;
const aliasFact = /(?:^|&)(?:@\S+ )?=[\w.]*?(\w+)(?:&|$)/;
