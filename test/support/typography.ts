/** Checks the typography of French text in Markdown: a page, a message, a title. */

/** One complaint per breach, each with the words around it; empty when all is well. */
export function typographyFaults(markdown: string): string[] {
  return proseLines(markdown).flatMap(({ text, line }) =>
    faults.flatMap(({ pattern, name }) =>
      [...text.matchAll(pattern)].map((match) => {
        const around = text.slice(Math.max(0, match.index - 20), match.index + 20).trim();
        return `line ${line}: ${name}: ${around}`;
      }),
    ),
  );
}

const faults = [
  { name: 'straight apostrophe', pattern: /(?<=[\p{L}\d])'(?=[\p{L}\d«])/gu },
  { name: 'straight quotation mark', pattern: /"/g },
  { name: 'three dots for an ellipsis', pattern: /\.\.\./g },
  { name: 'no no-break space after «', pattern: /«(?![\u00a0\u202f])/g },
  { name: 'no no-break space before »', pattern: /(?<![\u00a0\u202f])»/g },
  { name: 'no no-break space before ;', pattern: /(?<![\u00a0\u202f]);/g },
  // `?!` and `(?)` are one sign; a colon also stands in 12:30.
  { name: 'no no-break space before ! or ?', pattern: /(?<![\u00a0\u202f!?(])[!?]/g },
  { name: 'no no-break space before :', pattern: /(?<![\u00a0\u202f])(?<!\d(?=:\d)):/g },
  { name: 'no no-break space before %', pattern: /(?<![\u00a0\u202f])%/g },
];

/** Lines without what is not prose; what is taken out of a sentence leaves a letter in its place. */
function proseLines(markdown: string): { text: string; line: number }[] {
  const blank = (taken: string) => taken.replace(/[^\n]+/g, '');
  return markdown
    .replace(/^(`{3,}|~{3,}).*\n[\s\S]*?^\1[ \t]*$/gm, blank)
    .replace(/<!--[\s\S]*?-->/g, blank)
    .replace(/^\[[^\]\n]+\]:.*$/gm, '')
    .replace(/^\|?[ :|-]+\|?$/gm, '')
    .replace(/(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, 'x')
    .replace(/<[a-z/][^>\n]*>/gi, '')
    .replace(/!\[/g, '[')
    .replace(/\]\([^)\n]*\)/g, ']')
    .replace(/\[!\w+\]/g, '')
    .replace(/\b[a-z][a-z+.-]*:\/\/\S+/gi, 'x')
    .replace(/&\w+;/g, 'x')
    .split('\n')
    .map((text, at) => ({ text, line: at + 1 }));
}
