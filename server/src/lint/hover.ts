/** What to say of the place under the pointer. */
import { type Fiche, ficheForKeyword, ficheForName } from '../fiches/index.ts';
import {
  type BlockingChain,
  blockingChain,
  chainFrom,
  nameOf,
  namesAlong,
} from '../rules/blocking-chain.ts';
import {
  type ChunkSemantics,
  every,
  type Facts,
  FileSemantics,
  isProjectId,
  type Kind,
  splitProjectId,
} from '../semantics/index.ts';
import { type Attribute, type Name, type Node, nodeAt, type Span } from '../syntax/index.ts';
import { baseName } from './paths.ts';

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
  const semantics = file.of(placed.chunk);
  const found =
    keywordPage(node, placed.chunk.text) ??
    namePage(node, semantics) ??
    projectPage(node, semantics);
  if (!found || local < found.start || local >= found.end) return undefined;
  const { start, end, markdown } = found;
  return { start: start + placed.start, end: end + placed.start, markdown };
}

type Found = Span & { readonly markdown: string };

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

/** What calling a function of the project gives, or leads to, from the same facts as the rules. */
function projectPage(node: Node, semantics: ChunkSemantics): Found | undefined {
  switch (node.kind) {
    case 'Name':
    case 'Attribute': {
      const says = saidOfUse(node, semantics);
      const start = node.kind === 'Name' ? node.start : node.attrStart;
      return says === undefined ? undefined : { start, end: node.end, markdown: says };
    }
    case 'FunctionDef': {
      const id = semantics.idOf(node);
      const chain = id === undefined ? undefined : chainFrom([id], semantics);
      return (
        chain && { start: node.nameStart, end: node.nameEnd, markdown: saidOf(chain, semantics) }
      );
    }
    default:
      return undefined;
  }
}

function saidOfUse(node: Name | Attribute, semantics: ChunkSemantics): string | undefined {
  const kind = semantics.kindOf(node);
  if (kind.k === 'function' && isProjectId(kind.fn)) {
    const given = whatIsGiven(semantics.called(kind), semantics);
    if (given !== undefined) {
      const { path, qualname } = splitProjectId(kind.fn);
      const shown = qualname.replace(/#\d+$/, '');
      const place = path === semantics.path ? '' : `, dans ${codeSpan(baseName(path))}`;
      return `${codeSpan(`${shown}()`)}${place}\u00a0: ${given}`;
    }
  }
  const isCalled = node.parent?.kind === 'Call' && node.parent.func === node;
  const chain =
    kind.k === 'function' && !isCalled
      ? chainFrom([kind.fn], semantics)
      : blockingChain(isCalled ? node.parent! : node, semantics);
  return chain && saidOf(chain, semantics);
}

/** « `charger()` bloque la boucle d’évènements … : `charger()` → `open()` (`config.py:12`) ». */
function saidOf(chain: BlockingChain, semantics: ChunkSemantics): string {
  const first = nameOf(chain.through[0]!, semantics);
  const names = [first, ...namesAlong(chain, semantics)].map(codeSpan);
  const verb = chain.isUnlikely ? 'peut bloquer' : chain.isBrief ? 'bloque un instant' : 'bloque';
  return `${codeSpan(first)} **${verb} la boucle d’évènements** quand une coroutine s’en sert\u00a0: ${names.join(' → ')}${placeOf(chain, semantics)}`;
}

/** « (config.py:12) »: where the chain ends. */
function placeOf({ through, question, what }: BlockingChain, semantics: ChunkSemantics): string {
  const { path, qualname } = splitProjectId(through.at(-1)!);
  const table = semantics.facts.table(path);
  const home = table?.places.get(table.functions.get(qualname)!.chunk);
  const site = semantics.site(through.at(-1)!, question, what);
  if (table === undefined || home === undefined || site === undefined) return '';
  const before = table.source.text.slice(0, home.start + site.start);
  return ` (${codeSpan(`${baseName(path)}:${before.split(/\r\n|\n|\r/).length}`)})`;
}

function whatIsGiven(kind: Kind, semantics: ChunkSemantics): string | undefined {
  const is = (test: (member: Kind) => boolean) => every(kind, test);
  if (is((k) => k.k === 'coroutine'))
    return 'rend une **coroutine**. L’appel ne lance rien\u00a0; c’est `await` qui l’exécute.';
  if (is((k) => k.k === 'asyncGenerator'))
    return 'rend un **générateur asynchrone**, à parcourir avec `async for`.';
  if (is((k) => k.k === 'instance' && semantics.derives(k.cls, 'asyncio.Task')))
    return 'rend une **tâche**, déjà planifiée. Conservez-la et attendez-la.';
  if (is((k) => k.k === 'instance' && k.cls === 'contextlib._AsyncGeneratorContextManager'))
    return 'rend un **gestionnaire de contexte asynchrone**, à ouvrir avec `async with`.';
  return undefined;
}

/** The user's text as code, whatever it holds. */
function codeSpan(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

function pageOf(name: string | undefined): Fiche | undefined {
  return name === undefined ? undefined : ficheForName(name);
}

function found(page: Fiche | undefined, start: number, length: number): Found | undefined {
  return page && { start, end: start + length, markdown: page.markdown };
}
