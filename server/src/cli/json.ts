/**
 * `--format json`. Its form is public: fields may be added, none changes. Lines and columns count from
 * 1, columns in code points; in notebooks each place is within its `cell`, counted from 0 among
 * the code cells.
 */
import type { Place, Places } from './places.ts';
import type { FileReport } from './report.ts';

export interface JsonFinding {
  /** As the user named it. */
  readonly path: string;
  /** Only in notebooks: that of `start`. */
  readonly cell?: number;
  readonly code: string;
  readonly slug: string;
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  /** French. */
  readonly message: string;
  readonly start: JsonPosition;
  readonly end: JsonPosition;
  readonly related: readonly (JsonRange & { readonly path: string; readonly message: string })[];
  readonly fixes: readonly {
    readonly title: string;
    readonly applicability: 'safe' | 'review';
    readonly edits: readonly (JsonRange & { readonly newText: string })[];
  }[];
}

export interface JsonPosition {
  readonly line: number;
  readonly column: number;
}

export interface JsonRange {
  readonly cell?: number;
  readonly start: JsonPosition;
  readonly end: JsonPosition;
}

/** The findings of all files, in order, as a JSON array. */
export function jsonReport(reports: readonly FileReport[]): string {
  const all: readonly JsonFinding[] = reports.flatMap(({ target, places, findings }) =>
    findings.map(({ finding, fixes, related }) => ({
      path: target.shown,
      code: finding.code,
      slug: finding.slug,
      severity: finding.level,
      message: finding.message,
      ...range(places, finding.start, finding.end),
      related: related.map((other) => ({
        path: other.shown,
        ...range(other.places, other.start, other.end),
        message: other.message,
      })),
      fixes: fixes.map(({ title, applicability, edits }) => ({
        title,
        applicability,
        edits: edits.map(({ start, end, newText }) => ({ ...range(places, start, end), newText })),
      })),
    })),
  );
  return `${JSON.stringify(all, undefined, 2)}\n`;
}

function range(places: Places, start: number, end: number): JsonRange {
  const first = places.place(start);
  const cell = first.cell === undefined ? {} : { cell: first.cell };
  return { ...cell, start: position(first), end: position(places.place(end)) };
}

function position({ line, column }: Place): JsonPosition {
  return { line, column };
}
