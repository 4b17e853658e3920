/** Text of the user's program (a name, a piece of source) inside Markdown, where it must not act. */

/** Escapes what Markdown or HTML would read as more than text. Line ends become spaces. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .replace(/[\\`*_{}[\]()#+\-!|<>&~$]/g, '\\$&')
    .replace(/^(\d+)\./, '$1\\.')
    .replace(/(https?|ftp|mailto|www)(?=[:.])/gi, '$1&#8203;');
}

/** A code span showing exactly `text`, backticks included; line ends become spaces. */
export function codeSpan(text: string): string {
  const flat = text.replace(/[\r\n]+/g, ' ');
  if (flat === '') return '';
  const runs = flat.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const padded = /^`|`$|^ .*\S.* $/.test(flat) ? ` ${flat} ` : flat;
  return `${fence}${padded}${fence}`;
}

/**
 * A finding's message as Markdown: pairs of backticks stay code spans, the rest is escaped. A
 * message is written by us around names that we do not choose.
 */
export function messageMarkdown(message: string): string {
  return message
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 ? codeSpan(part.slice(1, -1)) : escapeMarkdown(part)))
    .join('');
}
