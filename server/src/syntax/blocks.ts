import type { Stmt } from './ast.ts';
import type { Header } from './headers.ts';
import { compareIndents, type Indent, type LogicalLine } from './lexer.ts';

/** A logical line with the block below it. */
export interface Row {
  readonly line: LogicalLine;
  readonly header: Header;
  block: Block | null;
  /** Its indentation, or its block's, is wrong. */
  broken: boolean;
}

export interface Block {
  readonly rows: Row[];
  readonly ofMatch: boolean;
  /** Empty until the rows are made into statements. */
  readonly body: Stmt[];
}

/**
 * Groups lines into blocks as Python indents and dedents. The outermost block, whose lines are
 * indented by `base`, is first; a block comes after those that hold it.
 */
export function layOut(
  lines: readonly LogicalLine[],
  base: Indent,
  readHeader: (line: LogicalLine, inMatch: boolean) => Header,
): Block[] {
  const blocks: Block[] = [];
  const open: { block: Block; indent: Indent }[] = [];
  const begin = (indent: Indent, ofMatch: boolean): Block => {
    const block = { rows: [], ofMatch, body: [] };
    blocks.push(block);
    open.push({ block, indent });
    return block;
  };
  begin(base, false);
  for (const line of lines) {
    const above = open.at(-1)!;
    const opener = above.block.rows.at(-1);
    if (opener?.line.opens && opener.block === null && isDeeper(line.indent, above.indent)) {
      opener.block = begin(line.indent, opener.header.word === 'match');
    }
    const depth = open.length;
    while (open.length > 1 && !isAsDeep(line.indent, open.at(-1)!.indent)) open.pop();
    const { block, indent } = open.at(-1)!;
    const row: Row = { line, header: readHeader(line, block.ofMatch), block: null, broken: false };
    if (compareIndents(line.indent, indent) !== 0) {
      row.broken = true;
      // Back to where no block is: the statement whose block it leaves is wrong as well.
      const left = block.rows.at(-1);
      if (left !== undefined && open.length < depth) left.broken = true;
    }
    block.rows.push(row);
  }
  return blocks;
}

/** How many rows, from one on, make one statement: decorators and clauses go with theirs. */
export function statementLength(rows: readonly Row[], from: number): number {
  let at = from;
  const word = (): string => {
    const row = rows[at];
    // What cannot be read is still a part of the statement it stands in.
    return (row?.header.word === 'error' ? row.line.word : row?.header.word) ?? '';
  };
  while (word() === '@') at++;
  const first = word();
  if (at < rows.length) at++;
  if (first === 'if') while (word() === 'elif') at++;
  if (first === 'try') while (word() === 'except') at++;
  if (HAVE_ELSE.has(first) && word() === 'else') at++;
  if (first === 'try' && word() === 'finally') at++;
  return at - from;
}

/** Where the last token of rows and of their blocks ends. */
export function endOf(rows: readonly Row[]): number {
  let last = rows.at(-1)!;
  for (let row = last.block?.rows.at(-1); row !== undefined; row = row.block?.rows.at(-1)) {
    last = row;
  }
  return last.line.last;
}

function isDeeper(a: Indent, b: Indent): boolean {
  return compareIndents(a, b) > 0;
}

function isAsDeep(a: Indent, b: Indent): boolean {
  return compareIndents(a, b) >= 0;
}

const HAVE_ELSE: ReadonlySet<string> = new Set(['if', 'for', 'while', 'try']);
