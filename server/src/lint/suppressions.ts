/**
 * Comments that silence findings: `# attendu: ignore[ATT101]`, `# attendu: ignore-file`, and those
 * of other tools (`# noqa`, `# pyright: ignore[…]` …) where they have an equivalent rule.
 */
import type { Rule, TextEdit } from '../rules/rule.ts';
import type { Chunk, Comment, Node, PlacedChunk, SourceFile, Span } from '../syntax/index.ts';
import { childrenOf } from '../syntax/index.ts';
import { names } from './selection.ts';

/** What a suppression is compared with. */
export type Suppressible = Pick<Rule, 'code' | 'slug' | 'peers'>;

/** Whether a comment silences the rule in the whole file. */
export function isSuppressedInFile(file: SourceFile, rule: Suppressible): boolean {
  return fileDirectives(file).some(({ silences }) => silences(rule));
}

/** Whether a comment silences the rule for a finding that starts at `offset` of the chunk. */
export function isSuppressedOnLine(chunk: Chunk, rule: Suppressible, offset: number): boolean {
  const lines = directivesOf(chunk).filter(({ reach }) => reach === 'line');
  if (lines.length === 0) return false;
  const ends = lineEnds(chunk, offset);
  return lines.some(
    ({ silences, start }) => silences(rule) && ends.includes(lineEnd(chunk.text, start)),
  );
}

/** The code or slug at `offset` of the file, when it stands in one of our comments. */
export function suppressedNameAt(file: SourceFile, offset: number): NamedRule | undefined {
  const placed = chunkAt(file, offset);
  if (!placed) return undefined;
  const shift = placed.start;
  const found = directivesOf(placed.chunk)
    .flatMap(({ named }) => named)
    .find(({ start, end }) => start + shift <= offset && offset <= end + shift);
  return found && { name: found.name, start: found.start + shift, end: found.end + shift };
}

/** The edit that silences the rule for a finding that starts at `offset` of the file. */
export function suppressionEdit(
  file: SourceFile,
  code: string,
  offset: number,
): TextEdit | undefined {
  const placed = chunkAt(file, offset);
  if (!placed) return undefined;
  const { chunk, start: shift } = placed;
  const ends = lineEnds(chunk, offset - shift);
  const list = directivesOf(chunk).find(
    ({ listEnd, start }) => listEnd !== undefined && ends.includes(lineEnd(chunk.text, start)),
  );
  if (list?.listEnd !== undefined) {
    const at = list.listEnd + shift;
    return { start: at, end: at, newText: list.named.length > 0 ? `, ${code}` : code };
  }
  const end = ends.find((candidate) => canTakeComment(chunk, candidate)) ?? ends[0];
  const start = chunk.text.slice(0, end).trimEnd().length;
  return { start: start + shift, end: end + shift, newText: `  # attendu: ignore[${code}]` };
}

/** A rule named in a comment, by code or slug. */
export interface NamedRule extends Span {
  readonly name: string;
}

/** One suppression in a comment; offsets are those of the comment's chunk. */
interface Directive {
  readonly start: number;
  readonly ours: boolean;
  readonly reach: 'line' | 'file';
  readonly silences: (rule: Suppressible) => boolean;
  /** What our own comments name. */
  readonly named: readonly NamedRule[];
  /** Where one more name goes between the brackets; undefined when there are none. */
  readonly listEnd?: number;
}

const OURS = /#\s*attendu:\s*ignore(-file)?(?:\[([^\]]*)\])?(?=\s|$|#|--)/gi;
/** `# noqa` silences all when it names nothing; the others count only when they name an equivalent. */
const THEIRS = [
  /#\s*((?:ruff|flake8):\s*)?noqa(?:\s*:\s*([a-z]+\d+(?:[\s,]+[a-z]+\d+)*)(?![\w-])|(?!\s*:|[\w-]))/gi,
  /#\s*()(?:pyright|type|ty|pyrefly):\s*ignore\[([^\]]*)\]/gi,
  /#\s*()pylint:\s*disable=([\w-]+(?:\s*,\s*[\w-]+)*)/gi,
];

const directivesByChunk = new WeakMap<Chunk, readonly Directive[]>();

function directivesOf(chunk: Chunk): readonly Directive[] {
  let found = directivesByChunk.get(chunk);
  if (!found) {
    found = chunk.comments.flatMap((comment) => [
      ...ownDirectives(comment),
      ...otherDirectives(comment),
    ]);
    directivesByChunk.set(chunk, found);
  }
  return found;
}

