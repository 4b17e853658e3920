/** Everything that a user reads is spelled, and agrees. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBench } from '../support/bench.ts';
import { findGrammalecte, frenchFaults } from '../support/french.ts';
import { edgeCasePages, examplesOf, readPages, rulePages } from '../support/pages.ts';

const root = join(import.meta.dirname, '../..');
const WORDS = join(import.meta.dirname, 'mots.txt');
const PAGES = [
  ...['server/src/rules', 'server/src/fiches', 'docs'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
  'examples/README.md',
  'CHANGELOG.md',
  'README.md',
];
const grammalecte = findGrammalecte();

if (grammalecte === undefined) console.warn('No grammalecte-cli: French is not checked.');

describe.skipIf(grammalecte === undefined)('the French', () => {
  const known = new Set(readFileSync(WORDS, 'utf8').split(/\s+/));

  it('of the pages', () => {
    const faults = frenchFaults(grammalecte!, PAGES.map(textOf), known);
    expect(PAGES.flatMap((path, at) => faults[at]!.map((fault) => `${path}: ${fault}`))).toEqual(
      [],
    );
  });

  it('of the messages and of the titles of fixes', async () => {
    const bench = await createBench();
    const texts = new Set<string>();
    for (const page of [...readPages(rulePages), ...readPages(edgeCasePages)])
      for (const example of examplesOf(page)) {
        const { findings, fixes } = await bench.open(example, example.cells);
        for (const finding of findings) {
          texts.add(finding.message);
          for (const { message } of finding.related) texts.add(message);
          for (const { title } of fixes(finding)) texts.add(title);
        }
      }
    expect(frenchFaults(grammalecte!, [...texts], known).flat()).toEqual([]);
  });

  it('of the manifest', () => {
    const manifest = JSON.parse(textOf('package.json'));
    const texts = [manifest.description, ...stringsOf(manifest.contributes)];
    expect(frenchFaults(grammalecte!, texts, known).flat()).toEqual([]);
  });

  it('is really looked at', () => {
    const [faults] = frenchFaults(grammalecte!, ['Les tâche de fonds sont ataché.'], known);
    expect(faults!.length).toBeGreaterThan(1);
  });
});

/** The README opens in English. */
function textOf(path: string): string {
  const text = readFileSync(join(root, path), 'utf8');
  return path === 'README.md' ? text.replace(/^>.*$/gm, '') : text;
}

/** The sentences of the manifest's contributions: titles and descriptions. */
function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return /\s/.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    ['command', 'when', 'pattern'].includes(key) ? [] : stringsOf(inner),
  );
}
