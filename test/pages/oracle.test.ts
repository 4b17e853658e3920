/** The oracle: the extension may not claim what Python does not do. */

import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type Fix, rules } from '../../server/src/lint/index.ts';
import { createBench } from '../support/bench.ts';
import type { Bench } from '../support/checker.ts';
import { checkOutput } from '../support/oracle.ts';
import { type Example, edgeCasePages, examplesOf, readPages, rulePages } from '../support/pages.ts';
import { pythonMinor, syntaxErrors } from '../support/python.ts';

// Timings are part of what is shown: more programs at once would slow one another down.
vi.setConfig({ maxConcurrency: 2, testTimeout: 120_000 });

const pages = [...readPages(rulePages), ...readPages(edgeCasePages)];
const printing = pages.flatMap(examplesOf).filter((example) => example.output);

if (pythonMinor === undefined) {
  console.warn('python3 is missing: what the pages say Python prints is NOT checked.');
}

let bench: Bench;
/** The fixes of the first finding of the page's rule. */
const fixesOf = new Map<Example, readonly Fix[]>();
beforeAll(async () => {
  bench = await createBench();
  for (const example of printing) {
    const judged = await bench.open(example, example.cells);
    const rule = rules.find(({ slug }) => slug === example.slug);
    const finding = judged.findings.find(({ code }) => code === rule?.code);
    fixesOf.set(example, finding ? judged.fixes(finding) : []);
  }
});

describe.skipIf(pythonMinor === undefined)('CPython', () => {
  for (const example of printing) {
    const name = `${example.page}:${example.line} prints what is shown, until it is repaired`;
    // What is timed may be late once on a busy machine, not thrice.
    it.skipIf(isTooNew(example)).concurrent(name, { retry: 2 }, async ({ expect }) => {
      expect(await checkOutput(example, fixesOf.get(example)!)).toEqual([]);
    });
  }

  it('compiles every repaired text that it compiled before', async () => {
    const pairs: { name: string; before: string; after: string }[] = [];
    for (const example of pages.flatMap(examplesOf).filter(({ notebook }) => !notebook)) {
      const judged = await bench.open(example, example.cells);
      for (const finding of judged.findings) {
        for (const fix of judged.fixes(finding)) {
          pairs.push({
            name: `${example.page}:${example.line} « ${fix.title} »`,
            before: judged.cells.text,
            after: judged.cells.edited(fix.edits).text,
          });
        }
      }
    }
    const before = syntaxErrors(pairs.map((pair) => pair.before));
    const after = syntaxErrors(pairs.map((pair) => pair.after));
    const broken = pairs
      .map(({ name }, at) => ({ name, error: before[at] === null ? after[at] : null }))
      .filter(({ error }) => error !== null);
    expect(broken).toEqual([]);
  });

  it('compiles what the pages show without a finding', () => {
    // A page that aims at a newer Python, or whose subject is an error, may hold what is not compiled.
    const sound = readPages(rulePages)
      .flatMap(examplesOf)
      .filter(({ marks, notebook, target }) => !marks.length && !notebook && !target);
    const errors = syntaxErrors(sound.map((example) => example.cells[0]!));
    const broken = sound
      .map(({ page, line }, at) => ({ place: `${page}:${line}`, error: errors[at] }))
      .filter(({ error }) => error !== null);
    expect(broken).toEqual([]);
  });
});

function isTooNew({ output }: Example): boolean {
  return output?.since !== undefined && Number(output.since.split('.')[1]) > pythonMinor!;
}
