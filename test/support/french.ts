/** Spelling and grammar of French, by Grammalecte. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aptInstall, onPath } from '../../scripts/apt.ts';

/** Grammalecte's program, installed where that can be done; undefined elsewhere. */
export function findGrammalecte(): string | undefined {
  if (!onPath('grammalecte-cli')) aptInstall('Grammalecte', ['grammalecte-cli']);
  return onPath('grammalecte-cli');
}

/** Typography is checked elsewhere, by rules of our own. */
const OPTIONS_OFF = ['apos', 'nbsp', 'num', 'typo', 'esp', 'tab', 'unit', 'maj'];

/** A word of no gender, no number and no spelling, in the place of code. */
const CODE = 'Zyx';

/**
 * What Grammalecte says of each Markdown text, one complaint a line with the words around it; `known` words
 * are spelled as they should.
 */
export function frenchFaults(
  program: string,
  texts: readonly string[],
  known: ReadonlySet<string>,
): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'attendu-francais-'));
  try {
    const file = join(folder, 'textes.txt');
    // One program's start for all: texts are told apart by the lines that they fill.
    const owners: number[] = [];
    const lines = texts.flatMap((text, at) => {
      const own = proseOf(text).split('\n');
      owners.push(...own.map(() => at));
      return own;
    });
    writeFileSync(file, lines.join('\n'));
    const args = ['--file', file, '--json', '--context', '--opt_off', ...OPTIONS_OFF];
    const printed = execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
    const { data } = JSON.parse(printed.slice(printed.indexOf('{'))) as Report;
    const faults: string[][] = texts.map(() => []);
    for (const { iParagraph, lGrammarErrors, lSpellingErrors } of data) {
      const of = faults[owners[iParagraph - 1]!]!;
      const line = lines[iParagraph - 1]!;
      for (const { nStart, nEnd, sMessage, sRuleId } of lGrammarErrors)
        if (!isMisled(sRuleId, line.slice(nStart, nEnd)))
          of.push(`${around(line, nStart, nEnd)}: ${sMessage} (${sRuleId})`);
      for (const { nStart, nEnd, sValue } of lSpellingErrors)
        if (sValue.replaceAll(CODE, '') !== '' && !known.has(sValue))
          of.push(`${around(line, nStart, nEnd)}: « ${sValue} » n’est pas connu`);
    }
    return faults;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Report {
  readonly data: readonly {
    readonly iParagraph: number;
    readonly lGrammarErrors: readonly {
      readonly nStart: number;
      readonly nEnd: number;
      readonly sMessage: string;
      readonly sRuleId: string;
    }[];
    readonly lSpellingErrors: readonly {
      readonly nStart: number;
      readonly nEnd: number;
      readonly sValue: string;
    }[];
  }[];
}

/**
 * Rules that our way of writing misleads: a sheet's first sentence has no subject (« Rend la boucle »), « objet
 * coroutine » is two nouns, and what has a beginning has an end, not hunger.
 */
function isMisled(rule: string, underlined: string): boolean {
  return (
    /^gv1__imp_verbe|__conf_faim_fin_/.test(rule) ||
    underlined.includes(CODE) ||
    underlined.startsWith('coroutine')
  );
}

function around(line: string, start: number, end: number): string {
  return `…${line.slice(Math.max(0, start - 30), end + 20)}…`;
}

/** Each paragraph, list item and cell of the prose on a line of its own, without marks. */
function proseOf(markdown: string): string {
  return (
    markdown
      .replace(/^(`{3,}|~{3,}).*\n[\s\S]*?^\1[ \t]*$/gm, '')
      .replace(/<!--[\s\S]*?-->/g, '')
      .replace(/\n[ \t]*(?![\s|#*-]|\d+\.)/g, ' ')
      .replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, CODE)
      .replace(/<[a-z/][^>\n]*>/gi, '')
      .replace(/!?\[([^\]]*)\]\([^)\n]*\)/g, '$1')
      .replace(/\b[a-z][a-z+.-]*:\/\/\S+/gi, CODE)
      // Codes of rules, names of files and of releases.
      .replace(
        /\b[A-Z]+\d+(?:xx)?\b|\bPEP\s\d+|\b\w+(?:-\w+)*(?:\.[a-z]{2,5}\b|(?= \d+\.\d)|\/)/g,
        CODE,
      )
      .replace(/^\|.*$/gm, (row) => row.replace(/\|[ :|-]*/g, '\n'))
      .replace(/^[ \t]*(?:#+|[-*]|\d+\.)[ \t]+/gm, '')
      .replace(/\*\*|(?<!\w)\*|\*(?!\w)|(?<!\w)_|_(?!\w)/g, '')
  );
}
