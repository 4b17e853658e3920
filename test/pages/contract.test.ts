/** Each rule, its page, its edge cases, and what is said of it elsewhere belong together. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SELECTIONS, selectionSchema } from '../../scripts/manifest.ts';
import { withTable } from '../../scripts/readme.ts';
import { site } from '../../scripts/regles.ts';
import { forReaders, type Rule, rules } from '../../server/src/lint/index.ts';
import {
  type Example,
  edgeCasePages,
  examplesOf,
  type Page,
  readPages,
  rulePages,
} from '../support/pages.ts';
import { typographyFaults } from '../support/typography.ts';

const root = join(import.meta.dirname, '../..');
const pages = readPages(rulePages);
const edgeCases = readPages(edgeCasePages);

const SECTIONS = [
  'Ce qui se passe',
  'Pourquoi c’est un piège',
  'Comment corriger',
  'Quand l’ignorer',
  'Références',
];

describe('the rules', () => {
  it('have codes and slugs of their own, in order', () => {
    const codes = rules.map((rule) => rule.code);
    expect(codes).toEqual([...new Set(codes)].sort());
    expect(new Set(rules.map((rule) => rule.slug)).size).toBe(rules.length);
    for (const { code, slug } of rules) {
      expect(code).toMatch(/^ATT\d{3}$/);
      expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    }
  });

  it('have each their module, page and edge cases, and there is none else', () => {
    const slugs = rules.map((rule) => rule.slug).sort();
    expect(pages.map((page) => page.slug)).toEqual(slugs);
    expect(edgeCases.map((page) => page.slug)).toEqual(slugs);
    for (const slug of slugs) expect(existsSync(join(root, rulePages, `${slug}.ts`))).toBe(true);
  });

  it('carry the page that lies beside them', () => {
    for (const { slug, page } of rules) {
      expect(page).toBe(readFileSync(join(root, rulePages, `${slug}.md`), 'utf8'));
    }
  });

  it('stand in the table of the README (npm run readme)', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    expect(readme).toBe(withTable(readme, rules));
  });

  it('are what the settings complete (npm run manifest)', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    for (const setting of SELECTIONS) {
      const { items } = manifest.contributes.configuration.properties[setting];
      expect(items, setting).toEqual(selectionSchema(rules));
    }
  });

  it('have their page in docs/regles (npm run regles)', () => {
    const folder = join(root, 'docs/regles');
    const files = readdirSync(folder).map(
      (name) => [name, readFileSync(join(folder, name), 'utf8')] as const,
    );
    expect(new Map(files)).toEqual(new Map(site(rules, forReaders)));
  });
});

it('the rules without a program to show them are listed, with the reason', () => {
  const measures = readFileSync(join(root, 'docs/mesures.md'), 'utf8');
  const [, section] = /^## Ce que Python montre$(.+?)^## /ms.exec(measures)!;
  const listed = [...section!.matchAll(/^\| (ATT\d{3}) \|/gm)].map(([, code]) => code);
  const shown = new Set(
    [...pages, ...edgeCases]
      .filter((page) => examplesOf(page).some(({ output }) => output !== undefined))
      .map(({ slug }) => slug),
  );
  expect(listed).toEqual(rules.filter(({ slug }) => !shown.has(slug)).map(({ code }) => code));
});

describe.each(pages.map((page) => [page.path, page] as const))('%s', (_, page) => {
  it('has its sections, all filled', () => {
    expect(page.title).not.toBe('');
    expect(page.lead).not.toBe('');
    expect(page.sections.slice(1).map((section) => section.title)).toEqual(SECTIONS);
    for (const section of page.sections.slice(1)) expect(section.prose.trim()).not.toBe('');
    expect(
      [page.title, page.lead, ...page.sections.map(({ prose }) => prose)].join('\n'),
    ).not.toMatch(/À écrire/);
  });

  it('shows the mistake', () => {
    const rule = rules.find(({ slug }) => slug === page.slug);
    const codes = examplesOf(page).flatMap(({ marks }) => marks.map((mark) => mark.code));
    expect(codes).toContain(rule?.code);
  });
});

describe.each(edgeCases.map((page) => [page.path, page] as const))('%s', (_, page) => {
  it('shows silence as often as findings', () => {
    const { silent, loud } = tally(page);
    expect(silent).toBeGreaterThanOrEqual(Math.max(loud, 1));
  });
});

describe('typography', () => {
  const inFolder = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name));
  const documents = [
    'README.md',
    'CHANGELOG.md',
    ...['docs', rulePages, 'server/src/fiches'].flatMap(inFolder),
  ];

  it.each(documents)('%s is well set', (path) => {
    expect(typographyFaults(readFileSync(join(root, path), 'utf8'))).toEqual([]);
  });

  it('the manifest is well set', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const { displayName, description, contributes } = manifest;
    const texts = [displayName, description, ...textsOf(contributes)];
    expect(texts.length).toBeGreaterThan(5);
    expect(texts.flatMap(typographyFaults)).toEqual([]);
  });
});

// The product's specification lies beside the repository where it is developed; elsewhere there is none.
const catalogue = join(root, '../shared/catalogue.md');
if (!existsSync(catalogue)) {
  console.warn('The catalogue is not here: codes, slugs and levels are NOT compared with it.');
}

it.runIf(existsSync(catalogue))('the rules are those of the catalogue', () => {
  const specified = new Map(
    [...readFileSync(catalogue, 'utf8').matchAll(/^\| (ATT\d{3}) \| (\S+) \| ([^|]+) \|/gm)].map(
      ([, code, slug, levels]) => [code!, { slug: slug!, levels: levels! }],
    ),
  );
  expect(specified.size).toBeGreaterThan(50);
  for (const rule of rules) {
    const row = specified.get(rule.code);
    expect(row?.slug, rule.code).toBe(rule.slug);
    // A cell such as « A; C where … » leaves the choice.
    expect(row!.levels.match(/\b[EAIC]\b|–/g), rule.code).toContain(LETTERS[rule.level]);
  }
});

const LETTERS: Record<Rule['level'], string> = {
  error: 'E',
  warning: 'A',
  information: 'I',
  hint: 'C',
  off: '–',
};

/** Examples without and with findings; the result of a repair is neither. */
function tally(page: Page): { silent: number; loud: number } {
  const examples = examplesOf(page).filter((example) => !example.repaired);
  const own = rules.find(({ slug }) => slug === page.slug)?.code;
  const isLoud = ({ marks }: Example) => marks.some(({ code }) => code === own);
  const loud = examples.filter(isLoud).length;
  return { silent: examples.length - loud, loud };
}

/** What VS Code shows of the manifest's contributions. */
function textsOf(value: unknown, key = ''): string[] {
  if (typeof value === 'string')
    return /title|category|description|message|name/i.test(key) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([inner, child]) =>
    textsOf(child, Array.isArray(value) ? key : inner),
  );
}
