/**
 * What we find in the pinned packages, held against what was read by people: `test/ecosysteme/verdicts.txt`.
 *
 *     aiosmtpd==1.4.6                       a package
 *       aiosmtpd/smtp.py                    a file of it
 *         123 ATT301 vrai `f()` a reason    a finding: line, code, verdict, what its message names first
 *
 * Lines that start with `#` are comments. The name stands for the message, so that wording can change.
 */

import { spawnSync } from 'node:child_process';
import type { JsonFinding } from '../../server/src/cli/json.ts';

/** Right; wrong; right in words, but of no use to who wrote that code. `?`: not read yet. */
export type Verdict = 'vrai' | 'faux' | 'discutable' | '?';

/** A finding in a pinned package, told apart from every other. */
export interface Place {
  readonly pkg: string;
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly code: string;
  /** The first code that the message quotes, or nothing. */
  readonly subject: string;
}

export interface Finding extends Place {
  readonly severity: JsonFinding['severity'];
  readonly message: string;
}

export interface Reviewed extends Place {
  readonly verdict: Verdict;
  /** Why, when it is not plain to see; may be empty. */
  readonly reason: string;
}

export interface Comparison {
  /** Those found, with what was said of them. */
  readonly known: readonly (Finding & Reviewed)[];
  readonly added: readonly Finding[];
  readonly gone: readonly Reviewed[];
}

/** What the built command line finds in a package, checked alone in `folder` with every rule. */
export function findingsIn(cli: string, pkg: string, folder: string): Finding[] {
  const words = [cli, 'check', '--select', 'ALL', '--format', 'json', '.'];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0 && status !== 1) throw new Error(`${pkg}: ended with ${status}\n${stderr}`);
  const found: JsonFinding[] = JSON.parse(stdout);
  return found.map(({ path, code, severity, message, start }) => {
    const subject = (/`([^`]*)`/.exec(message)?.[1] ?? '').replace(/\s+/g, ' ');
    return { pkg, path, line: start.line, code, subject, severity, message };
  });
}

/** Throws on a line that it cannot read. */
export function parseVerdicts(text: string): Reviewed[] {
  const all: Reviewed[] = [];
  let pkg = '';
  let path = '';
  for (const [at, line] of text.split('\n').entries()) {
    const entry = /^ {4}(\d+) (ATT\d{3}) (vrai|faux|discutable|\?) `([^`]*)`(?: (.*))?$/.exec(line);
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    else if (entry !== null)
      all.push({
        pkg,
        path,
        line: Number(entry[1]),
        code: entry[2]!,
        verdict: entry[3] as Verdict,
        subject: entry[4]!,
        reason: entry[5] ?? '',
      });
    else if (/^ {2}\S/.test(line)) path = line.trim();
    else if (/^\S/.test(line)) pkg = line;
    else throw new Error(`line ${at + 1} of the verdicts cannot be read: ${line}`);
  }
  return all;
}

/** The text that `parseVerdicts` reads; `commentsOf` gives lines to show under an entry. */
export function formatVerdicts(
  reviewed: readonly Reviewed[],
  commentsOf: (of: Reviewed) => readonly string[] = () => [],
): string {
  const lines: string[] = [];
  let last: Reviewed | undefined;
  for (const entry of [...reviewed].sort(inOrder)) {
    const { pkg, path, line, code, verdict, subject, reason } = entry;
    if (pkg !== last?.pkg) lines.push(pkg);
    if (pkg !== last?.pkg || path !== last.path) lines.push(`  ${path}`);
    lines.push(`    ${line} ${code} ${verdict} \`${subject}\` ${reason}`.trimEnd());
    lines.push(...commentsOf(entry).map((comment) => `      # ${comment}`.trimEnd()));
    last = entry;
  }
  return `${lines.join('\n')}\n`;
}

export function compare(found: readonly Finding[], reviewed: readonly Reviewed[]): Comparison {
  const rest = new Map<string, Reviewed[]>();
  for (const entry of reviewed) rest.set(keyOf(entry), [...(rest.get(keyOf(entry)) ?? []), entry]);
  const known: (Finding & Reviewed)[] = [];
  const added: Finding[] = [];
  for (const finding of found) {
    // Several may stand on one line: each takes one.
    const entry = rest.get(keyOf(finding))?.shift();
    if (entry === undefined) added.push(finding);
    else known.push({ ...finding, ...entry });
  }
  return { known, added, gone: [...rest.values()].flat() };
}

/** `aiosmtpd==1.4.6 aiosmtpd/smtp.py:123 ATT301`. */
export function shownPlace({ pkg, path, line, code }: Place): string {
  return `${pkg} ${path}:${line} ${code}`;
}

function keyOf(place: Place): string {
  return `${shownPlace(place)} ${place.subject}`;
}

function inOrder(a: Place, b: Place): number {
  return (
    compared(a.pkg, b.pkg) ||
    compared(a.path, b.path) ||
    a.line - b.line ||
    compared(a.code, b.code) ||
    compared(a.subject, b.subject)
  );
}

function compared(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
