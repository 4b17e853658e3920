/**
 * Holds an example of a page against what the core does with it. Each check gives what is wrong, in
 * words, and nothing when all is well: so that the checks are themselves tested, on a core that errs.
 */

import { Cells } from '../../server/src/lint/cells.ts';
import type { Finding, Fix, TextEdit } from '../../server/src/lint/index.ts';
import { cellsOf, type Example } from './pages.ts';
import { typographyFaults } from './typography.ts';

/** The core as the checks use it. */
export interface Bench {
  /** Judges the example's file as if it held these cells. What it gives holds until the next call. */
  open(example: Example, cells: readonly string[]): Promise<Judged>;
  /** What the parser sees of one text. */
  inspect(text: string): Syntax;
}

export interface Judged {
  readonly cells: Cells;
  readonly findings: readonly Finding[];
  fixes(finding: Finding): readonly Fix[];
  suppression(finding: Finding): Fix;
  fixAll(): { readonly edits: readonly TextEdit[]; readonly applied: number };
}

export interface Syntax {
  /** How many stretches of the text hold a syntax error. */
  readonly damaged: number;
  readonly comments: readonly string[];
}

/** What is reported is what the page marks, whatever the line ends and wherever it stands. */
export async function checkMarks(bench: Bench, example: Example): Promise<string[]> {
  const faults: string[] = [];
  const judged = await bench.open(example, example.cells);
  const wanted = example.marks.map(({ line, code }) => `${line}: ${code}`);
  faults.push(...differences('finding', wanted, placesOf(judged)));
  for (const finding of judged.findings) {
    for (const text of [finding.message, ...finding.related.map((place) => place.message)]) {
      faults.push(...typographyFaults(text).map((fault) => `message « ${text} »: ${fault}`));
    }
  }

  const crlf = await bench.open(example, withCrLf(example.cells));
  faults.push(...differences('finding with CRLF', namesOf(judged), namesOf(crlf)));
  faults.push(...differences('place with CRLF', placesOf(judged), placesOf(crlf)));

  const { cells, by } = lower(example);
  const moved = await bench.open(example, cells);
  faults.push(...differences('finding further down', namesOf(judged), namesOf(moved)));
  faults.push(...differences('place further down', placesOf(judged), placesOf(moved, by)));
  return faults;
}

/** The fix of each « après » block gives that block; `code` is the page's rule. */
export async function checkRepairs(
  bench: Bench,
  example: Example,
  code: string,
): Promise<string[]> {
  const faults: string[] = [];
  for (const repair of example.repairs) {
    const judged = await bench.open(example, example.cells);
    const fixes = judged.findings
      .filter((finding) => finding.code === code)
      .flatMap((finding) => judged.fixes(finding));
    const fix = fixes.find(({ title }) => plain(title) === plain(repair.title));
    if (!fix) {
      const offered = fixes.map(({ title }) => `« ${title} »`).join(', ') || 'none';
      faults.push(`line ${repair.line}: no fix « ${repair.title} »; offered: ${offered}`);
      continue;
    }
    const shown = new Cells(example.notebook ? cellsOf(repair.text) : [repair.text]);
    const got = judged.cells.edited(fix.edits);
    if (got.text !== shown.text) {
      faults.push(
        `line ${repair.line}: « ${fix.title} » gives another text\n` +
          `--- the page\n${shown.text}\n--- the fix\n${got.text}`,
      );
    }
  }
  return faults;
}

/**
 * Every fix of every finding leaves a text that parses, without that finding and without a new one, with
 * its comments and its line ends; every finding can be silenced; taking all safe fixes ends.
 */
