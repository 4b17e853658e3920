/** The real core, as the checks of the pages use it. */

import { Cells, type PythonVersion, rules, Workspace } from '../../server/src/lint/index.ts';
import { PythonParser } from '../../server/src/syntax/index.ts';
import { readAssets } from './assets.ts';
import type { Bench } from './checker.ts';
import { filesOf } from './files.ts';
import { type Example, rulePages } from './pages.ts';

/** One core for many examples; where it would log that something failed, it throws. */
export async function createBench(): Promise<Bench> {
  const assets = readAssets();
  const parser = await PythonParser.create(assets.runtimeWasm, assets.grammarWasm);
  const files = new Map<string, string>();
  const workspace = await Workspace.create({
    ...assets,
    files: filesOf(files),
    log: (message) => {
      throw new Error(message);
    },
  });
  let open: string[] = [];

  return {
    async open(example, cells) {
      for (const path of open) workspace.closeDocument(path);
      files.clear();
      const folder = `/exemples/${example.page}/${example.line}`;
      const path = `${folder}/${example.fileName}`;
      for (const [name, text] of example.companions) files.set(`${folder}/${name}`, text);
      files.set(path, cells.join('\n'));
      workspace.setRoots([folder]);
      open = [path];

      workspace.forgetConfiguration();
      workspace.setOverrides({ select: selectionFor(example), targetVersion: versionFor(example) });
      await workspace.loadConfiguration(path);
      workspace.setDocument(path, example.notebook ? cells : cells[0]!);
      await workspace.completeWholly([path]);
      const findings = workspace.findings(path);
      return {
        cells: new Cells(cells),
        findings,
        fixes: (finding) => workspace.fixes(path, finding),
        suppression: (finding) => workspace.suppression(path, finding),
        fixAll: () => workspace.fixAll(path),
      };
    },
    inspect(text) {
      const chunks = parser.parse(text).chunks.map(({ chunk }) => chunk);
      return {
        damaged: chunks.reduce((sum, chunk) => sum + chunk.damaged.length, 0),
        comments: chunks.flatMap((chunk) => chunk.comments.map((comment) => comment.text)),
      };
    },
  };
}

/**
 * The page's own rule, those it marks, and those that speak of bugs. A page is read for its subject: advice
 * of other rules there would say nothing about either; edge cases are not even programs.
 */
function selectionFor({ page, slug, marks }: Example): string[] {
  const spoken = page.startsWith(rulePages)
    ? ['error', 'warning', 'information']
    : ['error', 'warning'];
  const marked = new Set(marks.map(({ code }) => code));
  return rules
    .filter((rule) => spoken.includes(rule.level) || rule.slug === slug || marked.has(rule.code))
    .map((rule) => rule.code);
}

function versionFor({ target }: Example): PythonVersion | undefined {
  return target === undefined ? undefined : [3, Number(target.split('.')[1])];
}
