/**
 * Reads the pages of the rules (`server/src/rules/<slug>.md`) and their edge cases
 * (`test/rules/<slug>.md`) into examples that can be executed. The format:
 *
 * - a `python` block is judged with the page's own rule and those it marks; on a rule's page, also with those
 *   of level error, warning or information. A line that ends with `# ATT101` (or `# ATT101 ATT301`) carries a finding of each of these codes, which starts
 *   on that line; nothing else is reported. The mark is for the test: what is judged does not hold it;
 * - words after `python` say more: `cible=3.9` (the Python aimed at), `notebook` (cells parted by
 *   lines `# %%`), `fichier=nom.py` (the block's file name);
 * - a block of any language with `fichier=` is a file beside every other block of its section;
 * - `python avant`, then `python après « titre »` blocks: the fix of that title turns one into the
 *   other. Back quotes of the title are left out, as Markdown allows none there. What comes after is
 *   judged as any other block, hence clean when it has no mark;
 * - a `sortie` block is what CPython prints when it runs the `python` block just above: its lines appear
 *   in this order, other lines may stand between them, `…` stands for any text. Lines that start
 *   with `! ` are the symptom, else its first line is: every fix makes the symptom go. `sortie depuis=3.12`
 *   holds from that Python on.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A page cut into sections; lines count from 1. */
export interface Page {
  /** From the root of the repository. */
  readonly path: string;
  readonly slug: string;
  /** The text after `# `; empty when there is none. */
  readonly title: string;
  /** The first paragraph below the title. */
  readonly lead: string;
  readonly sections: readonly Section[];
}

export interface Section {
  /** The text after `## `; empty for what stands above the first one. */
  readonly title: string;
  /** Prose only, without the code blocks. */
  readonly prose: string;
  readonly blocks: readonly CodeBlock[];
}

export interface CodeBlock {
  readonly language: string;
  /** What follows the language on the fence's line. */
  readonly info: string;
  /** Lines ended by `\n`, indented as the fence is not. */
  readonly text: string;
  /** The fence's line in the page. */
  readonly line: number;
}

/** One `python` block and what the page says of it. */
export interface Example {
  readonly page: string;
  readonly slug: string;
  /** The fence's line in the page. */
  readonly line: number;
  readonly fileName: string;
  /** A notebook's cells, or the one text of a module; without marks. */
  readonly cells: readonly string[];
  readonly notebook: boolean;
  /** The Python aimed at, such as `3.9`; undefined for the default. */
  readonly target: string | undefined;
  readonly marks: readonly Mark[];
  /** What else lies in its folder, by file name. */
  readonly companions: ReadonlyMap<string, string>;
  readonly repairs: readonly Repair[];
  /** True for the result of a repair. */
  readonly repaired: boolean;
  readonly output: Output | undefined;
}

/** A finding that an example announces; `line` counts from 0 in the example's text. */
export interface Mark {
  readonly line: number;
  readonly code: string;
}

/** The result announced for the fix of that title. */
export interface Repair {
  readonly title: string;
  readonly line: number;
  readonly text: string;
}

export interface Output {
  readonly line: number;
  readonly lines: readonly string[];
  /** Those of `lines` that every fix makes go. */
  readonly symptom: readonly string[];
  /** The first Python that prints it, such as `3.12`. */
  readonly since: string | undefined;
}

export const rulePages = 'server/src/rules';
export const edgeCasePages = 'test/rules';

const root = join(import.meta.dirname, '../..');

/** The pages of a folder given from the root, by name. */
export function readPages(folder: string): Page[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => readPage(join(folder, name), readFileSync(join(root, folder, name), 'utf8')));
}

/** Throws on a code block that would not be seen. */
export function readPage(path: string, markdown: string): Page {
  const sections = [{ title: '', prose: '', blocks: [] as CodeBlock[] }];
  let title = '';
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const section = sections.at(-1)!;
    const fence = /^(`{3,}|~{3,})(\S*)\s*(.*?)\s*$/.exec(line);
    if (fence) {
      const close = lines.indexOf(fence[1]!, at + 1);
      if (close < 0) throw new Error(`${path}:${at + 1}: the code block has no end`);
      const text = lines.slice(at + 1, close).map((codeLine) => `${codeLine}\n`);
      section.blocks.push({
        language: fence[2]!,
        info: fence[3]!,
        text: text.join(''),
        line: at + 1,
      });
      at = close;
    } else if (/^\s+(`{3}|~{3})/.test(line)) {
      throw new Error(`${path}:${at + 1}: a code block in a list is not executed`);
    } else if (line.startsWith('## ')) {
      sections.push({ title: line.slice(3).trim(), prose: '', blocks: [] });
    } else if (line.startsWith('# ') && !title) {
      title = line.slice(2).trim();
    } else {
      section.prose += `${line}\n`;
    }
  }
  const lead = sections[0]!.prose.trim().split(/\n\s*\n/)[0]!;
  return { path, slug: basename(path, '.md'), title, lead, sections };
}

/** The examples of a page, in order. Throws on what the format does not know. */
export function examplesOf(page: Page): Example[] {
  return page.sections.flatMap((section) => examplesOfSection(page, section));
}

