/**
 * Writes `docs/regles/`, the rules' pages as a site shows them, and its index: `npm run regles`. The pages
 * themselves are written in `server/src/rules/`.
 */

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as Core from '../server/src/lint/index.ts';
import type { Rule } from '../server/src/rules/rule.ts';
import { loadModule } from './load-module.ts';
import { FAMILIES, familyOf, LEVELS, titleOf, toolOf } from './rules.ts';

/** The files of `docs/regles/`: texts by name. `forReaders` gives a page as readers see it. */
export function site(
  rules: readonly Rule[],
  forReaders: (page: string) => string,
): ReadonlyMap<string, string> {
  const pages = rules.map((rule) => [`${rule.slug}.md`, sitePage(rule, forReaders)] as const);
  return new Map([['README.md', index(rules)], ...pages]);
}

function sitePage(rule: Rule, forReaders: (page: string) => string): string {
  const { code, level, since, peers, page } = rule;
  const facts = [
    code,
    `niveau\u00a0: ${LEVELS[level]}`,
    since && `depuis Python ${since.join('.')}`,
    peers.length > 0 && `équivalents\u00a0: ${peers.map((peer) => `\`${peer}\``).join(', ')}`,
  ].filter((fact) => typeof fact === 'string');
  const end = page.indexOf('\n');
  return `${page.slice(0, end)}\n\n${facts.join(' · ')}\n${forReaders(page.slice(end))}`;
}

function index(rules: readonly Rule[]): string {
  const peers = new Map<string, Rule[]>();
  for (const rule of rules)
    for (const peer of rule.peers) peers.set(peer, [...(peers.get(peer) ?? []), rule]);
  const sorted = [...peers].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  const versions = rules.filter(({ since }) => since !== undefined);
  return [
    '# Les règles d’Attendu',
    `${rules.length} règles. Chaque page dit ce qui se passe, pourquoi c’est un piège, comment corriger et quand ignorer.`,
    '## Par famille',
    ...Object.values(FAMILIES).flatMap((family) => {
      const own = rules.filter((rule) => familyOf(rule) === family);
      const rows = own.map((rule) => [link(rule), titleOf(rule), LEVELS[rule.level]]);
      return own.length === 0 ? [] : [`### ${family}`, table(['Code', 'Règle', 'Niveau'], rows)];
    }),
    '## Par niveau',
    table(
      ['Niveau', 'Règles'],
      Object.entries(LEVELS)
        .map(([level, name]) => [name, links(rules.filter((rule) => rule.level === level))])
        .filter(([, own]) => own !== ''),
    ),
    ...(versions.length === 0
      ? []
      : [
          '## Par version de Python',
          'Ces règles ne s’appliquent qu’à partir de la version indiquée.',
          table(
            ['Depuis', 'Règles'],
            [...new Set(versions.map(({ since }) => since!.join('.')))]
              .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
              .map((version) => [
                `Python ${version}`,
                links(versions.filter(({ since }) => since!.join('.') === version)),
              ]),
          ),
        ]),
    '## Vous cherchez ASYNC251 ?'.replace(' ?', '\u00a0?'),
    'Codes d’autres outils et règles d’Attendu qui voient la même erreur. Un commentaire `# noqa` qui nomme l’un de ces codes vaut aussi pour Attendu.',
    table(
      ['Code', 'Outil', 'Règles'],
      sorted.map(([peer, own]) => [`\`${peer}\``, toolOf(peer), links(own)]),
    ),
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

function link({ code, slug }: Rule): string {
  return `[${code}](${slug}.md)`;
}

function links(rules: readonly Rule[]): string {
  return rules.map(link).join(', ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

if (process.argv[1] === import.meta.filename) {
  const folder = join(import.meta.dirname, '../docs/regles');
  const core = await loadModule<typeof Core>('server/src/lint/index.ts');
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  for (const [name, text] of site(core.rules, core.forReaders))
    writeFileSync(join(folder, name), text);
}
