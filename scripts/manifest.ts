/** Writes the codes that settings accept into package.json, so that the editor completes them: `npm run manifest`. */

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rule } from '../server/src/rules/rule.ts';
import { loadModule } from './load-module.ts';
import { FAMILIES, titleOf } from './rules.ts';

/** The settings whose items are rules. */
export const SELECTIONS = ['attendu.select', 'attendu.ignore'] as const;

/** The schema of an item: what is completed; slugs and families of two digits are accepted too. */
export function selectionSchema(rules: readonly Rule[]): object {
  const choices = [
    ['ALL', 'Toutes les règles, y compris celles qui ne s’appliquent que sur demande.'],
    ...Object.entries(FAMILIES).map(([digit, name]) => [`ATT${digit}`, name]),
    ...rules.map((rule) => [rule.code, titleOf(rule)]),
  ];
  return {
    type: 'string',
    anyOf: [
      {
        enum: choices.map(([code]) => code),
        markdownEnumDescriptions: choices.map(([, description]) => description),
      },
      { type: 'string' },
    ],
  };
}

if (process.argv[1] === import.meta.filename) {
  const root = join(import.meta.dirname, '..');
  const path = join(root, 'package.json');
  const { rules } = await loadModule<{ rules: readonly Rule[] }>('server/src/rules/index.ts');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  const { properties } = manifest.contributes.configuration;
  for (const setting of SELECTIONS) properties[setting].items = selectionSchema(rules);
  writeFileSync(path, JSON.stringify(manifest, undefined, 2));
  execFileSync('npx', ['biome', 'format', '--write', path], { cwd: root, stdio: 'ignore' });
}
