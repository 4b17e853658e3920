/** Pages as readers see them: what speaks to the tests of a page is put into words, or left out. */

/** The page's Markdown for a reader; every block keeps its text, but for the marks of a symptom. */
export function forReaders(page: string): string {
  return page
    .replace(/^(```+)(\w+)(?:[ \t]+(.*))?$/gm, (_, fence: string, language: string, words = '') => {
      const caption = captionOf(words);
      const shown = language === 'sortie' ? 'text' : language;
      return `${caption === '' ? '' : `${caption}\n\n`}${fence}${shown}`;
    })
    .replace(/^! /gm, '');
}

/** French; empty when the block needs none. */
function captionOf(words: string): string {
  const fix = /«\s(.+?)\s»/.exec(words)?.[1];
  const file = /\bfichier=(\S+)/.exec(words)?.[1];
  const target = /\bcible=(\S+)/.exec(words)?.[1];
  const captions = [
    fix && `après «\u00a0${fix}\u00a0»`,
    file && `fichier \`${file}\``,
    /\bnotebook\b/.test(words) && 'dans un notebook',
    target && `pour Python ${target}`,
  ].filter((caption) => typeof caption === 'string');
  const caption = captions.join(', ');
  return caption === '' ? '' : `*${caption[0]!.toUpperCase()}${caption.slice(1)}\u00a0:*`;
}
