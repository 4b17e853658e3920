import * as pages from './pages.ts';

/** One French page about an asyncio name or keyword, short enough for a hover. */
export interface Fiche {
  /** Stable identifier, also the page's file name without its extension: `create-task`. */
  readonly slug: string;
  /** The title's code: `asyncio.create_task(coro, *, name=None, context=None)`. */
  readonly title: string;
  /** The whole page, its title included. */
  readonly markdown: string;
}

/** The keywords that have a page. */
export type FicheKeyword = 'await' | 'async def' | 'async with' | 'async for';

/** All pages. */
export const fiches: readonly Fiche[] = Object.entries(pages).map(([slug, markdown]) => ({
  slug,
  title: markdown.slice('# `'.length, markdown.indexOf('`', '# `'.length)),
  markdown,
}));

/**
 * The page about what `qualifiedName` names, if there is one. The name may be public
 * (`asyncio.gather`, `asyncio.AbstractEventLoop.run_forever`) or the one under which typeshed
 * defines it (`asyncio.tasks.gather`, `_asyncio.Task`, `asyncio.base_events.BaseEventLoop.run_forever`).
 */
export function ficheForName(qualifiedName: string): Fiche | undefined {
  const name = documentedName(qualifiedName);
  return name === undefined ? undefined : byName.get(name);
}

/** The page about a keyword. */
export function ficheForKeyword(keyword: FicheKeyword): Fiche | undefined {
  return byName.get(keyword);
}

const byName = new Map(fiches.map((fiche) => [fiche.title.replace(/\(.*/, ''), fiche]));

/**
 * A name as the titles write it. `asyncio` re-exports its submodules flat, so their names are
 * dropped; a method of any loop class is written `loop.method`.
 */
function documentedName(qualifiedName: string): string | undefined {
  const inAsyncio = /^_?asyncio\.(?:[a-z_]+\.)?(?:(\w*EventLoop)\.)?(\w+)$/.exec(qualifiedName);
  if (inAsyncio) return `${inAsyncio[1] ? 'loop' : 'asyncio'}.${inAsyncio[2]}`;
  return qualifiedName.startsWith('contextlib.') ? qualifiedName : undefined;
}