function ownDirectives(comment: Comment): Directive[] {
  return [...comment.text.matchAll(OURS)].map(({ 0: text, 1: file, 2: list, index }) => {
    const start = comment.start + index;
    const listStart = start + text.length - 1 - (list?.length ?? 0);
    const named = [...(list ?? '').matchAll(/[^\s,]+/g)].map(({ 0: name, index: at }) => ({
      name,
      start: listStart + at,
      end: listStart + at + name.length,
    }));
    const selectors = list === undefined ? ['ALL'] : named.map(({ name }) => name);
    return {
      start,
      ours: true,
      reach: file ? 'file' : 'line',
      silences: (rule) => names(selectors, rule),
      named,
      listEnd: list === undefined ? undefined : (named.at(-1)?.end ?? listStart),
    };
  });
}

function otherDirectives(comment: Comment): Directive[] {
  const matches = THEIRS.flatMap((pattern) => [...comment.text.matchAll(pattern)]);
  return matches.map(({ 1: tool, 2: list, index }) => {
    const codes = list?.toUpperCase().split(/[\s,]+/);
    return {
      start: comment.start + index,
      ours: false,
      reach: tool ? 'file' : 'line',
      silences: ({ code, peers }) =>
        !codes || [code, ...peers].some((known) => codes.includes(known.toUpperCase())),
      named: [],
    };
  });
}

const fileDirectivesByFile = new WeakMap<SourceFile, readonly Directive[]>();

/**
 * Comments for the whole file stand alone on their line. Ours are obeyed above the first statement only
 * (the module's docstring aside), where a reader looks for them; those of other tools wherever
 * these tools obey them.
 */
function fileDirectives(file: SourceFile): readonly Directive[] {
  let found = fileDirectivesByFile.get(file);
  if (!found) {
    let atTop = true;
    const all: Directive[] = [];
    for (const { chunk } of file.chunks) {
      if (!atTop && chunk.comments.length === 0) continue;
      const code: Node | undefined = atTop ? chunk.body.find((node) => !isText(node)) : undefined;
      const top = !atTop ? -1 : (code?.start ?? chunk.text.length);
      atTop &&= code === undefined;
      for (const directive of directivesOf(chunk)) {
        const { reach, ours, start } = directive;
        if (reach === 'file' && isAlone(chunk.text, start) && (!ours || start < top))
          all.push(directive);
      }
    }
    fileDirectivesByFile.set(file, (found = all));
  }
  return found;
}

function isText(node: Node): boolean {
  return node.kind === 'Expr' && node.value.kind === 'Constant' && node.value.type === 'str';
}

function isAlone(text: string, start: number): boolean {
  return /(?:^|[\r\n])[ \t\f]*(?:#[^\r\n]*)?$/.test(text.slice(0, start));
}

function chunkAt(file: SourceFile, offset: number): PlacedChunk | undefined {
  let low = 0;
  let high = file.chunks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (file.chunks[middle]!.start <= offset) low = middle;
    else high = middle - 1;
  }
  return file.chunks[low];
}

/** Ends of the physical line of an offset, and of the last line of its simple statement or header. */
function lineEnds(chunk: Chunk, offset: number): readonly [number, number] {
  const own = lineEnd(chunk.text, offset);
  let statement: Node | undefined;
  let block: readonly Node[] = chunk.body;
  for (;;) {
    const next = block.find(({ start, end }) => start <= offset && offset < end);
    if (!next) break;
    statement = next;
    block = blocksOf(next);
  }
  if (!statement) return [own, own];
  if ('headerEnd' in statement) {
    return [own, offset < statement.headerEnd ? lineEnd(chunk.text, statement.headerEnd) : own];
  }
  return [own, block.length > 0 ? own : lineEnd(chunk.text, statement.end)];
}

/** The statements, handlers and cases directly inside a compound statement. */
function blocksOf(node: Node): readonly Node[] {
  const { body, handlers, cases, orelse, finalbody } = node as unknown as Readonly<
    Record<string, unknown>
  >;
  return [body, handlers, cases, orelse, finalbody].flatMap((block) =>
    Array.isArray(block) ? (block as Node[]) : [],
  );
}

function lineEnd(text: string, offset: number): number {
  const rest = text.slice(offset).search(/[\r\n]/);
  return rest === -1 ? text.length : offset + rest;
}

/** Whether a comment may be written at a line's end: not in a string, nor after a backslash. */
function canTakeComment(chunk: Chunk, end: number): boolean {
  if (chunk.text[end - 1] === '\\') return false;
  const nodes: Node[] = [...chunk.body];
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    const isString =
      node.kind === 'JoinedStr' ||
      node.kind === 'TemplateStr' ||
      (node.kind === 'Constant' && (node.type === 'str' || node.type === 'bytes'));
    if (isString && node.start < end && end < node.end) return false;
    nodes.push(...childrenOf(node));
  }
  return true;
}
