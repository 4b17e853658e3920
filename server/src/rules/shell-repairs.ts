/** The repairs of commands built for a shell. */
import { SHELL_BUILTINS } from '../knowledge/shell.ts';
import { every, type Semantics } from '../semantics/index.ts';
import type { Expr } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { asShellReads, type Hole, isText, piecesOf, type ShellPiece } from './shell-words.ts';

/** Puts `shlex.quote()` around a value of the text that `building` builds, in the place of the quotes around it. */
export function quote(
  edits: Edits,
  { hole, quote: around, isTight }: ShellPiece & { readonly hole: Hole },
  building: Expr,
): void {
  const { node, value, isFormatted } = hole;
  const semantics = edits.file.at(node);
  const [before, after] = [node.start - 1, node.end];
  const { text } = semantics.chunk;
  if (isFormatted || UNQUOTABLE.has(value.kind)) edits.abandon();
  if (around !== null) {
    // The quotes in the source: neither escaped, nor those of a string beside it.
    const isPlain = text[before] === around && text[after] === around && text[before - 1] !== '\\';
    const isOne = !/["'][\s\\]+[a-zA-Z]*["']/.test(semantics.text(building));
    if (!isTight || !isPlain || !isOne || node === value) edits.abandon();
    edits.replaceRange(node, before, node.start, '');
    edits.replaceRange(node, after, after + 1, '');
  }
  const name = edits.name('shlex', 'quote', value);
  const isStr = !hole.converted || isString(value, semantics);
  edits.insertBefore(value, isStr ? `${name}(` : `${name}(str(`);
  edits.insertAfter(value, isStr ? ')' : '))');
}

const UNQUOTABLE: ReadonlySet<string> = new Set(['Tuple', 'Yield', 'NamedExpr', 'GeneratorExp']);

function isString(value: Expr, context: Semantics): boolean {
  return every(context.kindOf(value), (k) => k.k === 'instance' && k.cls === 'builtins.str');
}

/** The arguments of the program that the command runs; null when it asks more of the shell than that. */
export function wordsOf(command: Expr, context: Semantics): readonly string[] | null {
  const words: (string | Hole)[][] = [[]];
  const reads = asShellReads(piecesOf(command) ?? []);
  for (const [at, { piece, quote: around, isTight }] of reads.entries()) {
    if (!isText(piece)) {
      if (around !== null && !isTight) return null;
      if (piece.isFormatted || UNQUOTABLE.has(piece.value.kind)) return null;
      if (/quot|shlex/.test(context.text(piece.value))) return null;
      words.at(-1)!.push(piece);
      continue;
    }
    const opens = reads[at + 1]?.isTight ? -1 : undefined;
    const text = piece.text.slice(reads[at - 1]?.isTight ? 1 : 0, opens);
    if (!/^[\p{L}\p{N}_./:@+,=\s-]*$/u.test(text)) return null;
    text.split(/\s+/).forEach((part, nth) => {
      if (nth > 0) words.push([]);
      if (part !== '') words.at(-1)!.push(part);
    });
  }
  const [program, ...others] = words.filter((word) => word.length > 0);
  if (program?.length !== 1 || typeof program[0] !== 'string') return null;
  if (SHELL_BUILTINS.has(program[0]) || program[0].includes('=')) return null;
  const written = [program, ...others].map((word) => writtenWord(word, context));
  return written.includes(null) ? null : (written as string[]);
}

function writtenWord(word: readonly (string | Hole)[], context: Semantics): string | null {
  const [only] = word;
  if (word.length === 1 && typeof only === 'object') {
    const source = context.text(only.value);
    return !only.converted || isString(only.value, context) ? source : `str(${source})`;
  }
  const parts = word.map((part) =>
    typeof part === 'string' ? part : `{${context.text(part.value)}}`,
  );
  if (word.every((part) => typeof part === 'string')) return `"${parts.join('')}"`;
  // Before Python 3.12, an f-string cannot hold its own quotes.
  const isPlain = word.every(
    (p) => typeof p === 'string' || !/["\\\n{}]/.test(context.text(p.value)),
  );
  return isPlain ? `f"${parts.join('')}"` : null;
}
