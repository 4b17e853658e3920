/** How a call that looks harmless comes to block, by way of the project's functions. */
import {
  type Entrance,
  functionOf,
  isInstalled,
  isUnavoidable,
  leadsSurely,
  type Question,
  type Reached,
  type Semantics,
  setOffBy,
  shortName,
  splitProjectId,
} from '../semantics/index.ts';
import { type Call, type FunctionDef, type Node, type WithItem, walk } from '../syntax/index.ts';
import { blockingAt } from './blocking.ts';
import type { Related } from './rule.ts';
import { asksAboutLoop } from './running-loop.ts';

/** The rule that speaks of these chains: what it is silenced for, they do not go through. */
const INDIRECT = 'ATT209';

export interface BlockingChain extends Reached {
  readonly question: Question;
  /** What it ends in is over soon, more often than not. */
  readonly isBrief: boolean;
  /** One function on the way goes there under a condition: most of the time, perhaps, something else happens. */
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
  for (const chain of [longChain, briefChain])
    for (const entry of entries) {
      const found = chain(entry, context);
      if (found !== undefined) return found;
    }
  return undefined;
}

function longChain(entry: Entrance, context: Semantics): BlockingChain | undefined {
  const reached = context.reach(entry, BLOCKS);
  if (reached === undefined) return undefined;
  const sure = context.reach(entry, BLOCKS_SURELY);
  if (sure !== undefined)
    return { ...sure, question: BLOCKS_SURELY, isBrief: false, isUnlikely: false };
  // Past two conditions, hardly any call that looks the same goes all the way.
  return doubtsAlong(reached, BLOCKS, context) > 1
    ? undefined
    : { ...reached, question: BLOCKS, isBrief: false, isUnlikely: true };
}

function briefChain(entry: Entrance, context: Semantics): BlockingChain | undefined {
  const reached = context.reach(entry, BLOCKS_BRIEFLY);
  return reached && { ...reached, question: BLOCKS_BRIEFLY, isBrief: true, isUnlikely: false };
}

/** How many functions on the way go on under a condition only. */
function doubtsAlong({ through, what }: Reached, question: Question, context: Semantics): number {
  return through.filter((id, i) => {
    const to = through[i + 1] ?? what;
    return !context.summary(id, `${question.key} surely, by ${to}`, (fn, inside) =>
      leadsSurely(fn, inside, question, to),
    );
  }).length;
}

const BLOCKS = blocks('blocks', false);
const BLOCKS_SURELY: Question = {
  ...BLOCKS,
  key: 'blocks for certain',
  counts: (node, inside) => isUnavoidable(node, inside) && BLOCKS.counts(node, inside),
};
/** What is over soon, and may not even happen, is not worth a word. */
const BRIEFLY = blocks('blocks briefly', true);
const BLOCKS_BRIEFLY: Question = {
  ...BRIEFLY,
  counts: (node, inside) =>
    isUnavoidable(node, inside, (way) => isNoDoubt(way, inside)) && BRIEFLY.counts(node, inside),
};

/** Loops go through what there is; who asks whether a file is there means to use it. */
function isNoDoubt(way: Node, inside: Semantics): boolean {
  if (way.kind !== 'If' && way.kind !== 'IfExp') return LOOPS.has(way.kind);
  let asks = false;
  walk(way.test, (node) => {
    if (node.kind === 'Call') asks ||= blockingAt(node, inside)?.group.code === 'ATT204';
  });
  return asks;
}

const LOOPS: ReadonlySet<string> = new Set([
  ...['For', 'While', 'comprehension'],
  ...['ListComp', 'SetComp', 'DictComp'],
]);

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
