/** `--format text`: what a person reads in a terminal. */
import { ruleByCode } from '../lint/index.ts';
import { excerpt } from './excerpt.ts';
import type { Places } from './places.ts';
import type { FileReport, ReportedFinding } from './report.ts';
import { harmless, type Paint, type Style } from './terminal.ts';
import { count, LEVEL_NAMES } from './words.ts';

type Level = ReportedFinding['finding']['level'];

const STYLES: Readonly<Record<Level, Style>> = {
  error: 'red',
  warning: 'yellow',
  information: 'blue',
  hint: 'cyan',
};

/** Each finding with its line of source, its related places and its repairs. */
export function textReport(reports: readonly FileReport[], paint: Paint): string {
  return reports
    .flatMap(({ target, places, findings }) =>
      findings.map((reported) => findingText(target.shown, places, reported, paint)),
    )
    .join('\n');
}

/** One line a rule, the most frequent first. */
export function statisticsText(reports: readonly FileReport[], paint: Paint): string {
  const counts = new Map<string, number>();
  for (const { finding } of reports.flatMap(({ findings }) => findings)) {
    counts.set(finding.code, (counts.get(finding.code) ?? 0) + 1);
  }
  const rows = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const digits = String(rows[0]?.[1] ?? '').length;
  return rows
    .map(([code, n]) => {
      const slug = ruleByCode(code)?.slug ?? '';
      return `${String(n).padStart(digits)}  ${paint('bold', code)}  ${slug}\n`;
    })
    .join('');
}

/** `3 erreurs, 1 avertissement dans 2 fichiers.`, and what `--fix` would do about it. */
export function summaryText(reports: readonly FileReport[]): string {
  const withFindings = reports.filter(({ findings }) => findings.length > 0);
  if (reports.length === 0) return 'Aucun fichier à vérifier.\n';
  if (withFindings.length === 0) {
    return `Aucun problème dans ${count(reports.length, 'fichier')}.\n`;
  }
  const all = withFindings.flatMap(({ findings }) => findings);
  const counts = (Object.keys(STYLES) as Level[])
    .map((level) => ({ level, n: all.filter(({ finding }) => finding.level === level).length }))
    .filter(({ n }) => n > 0)
    .map(({ level, n }) => count(n, LEVEL_NAMES[level]));
  const safe = all.filter(({ fixes }) => fixes.some((fix) => fix.applicability === 'safe')).length;
  const offer =
    safe === 0
      ? ''
      : `${count(safe, 'correction sûre', 'corrections sûres')} possible${safe >= 2 ? 's' : ''} avec --fix.\n`;
  return `${counts.join(', ')} dans ${count(withFindings.length, 'fichier')}.\n${offer}`;
}

function findingText(
  shown: string,
  places: Places,
  { finding, fixes, related }: ReportedFinding,
  paint: Paint,
): string {
  const word = LEVEL_NAMES[finding.level];
  const style = STYLES[finding.level];
  const lines = [
    `${paint('bold', placeText(shown, places, finding.start))}  ${paint('bold', finding.code)} ${paint(style, word)}  ${harmless(finding.message)}`,
    ...excerpt(places, finding.start, finding.end, style, paint),
    ...related.map(({ shown: other, places: there, start, message }) => {
      return `    ${placeText(other, there, start)}\u00a0: ${harmless(message)}`;
    }),
    ...fixes.map(({ title, applicability }) => {
      const kind = applicability === 'safe' ? 'sûre' : 'à relire';
      return `    ${paint('green', 'Correction')}\u00a0: ${harmless(title)} (${kind})`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

/** `chemin:ligne:colonne`, with the cell (counted from 1, as people do) in a notebook. */
function placeText(shown: string, places: Places, offset: number): string {
  const { cell, line, column } = places.place(offset);
  const within = cell === undefined ? '' : `cellule ${cell + 1}:`;
  return `${harmless(shown)}:${within}${line}:${column}`;
}
