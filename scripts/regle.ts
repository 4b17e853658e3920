/**
 * Starts a rule: `npm run regle -- mon-slug ATT999` writes its module, its page and its edge cases, and
 * adds it to the index. The page's own example then fails until the rule reports it.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'server/src/rules');
const NBSP = '\u00a0';

const [slug = '', code = ''] = process.argv.slice(2);
if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug) || !/^ATT\d{3}$/.test(code)) {
  stop('usage: npm run regle -- mon-slug ATT999');
}
const name = slug.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const files = {
  [join(folder, `${slug}.ts`)]: moduleText(),
  [join(folder, `${slug}.md`)]: pageText(),
  [join(root, 'test/rules', `${slug}.md`)]: edgeCasesText(),
};
const taken = Object.keys(files).find((path) => existsSync(path));
if (taken) stop(`${taken} exists already`);
const index = join(folder, 'index.ts');
const indexed = withRule(readFileSync(index, 'utf8'));
for (const [path, text] of Object.entries(files)) writeFileSync(path, text);
writeFileSync(index, indexed);
console.log(Object.keys(files).join('\n'));

/** The index with the rule: imports in the order of paths, rules in the order of codes. */
function withRule(text: string): string {
  const imports = text.match(/^import .*;\n/gm)!;
  const list = /(?<=const rules: readonly Rule\[\] = \[\n)[\s\S]*?(?=\];)/;
  const codes = new Map([[name, code]]);
  for (const line of imports) {
    const rule = /^import \{ (\w+) \} from '(.+)';/.exec(line);
    if (rule) codes.set(rule[1]!, codeIn(rule[2]!));
  }
  if ([...codes].some(([other, its]) => its === code && other !== name)) {
    stop(`${code} is the code of another rule`);
  }
  const sorted = inOrder([...imports, `import { ${name} } from './${slug}.ts';\n`]);
  const names = [...codes.keys()].sort((a, b) => codes.get(a)!.localeCompare(codes.get(b)!));
  return text
    .replace(imports.join(''), sorted.join(''))
    .replace(list, names.map((rule) => `  ${rule},\n`).join(''));
}

/** Imports as Biome wants them: by path. */
function inOrder(imports: readonly string[]): string[] {
  const pathOf = (line: string) => line.split("'")[1]!;
  return [...imports].sort((a, b) => pathOf(a).localeCompare(pathOf(b)));
}

function codeIn(path: string): string {
  return /code: '(ATT\d{3})'/.exec(readFileSync(join(folder, path), 'utf8'))![1]!;
}

function moduleText(): string {
  const imports = inOrder([
    `import page from './${slug}.md';\n`,
    "import type { Rule } from './rule.ts';\n",
  ]);
  return `${imports.join('')}
export const ${name}: Rule = {
  code: '${code}',
  slug: '${slug}',
  level: 'warning',
  peers: [],
  page,
  handlers: {},
};
`;
}

function pageText(): string {
  return `# À écrire${NBSP}: le titre

À écrire${NBSP}: une phrase.

## Ce qui se passe

À écrire${NBSP}: ce que fait Python, avec le message qu’il affiche.

\`\`\`python avant
print("à écrire")  # ${code}
\`\`\`

\`\`\`python après «${NBSP}À écrire${NBSP}»
print("écrit")
\`\`\`

## Pourquoi c’est un piège

À écrire.

## Comment corriger

À écrire.

## Quand l’ignorer

À écrire.

## Références

- À écrire.
`;
}

function edgeCasesText(): string {
  return `# ${code}${NBSP}: ${slug}

## Ce qui n’est pas relevé

\`\`\`python
print("à écrire")
\`\`\`
`;
}

function stop(problem: string): never {
  console.error(problem);
  process.exit(1);
}
