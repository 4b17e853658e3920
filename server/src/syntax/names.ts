import type { Skeleton } from './skeleton.ts';
import { UNREADABLE } from './unreadable.ts';

/** Python's hard keywords. */
const KEYWORDS = new Set(
  `False None True and as assert async await break class continue def del elif else except finally
  for from global if import in is lambda nonlocal not or pass raise return try while with yield`.split(
    /\s+/,
  ),
);

/** Names that are read without the grammar. */
export class Names {
  constructor(
    private readonly text: string,
    private readonly skeleton: Skeleton,
  ) {}

  /** The name that fills a stretch, spaces left out. Throws UNREADABLE. */
  read(from: number, to: number): string {
    const { start, end } = this.skeleton.trim(from, to);
    const word = this.skeleton.text.slice(start, end);
    if (!NAME.test(word) || isKeyword(word)) throw UNREADABLE;
    return normalizeName(this.text.slice(start, end));
  }

  /** Names with dots between, joined. Throws UNREADABLE. */
  readDotted(from: number, to: number): string {
    const names: string[] = [];
    let at = from;
    for (const part of this.skeleton.text.slice(from, to).split('.')) {
      names.push(this.read(at, at + part.length));
      at += part.length + 1;
    }
    return names.join('.');
  }
}

export function isKeyword(word: string): boolean {
  return KEYWORDS.has(word);
}

/** Names are compared as Python does: NFKC-normalised. */
export function normalizeName(source: string): string {
  return ASCII.test(source) ? source : source.normalize('NFKC');
}

const NAME = /^[A-Za-z_]\w*$/;
const ASCII = /^[\0-\x7f]*$/;
