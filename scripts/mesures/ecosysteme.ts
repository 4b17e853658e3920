/**
 * Checks the pinned packages with every rule and holds what is found against the verdicts of people:
 * `npm run build && npm run ecosysteme`. Ends with 1 when something is new or gone.
 *
 * - `-- --code ATT505` looks at one rule only;
 * - `-- --revoir` writes what is new, with its source, to `.cache/mesures/a-revoir.txt`: put a verdict in
 *   place of each `?`, and a reason when it is not plain to see;
 * - `-- --accepter` takes the verdicts of that file into the list, and drops from it what is gone.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { unpacked } from '../wheels.ts';
import { ECOSYSTEM } from './packages.ts';
import {
  compare,
  type Finding,
  findingsIn,
  formatVerdicts,
  parseVerdicts,
  type Reviewed,
  shownPlace,
} from './verdicts.ts';

const root = join(import.meta.dirname, '../..');
const cache = join(root, '.cache/mesures');
const list = join(root, 'test/ecosysteme/verdicts.txt');
const toReview = join(cache, 'a-revoir.txt');

const { values: options } = parseArgs({
  options: {
    code: { type: 'string' },
    revoir: { type: 'boolean', default: false },
    accepter: { type: 'boolean', default: false },
  },
});
const isAsked = ({ code }: { readonly code: string }) => code === (options.code ?? code);

const cli = join(root, 'dist/cli.cjs');
const found = ECOSYSTEM.flatMap((pkg) => findingsIn(cli, pkg, unpacked(cache, pkg)));
const listed = parseVerdicts(readFileSync(list, 'utf8'));
if (options.accepter) listed.push(...takeVerdicts());
const { known, added, gone } = compare(found.filter(isAsked), listed.filter(isAsked));

if (options.accepter) {
  const kept = listed.filter((entry) => !gone.includes(entry));
  writeFileSync(list, formatVerdicts(kept));
}
if (options.revoir) {
  const entries = added.map((finding) => ({ ...finding, verdict: '?', reason: '' }) as const);
  const comments = new Map<Reviewed, string[]>(entries.map((entry) => [entry, excerpt(entry)]));
  writeFileSync(
    toReview,
    formatVerdicts(entries, (entry) => comments.get(entry)!),
  );
  console.log(`To review: ${toReview}\n`);
}

for (const finding of added) console.log(`new   ${shownPlace(finding)}: ${finding.message}`);
for (const entry of gone)
  console.log(`gone  ${shownPlace(entry)}: ${entry.verdict} \`${entry.subject}\``);
table('code', ({ code }) => code);
table('level', ({ severity }) =>
  severity === 'error' || severity === 'warning' ? 'E, A' : 'I, C',
);
console.log(`\n${ECOSYSTEM.length} packages, ${found.filter(isAsked).length} findings.`);
console.log(`${added.length} new, ${options.accepter ? 0 : gone.length} gone.`);
process.exitCode = added.length > 0 || (gone.length > 0 && !options.accepter) ? 1 : 0;

function takeVerdicts(): Reviewed[] {
  return parseVerdicts(readFileSync(toReview, 'utf8')).filter(({ verdict }) => verdict !== '?');
}

/** The message and the lines around a finding. */
function excerpt({ pkg, path, line, message }: Finding): string[] {
  const source = readFileSync(join(unpacked(cache, pkg), path), 'utf8').split(/\r?\n/);
  const first = Math.max(1, line - 8);
  const lines = source.slice(first - 1, line + 8);
  return [message, ...lines.map((text, i) => `${first + i === line ? '>' : ' '} ${text}`)];
}

/** How the findings of each group were judged, and how many nobody has read. */
function table(title: string, groupOf: (finding: Finding) => string): void {
  const unread = added.map((finding) => ({ ...finding, verdict: '?' }) as const);
  const all = [...known, ...unread];
  const groups = new Map<string, typeof all>();
  for (const finding of all) {
    const group = groupOf(finding);
    groups.set(group, [...(groups.get(group) ?? []), finding]);
  }
  console.log(`\n| ${title} | vrai | discutable | faux | non relu | right | not wrong |`);
  console.log('|---|---:|---:|---:|---:|---:|---:|');
  const rows = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, findings] of [...rows, ['total', all] as const]) {
    const [right, debatable, wrong, left] = (['vrai', 'discutable', 'faux', '?'] as const).map(
      (verdict) => findings.filter((finding) => finding.verdict === verdict).length,
    );
    // Of those that were read.
    const shares = [right!, right! + debatable!].map((n) => share(n, findings.length - left!));
    console.log(`| ${[name, right, debatable, wrong, left, ...shares].join(' | ')} |`);
  }
}

function share(count: number, all: number): string {
  return all === 0 ? '–' : `${((100 * count) / all).toFixed(1)} %`;
}