export async function checkFixes(bench: Bench, example: Example): Promise<string[]> {
  const { cells, findings, fixes, suppressions, fixAll } = await planOf(bench, example, false);
  const crlf = await planOf(bench, example, true);
  const faults: string[] = [];

  /** The cells after the edits, once what always holds is checked; undefined when they do not apply. */
  const apply = (name: string, edits: readonly TextEdit[]): Cells | undefined => {
    try {
      const after = cells.edited(edits);
      faults.push(...syntaxLosses(bench, cells, after).map((loss) => `${name}: ${loss}`));
      return after;
    } catch (error) {
      faults.push(`${name}: ${error}`);
      return undefined;
    }
  };
  const checkTwin = (name: string, after: Cells, edits: readonly TextEdit[] | undefined) => {
    const twin = edits && crlf.cells.edited(edits);
    if (twin?.sources.join('\0') !== withCrLf(after.sources).join('\0')) {
      faults.push(`${name}: another result with CRLF`);
    }
  };
  const namesAfter = async (after: Cells) => namesOf(await bench.open(example, after.sources));

  for (const [at, finding] of findings.entries()) {
    const others = namesOf({ findings: findings.filter((other) => other !== finding) });

    for (const [which, fix] of fixes[at]!.entries()) {
      const name = `${finding.code} « ${fix.title} »`;
      faults.push(...typographyFaults(fix.title).map((fault) => `${name}: ${fault}`));
      const after = apply(name, fix.edits);
      if (!after) continue;
      const left = extra(await namesAfter(after), others);
      faults.push(...left.map((found) => `${name}: leaves or brings ${found}`));
      checkTwin(name, after, crlf.fixes[at]?.[which]?.edits);
    }

    const name = `${finding.code}: silencing`;
    const silenced = apply(name, suppressions[at]!.edits);
    if (!silenced) continue;
    const comment = `# attendu: ignore[${finding.code}]`;
    if (!silenced.text.includes(comment)) faults.push(`${name}: writes no « ${comment} »`);
    const left = extra(await namesAfter(silenced), others);
    faults.push(...left.map((found) => `${name}: leaves or brings ${found}`));
  }

  const once = apply('fix all', fixAll);
  if (once) {
    checkTwin('fix all', once, crlf.fixAll);
    const again = await bench.open(example, once.sources);
    const brought = extra(namesOf(again), namesOf({ findings }));
    faults.push(...brought.map((found) => `fix all: brings ${found}`));
    const twice = again.cells.edited(again.fixAll().edits);
    if (twice.text !== once.text) faults.push('fix all: twice is not once');
  }
  return faults;
}

/** All that the core proposes for an example: plain data, which outlives the judging. */
async function planOf(bench: Bench, example: Example, crlf: boolean) {
  const judged = await bench.open(example, crlf ? withCrLf(example.cells) : example.cells);
  return {
    cells: judged.cells,
    findings: judged.findings,
    fixes: judged.findings.map((finding) => judged.fixes(finding)),
    suppressions: judged.findings.map((finding) => judged.suppression(finding)),
    fixAll: judged.fixAll().edits,
  };
}

function syntaxLosses(bench: Bench, before: Cells, after: Cells): string[] {
  const [was, is] = [before, after].map((cells) =>
    cells.sources.map((text) => bench.inspect(text)),
  );
  const damage = (seen: readonly Syntax[]) => seen.reduce((sum, { damaged }) => sum + damaged, 0);
  // A comment may come after one, on the same line.
  const comments = (seen: readonly Syntax[]) =>
    seen.flatMap((syntax) => syntax.comments.flatMap((comment) => comment.split(/\s+(?=#)/)));
  const losses = extra(comments(was!), comments(is!)).map((comment) => `loses « ${comment} »`);
  if (damage(is!) > damage(was!)) losses.push(`does not parse\n${after.text}`);
  return losses;
}

function withCrLf(cells: readonly string[]): string[] {
  return cells.map((text) => text.replace(/\n/g, '\r\n'));
}

/**
 * The same code lower in its file: other statements come first, below the comments at the top, which
 * may speak for the whole file. A notebook gets one more cell.
 */
function lower({ cells, notebook }: Example): { cells: readonly string[]; by: number } {
  const others = '\n\n\ndef _autre(valeur):\n    return valeur + 1\n\n\n';
  const height = others.split('\n').length - 1;
  if (notebook) return { cells: [others, ...cells], by: height + 1 };
  const text = cells[0]!;
  const top = /^(?:[ \t]*(?:#.*)?\n)*/.exec(text)![0];
  return { cells: [top + others + text.slice(top.length)], by: height };
}

/** Lines count from 0 in the example, which starts `by` lines below its file's start. */
function placesOf({ cells, findings }: Judged, by = 0): string[] {
  return findings.map(({ start, code }) => {
    const line = cells.text.slice(0, start).split('\n').length - 1;
    return `${line - by}: ${code}`;
  });
}

function namesOf({ findings }: Pick<Judged, 'findings'>): string[] {
  return findings.map(({ code, message }) => `${code} ${message}`);
}

function differences(what: string, wanted: readonly string[], got: readonly string[]): string[] {
  return [
    ...extra(wanted, got).map((name) => `missing ${what}: ${name}`),
    ...extra(got, wanted).map((name) => `unexpected ${what}: ${name}`),
  ];
}

/** What `some` holds more of than `others`, counting. */
function extra(some: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return some.filter((name) => {
    const at = left.indexOf(name);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Markdown allows no back quote in a fence's info. */
function plain(title: string): string {
  return title.replaceAll('`', '');
}
