import data from './stdlib.json' with { type: 'json' };

/** Where the facts come from. */
export const origin = data;

/** The facts of each module, in the notation that README.md tells, by the module's full name. */
export const moduleTexts: ReadonlyMap<string, string> = new Map(Object.entries(data.modules));

/** Splits where the separator is not inside brackets: by default, a class's braces. */
export function splitOutside(text: string, separator: string, [open, close] = '{}'): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === open) depth++;
    else if (character === close) depth--;
    else if (depth === 0 && character === separator) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
