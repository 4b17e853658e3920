import { diffLines, type Hunk } from '../lint/index.ts';

/** Unchanged lines shown around a change. */
const CONTEXT = 3;

/** The difference as `diff -u` writes it, which `patch` and `git apply` read; empty without one. */
export function unifiedDiff(path: string, before: string, after: string): string {
  const a = linesOf(before);
  const b = linesOf(after);
  const groups: Hunk[][] = [];
  for (const hunk of diffLines(a, b)) {
    const last = groups.at(-1);
    if (last && hunk.aStart - last.at(-1)!.aEnd <= 2 * CONTEXT) last.push(hunk);
    else groups.push([hunk]);
  }
  if (groups.length === 0) return '';
  return `--- ${path}\n+++ ${path}\n${groups.map((group) => groupText(a, b, group)).join('')}`;
}

/** Lines as `diff` knows them: only `\n` ends one. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function groupText(a: readonly string[], b: readonly string[], hunks: readonly Hunk[]): string {
  const [first, last] = [hunks[0]!, hunks.at(-1)!];
  const before = Math.min(CONTEXT, first.aStart);
  const after = Math.min(CONTEXT, a.length - last.aEnd);
  const range = (start: number, end: number) => `${end > start ? start + 1 : start},${end - start}`;
  const aRange = range(first.aStart - before, last.aEnd + after);
  const bRange = range(first.bStart - before, last.bEnd + after);
  let out = `@@ -${aRange} +${bRange} @@\n`;
  let at = first.aStart - before;
  const add = (sign: string, lines: readonly string[]) => {
    for (const line of lines) {
      out += sign + line + (line.endsWith('\n') ? '' : '\n\\ No newline at end of file\n');
    }
  };
  for (const hunk of hunks) {
    add(' ', a.slice(at, hunk.aStart));
    add('-', a.slice(hunk.aStart, hunk.aEnd));
    add('+', b.slice(hunk.bStart, hunk.bEnd));
    at = hunk.aEnd;
  }
  add(' ', a.slice(at, last.aEnd + after));
  return out;
}
