/**
 * A few of the pinned packages, checked as `npm run ecosysteme` checks all of them: a verdict that changes
 * shows here first.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ECOSYSTEM } from '../../scripts/mesures/packages.ts';
import {
  compare,
  findingsIn,
  formatVerdicts,
  parseVerdicts,
  shownPlace,
} from '../../scripts/mesures/verdicts.ts';
import { unpacked } from '../../scripts/wheels.ts';

const root = join(import.meta.dirname, '../..');
const cli = join(root, 'dist/cli.cjs');
const verdicts = readFileSync(join(import.meta.dirname, 'verdicts.txt'), 'utf8');

/** Small, and each with findings. */
const SAMPLE = ['aiocoap==0.4.17', 'aiosmtpd==1.4.6', 'arq==0.28.0'];

const folders = new Map(SAMPLE.map((pkg) => [pkg, folderOf(pkg)]));

describe('the list of verdicts', () => {
  it('is in order, and says something of every finding', () => {
    expect(formatVerdicts(parseVerdicts(verdicts))).toBe(verdicts);
    expect(parseVerdicts(verdicts).filter(({ verdict }) => verdict === '?')).toEqual([]);
  });

  it('names pinned packages only', () => {
    const names = new Set(parseVerdicts(verdicts).map(({ pkg }) => pkg));
    expect([...names].filter((name) => !ECOSYSTEM.includes(name))).toEqual([]);
  });
});

it('tells what is new from what is gone, also on one line', () => {
  const [entry] = parseVerdicts(verdicts);
  const finding = { ...entry!, severity: 'error', message: '' } as const;
  const other = { ...finding, subject: `${entry!.subject} no more` };
  expect(compare([finding, finding, other], [entry!])).toMatchObject({
    known: [entry],
    added: [finding, other],
    gone: [],
  });
  expect(compare([other], [entry!, entry!]).gone).toEqual([entry, entry]);
});

describe.each(SAMPLE)('%s', (pkg) => {
  const folder = folders.get(pkg);
  it.skipIf(folder === undefined)('has the findings that were read, and no other', () => {
    if (!existsSync(cli)) throw new Error(`${cli} is missing: run \`npm run build\` first`);
    const reviewed = parseVerdicts(verdicts).filter((entry) => entry.pkg === pkg);
    const { known, added, gone } = compare(findingsIn(cli, pkg, folder!), reviewed);
    expect({ added: added.map(shownPlace), gone: gone.map(shownPlace) }).toEqual({
      added: [],
      gone: [],
    });
    expect(known.length).toBeGreaterThan(0);
  });
});

function folderOf(pkg: string): string | undefined {
  try {
    return unpacked(join(root, '.cache/mesures'), pkg);
  } catch {
    console.warn(`pip cannot bring ${pkg}: what we find in it is NOT checked.`);
    return undefined;
  }
}
