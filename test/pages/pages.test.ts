/** Executes every block of every page: what is reported, what is repaired, and how. */

import { beforeAll, describe, expect, it } from 'vitest';
import { rules } from '../../server/src/lint/index.ts';
import { createBench } from '../support/bench.ts';
import { type Bench, checkFixes, checkMarks, checkRepairs } from '../support/checker.ts';
import { edgeCasePages, examplesOf, readPages, rulePages } from '../support/pages.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});

for (const page of [...readPages(rulePages), ...readPages(edgeCasePages)]) {
  describe(page.path, () => {
    for (const example of examplesOf(page)) {
      it(`line ${example.line}: reports what is marked`, async () => {
        expect(await checkMarks(bench, example)).toEqual([]);
      });
      it(`line ${example.line}: every fix keeps its word`, async () => {
        expect(await checkFixes(bench, example)).toEqual([]);
      });
      if (example.repairs.length === 0) continue;
      it(`line ${example.line}: repairs as shown`, async () => {
        const code = rules.find((rule) => rule.slug === page.slug)!.code;
        expect(await checkRepairs(bench, example, code)).toEqual([]);
      });
    }
  });
}
