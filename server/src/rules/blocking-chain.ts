/** How a call that looks harmless comes to block, by way of the project's functions. */
import {
  type Entrance,
  functionOf,
  isInstalled,
  isUnavoidable,
  type Question,
  type Reached,
  type Semantics,
  setOffBy,
  shortName,
  splitProjectId,
} from '../semantics/index.ts';
import type { Call, FunctionDef, Node, WithItem } from '../syntax/index.ts';
import { blockingAt } from './blocking.ts';
import type { Related } from './rule.ts';
import { asksAboutLoop } from './running-loop.ts';

/** The rule that speaks of these chains: what it is silenced for, they do not go through. */
export const INDIRECT = 'ATT209';

export interface BlockingChain extends Reached {
  readonly question: Question;
  /** What it ends in is over soon, more often than not. */
  readonly isBrief: boolean;
  /** There are conditions on the way: most of the time, perhaps, something else happens. */
  readonly isUnlikely: boolean;
}

/** The way from what a node sets off to something that blocks: for long if possible, else the nearest. */
export function blockingChain(node: Node, context: Semantics): BlockingChain | undefined {
  const entries = setOffBy(node, context).filter((entry) => !isInstalled(functionOf(entry)));
  return chainFrom(entries, context);
}

/** The same from functions of the project. */
export function chainFrom(
  entries: readonly Entrance[],
  context: Semantics,
): BlockingChain | undefined {
  for (const isBrief of [false, true]) {
    const question = isBrief ? BLOCKS_BRIEFLY : BLOCKS;
    for (const entry of entries) {
      const reached = context.reach(entry, question);
      if (reached === undefined) continue;
      const isUnlikely = !isBrief && context.reach(entry, BLOCKS_SURELY) === undefined;
      return { ...reached, question, isBrief, isUnlikely };
    }
  }
  return undefined;
}

const BLOCKS = blocks('blocks', false);
const BLOCKS_BRIEFLY = blocks('blocks briefly', true);
const BLOCKS_SURELY: Question = {
  ...BLOCKS,
  key: 'blocks for certain',
  counts: (node, inside) => isUnavoidable(node, inside) && BLOCKS.counts(node, inside),
};

function blocks(key: string, isBrief: boolean): Question {
  const found = (node: Call | WithItem, inside: Semantics) => {
    const blocking = blockingAt(node, inside);
    if (blocking === undefined || blocking.isBrief !== isBrief || blocking.isMinor)
      return undefined;
    return inside.isSilenced(node, blocking.group.code) ? undefined : blocking.shown;
  };
  return {
    key,
    found,
    foundEntering: found,
    counts: (node, inside) => !isAccepted(node, inside),
    // An installed package is known by what it is said to do; its insides are its own business.
    follows: (id) => !isInstalled(id),
  };
}

/** Is the way cut here: by the user's word, or because the function looks where it runs? */
function isAccepted(node: Node, inside: Semantics): boolean {
  const fn = inside.functionAround(node);
  return (
    inside.isSilenced(node, INDIRECT) ||
    (isForThreads(node, inside) && !isUnavoidable(node, inside)) ||
    (fn?.kind === 'FunctionDef' && (inside.isSilenced(fn, INDIRECT) || asksAboutLoop(fn)))
  );
}

/** `run_coroutine_threadsafe(…).result()`: under a condition, only where another thread is meant. */
function isForThreads(node: Node, inside: Semantics): boolean {
  const handing =
    node.kind === 'Call' && node.func.kind === 'Attribute' ? node.func.value : undefined;
  return handing?.kind === 'Call' && inside.callee(handing) === 'asyncio.run_coroutine_threadsafe';
}

/** The way as places to go to, one function after the other, down to what blocks. */
export function placesAlong({ through, what, question }: BlockingChain, context: Semantics) {
  return through.map((definition, i): Related => {
    const next = through[i + 1];
    const to = next === undefined ? what : nameOf(next, context);
    const end = next === undefined ? ', qui bloque' : '';
    return {
      at: { definition, leads: { question, to: next ?? what } },
      message: `\`${nameOf(definition, context)}\` ${verbFor(to)} ici \`${to}\`${end}.`,
    };
  });
}

/** What one does with something of that name. */
export function verbFor(name: string): string {
  if (name.startsWith('with ')) return 'ouvre';
  return name.endsWith(')') ? 'appelle' : 'lit';
}

/** The names along the way, the first function left out. */
export function namesAlong({ through, what }: Reached, context: Semantics): readonly string[] {
  return [...through.slice(1).map((id) => nameOf(id, context)), what];
}

/** « `lire()` », as one would write it: the class for what makes its instances, no parentheses for a property. */
export function nameOf(id: string, context: Semantics): string {
  const name = shortName(id);
  const special = /^__(\w+)__$/.exec(name)?.[1];
  if (special === undefined)
    return context.summary(id, 'is a property', isProperty) ? name : `${name}()`;
  const cls = shortName(splitProjectId(id).qualname.replace(/\.[^.]*$/, ''));
  return special === 'enter' || special === 'exit' ? `with ${cls}` : `${cls}()`;
}

function isProperty(fn: FunctionDef, inside: Semantics): boolean {
  return fn.decorator_list.some((decorator) => PROPERTIES.has(inside.resolve(decorator) ?? ''));
}

const PROPERTIES: ReadonlySet<string> = new Set([
  'property',
  'functools.cached_property',
  'abc.abstractproperty',
]);
