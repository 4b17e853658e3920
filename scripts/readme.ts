/** Writes the table of rules into README.md, between its two markers: `npm run readme`. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rule } from '../server/src/rules/rule.ts';
import { loadModule } from './load-module.ts';
import { LEVELS, titleOf } from './rules.ts';

/** The README with the table of these rules. Throws when it has no markers. */
export function withTable(readme: string, rules: readonly Rule[]): string {
  const rows = rules.map(
    (rule) =>
      `| [${rule.code}](docs/regles/${rule.slug}.md) | ${titleOf(rule)} | ${LEVELS[rule.level]} |`,
  );
  const table = ['| Code | Règle | Niveau |', '|---|---|---|', ...rows].join('\n');
  const [start, end] = ['<!-- regles -->', '<!-- /regles -->'];
  const [above, rest] = splitOnce(readme, start);
  const [, below] = splitOnce(rest, end);
  return `${above}${start}\n${table}\n${end}${below}`;
}

function splitOnce(text: string, marker: string): [string, string] {
  const at = text.indexOf(marker);
  if (at < 0) throw new Error(`README.md has no ${marker}`);
  return [text.slice(0, at), text.slice(at + marker.length)];
}

if (process.argv[1] === import.meta.filename) {
  const readme = join(import.meta.dirname, '../README.md');
  const { rules } = await loadModule<{ rules: readonly Rule[] }>('server/src/rules/index.ts');
  writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), rules));
}
