/** Writes THIRD_PARTY_NOTICES.md, after a build: `npm run notices`. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** Shipped without the bundler's knowledge. */
const GRAMMAR = 'node_modules/tree-sitter-python';
const TYPESHED = 'node_modules/pyright/dist/typeshed-fallback';

/** One work of others that we ship. */
interface Work {
  name: string;
  /** SPDX expression. */
  license: string;
  /** The licence, verbatim. */
  text: string;
}

/** The licences of all that the last build (`dist/inputs.json`) took in; each text once, in Markdown. */
export function thirdPartyNotices(): string {
  const inputs: string[] = JSON.parse(readFileSync(join(ROOT, 'dist/inputs.json'), 'utf8'));
  const folders = inputs.flatMap(
    (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
  );
  const packages = [...new Set([...folders, GRAMMAR])].map(packageIn);
  const works = [...packages, typeshed()].sort((a, b) => compare(a.name, b.name));
  const texts = [...new Set(works.map(({ text }) => text))];
  const sections = texts.map((text) => section(works.filter((work) => work.text === text)));
  return [INTRODUCTION, ...sections].join('\n');
}

const INTRODUCTION = `# Third-party notices

Attendu contains the following works, or parts of them, under their own licences.
`;

function packageIn(folder: string): Work {
  const { name, version, license } = JSON.parse(
    readFileSync(join(ROOT, folder, 'package.json'), 'utf8'),
  );
  return { name: `${name} ${version}`, license, text: licenceIn(folder) };
}

/** The facts on the standard library are drawn from its stubs, which are no npm package. */
function typeshed(): Work {
  const commit = readFileSync(join(ROOT, TYPESHED, 'commit.txt'), 'utf8').trim();
  const name = `typeshed ${commit.slice(0, 7)} (facts on the standard library, rearranged)`;
  return { name, license: 'Apache-2.0 AND MIT', text: licenceIn(TYPESHED) };
}

function licenceIn(folder: string): string {
  const file = readdirSync(join(ROOT, folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${folder} has no licence file`);
  return readFileSync(join(ROOT, folder, file), 'utf8')
    .replaceAll('\r\n', '\n')
    .trim();
}

function section(works: Work[]): string {
  const titles = works.map(({ name, license }) => `- ${name}, ${license}`);
  return `---\n\n${titles.join('\n')}\n\n\`\`\`text\n${works[0]!.text}\n\`\`\`\n`;
}

/** The same order on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(join(ROOT, 'THIRD_PARTY_NOTICES.md'), thirdPartyNotices());
}
