/** What a hover shows of a rule's page. */
import type { Rule } from '../rules/rule.ts';
import { forReaders } from './reading.ts';

/** Sections of a page that a hover shows, each cut to about so many lines. */
const SECTIONS: readonly (readonly [title: string, lines: number])[] = [
  ['Ce qui se passe', 9],
  ['Comment corriger', 8],
];

/**
 * The page's title, first sentence, explanation and repair, some 25 lines of Markdown at most.
 * `address`: where the whole page can be read, if anywhere.
 */
export function essenceOf(rule: Pick<Rule, 'code' | 'slug' | 'page'>, address?: string): string {
  const { title, lead, sections } = readPage(rule.page);
  const parts = [`**${title}** (${rule.code})`, lead];
  for (const [name, most] of SECTIONS) {
    const text = opening(sections.get(name) ?? [], most);
    if (text !== '') parts.push(`**${name}** — ${text}`);
  }
  if (address !== undefined) parts.push(`[Page de la règle](${address})`);
  return parts.filter((part) => part !== '').join('\n\n');
}

interface Page {
  readonly title: string;
  readonly lead: string;
  /** Blocks (paragraphs, lists, fenced code) by section title. */
  readonly sections: ReadonlyMap<string, readonly string[]>;
}

function readPage(page: string): Page {
  const blocks = blocksOf(page);
  const sections = new Map<string, string[]>();
  let title = '';
  let lead = '';
  let current: string[] | undefined;
  for (const block of blocks) {
    const heading = /^(#{1,2})\s+(.*)/.exec(block);
    if (heading?.[1] === '#') title = heading[2]!;
    else if (heading) sections.set(heading[2]!, (current = []));
    else if (current) current.push(block);
    else lead ||= block;
  }
  return { title, lead, sections };
}

/** Paragraphs and fenced blocks: blank lines separate, but within a fence. */
function blocksOf(page: string): string[] {
  const blocks: string[] = [];
  let lines: string[] = [];
  let fence: string | undefined;
  const close = () => {
    if (lines.length > 0) blocks.push(lines.join('\n'));
    lines = [];
  };
  for (const line of page.split(/\r\n|\n|\r/)) {
    const mark = /^(?:```+|~~~+)/.exec(line)?.[0];
    if (fence !== undefined) {
      lines.push(line);
      if (mark?.startsWith(fence)) {
        close();
        fence = undefined;
      }
    } else if (mark || /^#{1,2}\s/.test(line)) {
      close();
      lines.push(line);
      fence = mark;
      if (!mark) close();
    } else if (line.trim() === '') {
      close();
    } else {
      lines.push(line);
    }
  }
  close();
  return blocks;
}

/** A section's first blocks while they fit; the first one always does. A fence is kept whole. */
function opening(blocks: readonly string[], most: number): string {
  const kept: string[] = [];
  let lines = 0;
  for (const block of blocks) {
    const own = block.split('\n').length;
    if (kept.length > 0 && lines + own > most) break;
    kept.push(forReaders(block));
    lines += own;
  }
  // What was announced is not shown.
  const isCut = kept.length < blocks.length;
  return kept.join('\n\n').replace(/\s:$/, isCut ? '.' : '$&');
}
