/** Applying edits, and taking many fixes at once. */
import type { Fix, TextEdit } from '../rules/rule.ts';
import { diffLines, splitLines } from './diff.ts';

export type LineEnding = '\n' | '\r\n' | '\r';

/** The line ending of most lines: `\n` when there is none. */
export function lineEndingOf(text: string): LineEnding {
  const counts = { '\n': 0, '\r\n': 0, '\r': 0 };
  for (const [end] of text.matchAll(/\r\n|\n|\r/g)) counts[end as LineEnding]++;
  if (counts['\r\n'] > counts['\n']) return '\r\n';
  return counts['\r'] > counts['\n'] ? '\r' : '\n';
}

/** The edits with the line ending of their text: rules write `\n`. */
export function withLineEnding(ending: LineEnding, edits: readonly TextEdit[]): TextEdit[] {
  return edits.map((edit) => ({ ...edit, newText: edit.newText.replace(/\r\n|\n|\r/g, ending) }));
}

/** The edits in order of place, those at one place in their own order. Throws when two overlap. */
export function sortedEdits(edits: readonly TextEdit[]): TextEdit[] {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  sorted.forEach((edit, i) => {
    if (edit.start > edit.end || (i > 0 && sorted[i - 1]!.end > edit.start)) {
      throw new Error(`edits overlap at offset ${edit.start}`);
    }
  });
  return sorted;
}

/** The text after the edits. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let out = '';
  let at = 0;
  for (const edit of sortedEdits(edits)) {
    out += text.slice(at, edit.start) + edit.newText;
    at = edit.end;
  }
  return out + text.slice(at);
}

/**
 * As many of the fixes, in order, as go together. Two that so much as touch do not: which goes first
 * would then be a guess, and what they bring twice (an import) would come twice.
 */
export function compatibleFixes(fixes: readonly Fix[]): Fix[] {
  const taken: Fix[] = [];
  const ranges: TextEdit[] = [];
  for (const fix of fixes) {
    if (fix.edits.length === 0) continue;
    const touches = fix.edits.some((edit) =>
      ranges.some((other) => edit.start <= other.end && other.start <= edit.end),
    );
    if (touches) continue;
    taken.push(fix);
    ranges.push(...fix.edits);
  }
  return taken;
}

/** Enough for fixes that uncover one another; a pair that undoes itself stops here. */
const MOST_ROUNDS = 20;

/** What `compose` works on: a document that can be looked at, and changed into another. */
export interface Fixable<D> {
  /** The fixes to take in the document as it stands: at most one a finding. */
  fixes(document: D): readonly Fix[];
  edited(document: D, edits: readonly TextEdit[]): D;
}

/** Takes fixes that go together, looks again, until there is none left. */
export function compose<D>(
  document: D,
  { fixes, edited }: Fixable<D>,
): { readonly document: D; readonly applied: number } {
  let applied = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const taken = compatibleFixes(fixes(document));
    if (taken.length === 0) break;
    document = edited(
      document,
      taken.flatMap((fix) => fix.edits),
    );
    applied += taken.length;
  }
  return { document, applied };
}

/** A short list of edits that turns one text into the other: changed lines, trimmed to what differs. */
export function editsBetween(before: string, after: string): TextEdit[] {
  const a = splitLines(before);
  const b = splitLines(after);
  const aOffsets = offsets(a);
  const bOffsets = offsets(b);
  return diffLines(a, b).map((hunk) =>
    trimmed(before, {
      start: aOffsets[hunk.aStart]!,
      end: aOffsets[hunk.aEnd]!,
      newText: after.slice(bOffsets[hunk.bStart]!, bOffsets[hunk.bEnd]!),
    }),
  );
}

function offsets(lines: readonly string[]): number[] {
  const starts = [0];
  for (const line of lines) starts.push(starts.at(-1)! + line.length);
  return starts;
}

function trimmed(text: string, edit: TextEdit): TextEdit {
  let { start, end, newText } = edit;
  let left = 0;
  while (start + left < end && left < newText.length && text[start + left] === newText[left])
    left++;
  left -= splitsCharacter(text, start + left) || splitsCharacter(newText, left) ? 1 : 0;
  start += left;
  newText = newText.slice(left);
  let right = 0;
  while (
    end - right > start &&
    right < newText.length &&
    text[end - right - 1] === newText[newText.length - right - 1]
  ) {
    right++;
  }
  const cut = newText.length - right;
  right -= splitsCharacter(text, end - right) || splitsCharacter(newText, cut) ? 1 : 0;
  return { start, end: end - right, newText: newText.slice(0, newText.length - right) };
}

/** Whether the offset falls inside a surrogate pair, or between `\r` and `\n`. */
function splitsCharacter(text: string, offset: number): boolean {
  return /^(?:[\ud800-\udbff][\udc00-\udfff]|\r\n)$/.test(text.slice(offset - 1, offset + 1));
}