/** The lines of `wanted` found in this order in `printed`: the first that is not, or undefined. */
export function firstMissingLine(wanted: readonly string[], printed: string): string | undefined {
  const rest = printed.split('\n');
  return wanted.find((line) => {
    const found = rest.findIndex((candidate) => linePattern(line).test(candidate));
    rest.splice(0, found + 1);
    return found < 0;
  });
}

/** True when some line of `printed` is one of the `symptom`. */
export function showsSymptom(symptom: readonly string[], printed: string): boolean {
  return printed
    .split('\n')
    .some((candidate) => symptom.some((line) => linePattern(line).test(candidate)));
}

function examplesOfSection(page: Page, section: Section): Example[] {
  const files = filesOf(page, section);
  const programs = section.blocks
    .filter((block) => block.language === 'python')
    .map((block) => ({ block, options: optionsOf(page, block) }));
  let before: Options | undefined;
  return programs.map(({ block, options }, at) => {
    const repaired = options.repair !== undefined;
    if (!repaired) before = options.before ? options : undefined;
    else if (!before) fail(page, block, 'no « avant » block above it');
    const { notebook, target, fileName: name } = before ?? options;
    const fileName = name ?? (notebook ? 'exemple.ipynb' : 'exemple.py');
    const { text, marks } = unmark(block.text);
    const next = programs.findIndex((other, i) => i > at && other.options.repair === undefined);
    const repairs = options.before ? programs.slice(at + 1, next < 0 ? undefined : next) : [];
    if (options.before && !repairs.length) fail(page, block, 'no « après » block below it');
    return {
      page: page.path,
      slug: page.slug,
      line: block.line,
      fileName,
      cells: notebook ? cellsOf(text) : [text],
      notebook,
      target,
      marks,
      companions: new Map([...files].filter(([other]) => other !== fileName)),
      repairs: repairs.map((repair) => ({
        title: repair.options.repair!,
        line: repair.block.line,
        text: unmark(repair.block.text).text,
      })),
      repaired,
      output: outputOf(page, section.blocks[section.blocks.indexOf(block) + 1]),
    };
  });
}

function filesOf(page: Page, section: Section): Map<string, string> {
  const files = new Map<string, string>();
  section.blocks.forEach((block, at) => {
    if (block.language === 'sortie' && section.blocks[at - 1]?.language !== 'python') {
      fail(page, block, 'no program above it');
    }
    const name = optionsOf(page, block).fileName;
    if (name === undefined) return;
    if (files.has(name)) fail(page, block, `the section already has a file ${name}`);
    files.set(name, unmark(block.text).text);
  });
  return files;
}

interface Options {
  fileName: string | undefined;
  target: string | undefined;
  notebook: boolean;
  before: boolean;
  /** The fix's title, for an « après » block. */
  repair: string | undefined;
}

function optionsOf(page: Page, block: CodeBlock): Options {
  const options: Options = {
    fileName: /(?:^|\s)fichier=(\S+)/.exec(block.info)?.[1],
    target: undefined,
    notebook: false,
    before: false,
    repair: undefined,
  };
  if (block.language !== 'python') return options;
  const after = /^après «[ \u00a0\u202f](.+)[ \u00a0\u202f]»$/.exec(block.info);
  if (after) return { ...options, fileName: undefined, repair: after[1] };
  for (const word of block.info.split(/\s+/).filter(Boolean)) {
    const [key, value] = word.split('=');
    if (key === 'cible' && /^3\.\d+$/.test(value ?? '')) options.target = value;
    else if (word === 'notebook') options.notebook = true;
    else if (word === 'avant') options.before = true;
    else if (key !== 'fichier') fail(page, block, `« ${word} » means nothing here`);
  }
  return options;
}

function outputOf(page: Page, block: CodeBlock | undefined): Output | undefined {
  if (block?.language !== 'sortie') return undefined;
  const since = /^depuis=(3\.\d+)$/.exec(block.info)?.[1];
  if (block.info && !since) fail(page, block, `« ${block.info} » means nothing here`);
  const written = block.text.split('\n').filter((line) => line.trim());
  const marked = written.filter((line) => line.startsWith('! '));
  const lines = written.map((line) => line.replace(/^! /, ''));
  const first = lines.find((line) => line.trim() !== '…');
  if (first === undefined) fail(page, block, 'an output that says nothing');
  const symptom = marked.length ? marked.map((line) => line.slice(2)) : [first];
  return { line: block.line, lines, symptom, since };
}

function unmark(marked: string): { text: string; marks: Mark[] } {
  const marks: Mark[] = [];
  const lines = marked.split('\n').map((text, line) => {
    const mark = /[ \t]*# (ATT\d{3}(?: ATT\d{3})*)[ \t]*$/.exec(text);
    if (!mark) return text;
    marks.push(...mark[1]!.split(' ').map((code) => ({ line, code })));
    return text.slice(0, mark.index);
  });
  return { text: lines.join('\n'), marks };
}

/**
 * A notebook's cells from its text: a line `# %%` parts them. The line end before it stays with its
 * cell, so that the cells joined by line ends keep the page's lines.
 */
export function cellsOf(text: string): string[] {
  return text.split(/^# %%.*\n/m);
}

function linePattern(line: string): RegExp {
  const words = line.trim().split('…').map(escapeRegExp);
  return new RegExp(`^\\s*${words.join('.*')}\\s*$`);
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function fail(page: Page, block: CodeBlock, problem: string): never {
  throw new Error(`${page.path}:${block.line}: ${problem}`);
}
