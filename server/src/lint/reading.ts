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
  const fix = /« (.+?) »/.exec(words)?.[1];
  const file = /\bfichier=(\S+)/.exec(words)?.[1];
  const target = /\bcible=(\S+)/.exec(words)?.[1];
  const captions = [
    fix && `Après « ${fix} »`,
    file && `Fichier \`${file}\``,
    /\bnotebook\b/.test(words) && 'Dans un notebook',
    target && `Pour Python ${target}`,
  ].filter((caption) => typeof caption === 'string');
  return captions.length === 0 ? '' : `*${captions.join(', ')}\u00a0:*`;
}
