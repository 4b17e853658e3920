/** What to say of the place under the pointer. */
import { type Fiche, ficheForKeyword, ficheForName } from '../fiches/index.ts';
import { type ChunkSemantics, type Facts, FileSemantics } from '../semantics/index.ts';
import { type Node, nodeAt, type Span } from '../syntax/index.ts';

export interface Hover {
  readonly start: number;
  readonly end: number;
  /** French. */
  readonly markdown: string;
}

/** The page about the asyncio keyword or name at an offset of a file. */
export function pageHover(facts: Facts, path: string, offset: number): Hover | undefined {
  const file = new FileSemantics(facts, path);
  const placed = file.chunkAt(offset);
  if (!placed) return undefined;
  const local = offset - placed.start;
  const node = nodeAt(placed.chunk, local, local + 1);
  if (!node) return undefined;
  const found = keywordPage(node, placed.chunk.text) ?? namePage(node, file.of(placed.chunk));
  if (!found || local < found.start || local >= found.end) return undefined;
  const { start, end, page } = found;
  return { start: start + placed.start, end: end + placed.start, markdown: page.markdown };
}

type Found = Span & { readonly page: Fiche };

/** Keywords are read off nodes, never off the text: `await` may be a name in a string. */
function keywordPage(node: Node, text: string): Found | undefined {
  switch (node.kind) {
    case 'Await':
      return found(ficheForKeyword('await'), node.start, 'await'.length);
    case 'AsyncFor':
      return found(ficheForKeyword('async for'), node.start, node.keywordStart + 3 - node.start);
    case 'AsyncWith':
      return found(ficheForKeyword('async with'), node.start, node.keywordStart + 4 - node.start);
    case 'AsyncFunctionDef': {
      const keyword = text.slice(node.start, node.nameStart).trimEnd();
      return found(ficheForKeyword('async def'), node.start, keyword.length);
    }
    case 'comprehension': {
      const keyword = /^async\s+for/.exec(text.slice(node.start, node.end));
      return keyword
        ? found(ficheForKeyword('async for'), node.start, keyword[0].length)
        : undefined;
    }
    default:
      return undefined;
  }
}

function namePage(node: Node, semantics: ChunkSemantics): Found | undefined {
  switch (node.kind) {
    case 'Name':
      return found(pageOf(semantics.resolve(node)), node.start, node.id.length);
    case 'Attribute':
      return found(pageOf(semantics.resolve(node)), node.attrStart, node.attr.length);
    case 'alias': {
      const from =
        node.parent?.kind === 'ImportFrom' && node.parent.level === 0 && node.parent.module;
      return from ? found(pageOf(`${from}.${node.name}`), node.start, node.name.length) : undefined;
    }
    default:
      return undefined;
  }
}

function pageOf(name: string | undefined): Fiche | undefined {
  return name === undefined ? undefined : ficheForName(name);
}

function found(page: Fiche | undefined, start: number, length: number): Found | undefined {
  return page && { start, end: start + length, page };
}
