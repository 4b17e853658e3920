/**
 * Callables of the standard library that call what they are given, and never await what it returns. Names
 * and parameters are typeshed's, which a test compares; who runs the callable and what becomes of its
 * result is told by the documentation of each module, and by CPython's own sources.
 */
import { publicName } from './public-names.ts';
import { knownEntry, mro } from './stdlib.ts';

export interface CallableTaker {
  /** Place of the callable among the positional arguments; null: by its keyword only. */
  readonly at: number | null;
  /** The keyword by which it may be given; null: by its place only. */
  readonly keyword: string | null;
  /**
   * What the callable is called with: the arguments that follow it, those of `args` and `kwargs`, or so many
   * that the taker makes up.
   */
  readonly passes: 'following' | Collected | number;
  /** The taker's own keywords; null: any keyword is passed on to the callable. */
  readonly own: readonly string[] | null;
  readonly runs: Runner;
  readonly result: Fate;
}

/** Where a tuple and a dictionary of arguments are given: their places, then their keywords. */
export interface Collected {
  readonly at: readonly [args: number, kwargs: number];
  readonly keywords: readonly [args: string, kwargs: string];
}

/** Who calls: the thread of the event loop, another thread, another process, an executor of either sort, … */
export type Runner =
  | 'loop'
  | 'thread'
  | 'process'
  | 'executor'
  | 'signal'
  | 'exit'
  | 'caller'
  /** Whichever thread comes to it. */
  | 'any';

/** What becomes of what the callable returns: thrown away, handed back to the code, or looked at as a value. */
export type Fate = 'dropped' | 'returned' | 'used';

/** The taker of that public name: `asyncio.BaseEventLoop.call_soon` is found as the abstract loop's. */
export function callableTaker(name: string): CallableTaker | undefined {
  if (!isTakerName(lastNameOf(name))) return undefined;
  let taker = found.get(name);
  if (taker === undefined) {
    taker = TAKERS[name] ?? inherited(name) ?? null;
    found.set(name, taker);
  }
  return taker ?? undefined;
}

/** Is this the last name of some taker? Cheaper than finding out what the code calls. */
export function isTakerName(lastName: string): boolean {
  return lastNames.has(lastName);
}

export function takerNames(): readonly string[] {
  return Object.keys(TAKERS);
}

/** The last names of the takers whose callables are run by one of these. */
export function takersRunBy(...runners: readonly Runner[]): ReadonlySet<string> {
  const names = takerNames().filter((name) => runners.includes(TAKERS[name]!.runs));
  return new Set(names.map(lastNameOf));
}

function lastNameOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

const LOOP = 'asyncio.AbstractEventLoop';
const STACK = 'contextlib._BaseExitStack';
const POOL = 'multiprocessing.pool.Pool';

/** Called by the loop, with the arguments that follow. */
function onLoop(at: number, ...own: readonly string[]): CallableTaker {
  const keyword = 'callback';
  return { at, keyword, passes: 'following', own, runs: 'loop', result: 'dropped' };
}

/** `target=f, args=(…), kwargs={…}`. */
function started(
  keyword: string,
  runs: Runner,
  args: readonly [number, string],
  kwargs: readonly [number, string],
  ...own: readonly string[]
): CallableTaker {
  const passes = { at: [args[0], kwargs[0]], keywords: [args[1], kwargs[1]] } as const;
  return { at: 1, keyword, passes, own, runs, result: 'dropped' };
}

/** `submit(f, …)`: any argument is for the callable. */
function passedOn(runs: Runner, result: Fate, at = 0, keyword: string | null = null) {
  return { at, keyword, passes: 'following', own: null, runs, result } as const;
}

/** Called at once, with one item after the other. */
function onItems(result: Fate, ...own: readonly string[]): CallableTaker {
  return { at: 0, keyword: null, passes: 1, own, runs: 'caller', result };
}

/** `key=f`: what it returns is compared. */
function byKey(...own: readonly string[]): CallableTaker {
  return {
    at: null,
    keyword: 'key',
    passes: 1,
    own: ['key', ...own],
    runs: 'caller',
    result: 'used',
  };
}

const TAKERS: Readonly<Record<string, CallableTaker>> = {
  [`${LOOP}.call_soon`]: onLoop(0, 'callback', 'context'),
  [`${LOOP}.call_soon_threadsafe`]: onLoop(0, 'callback', 'context'),
  [`${LOOP}.call_later`]: onLoop(1, 'delay', 'callback', 'context'),
  [`${LOOP}.call_at`]: onLoop(1, 'when', 'callback', 'context'),
  [`${LOOP}.add_reader`]: onLoop(1, 'fd', 'callback'),
  [`${LOOP}.add_writer`]: onLoop(1, 'fd', 'callback'),
  [`${LOOP}.add_signal_handler`]: onLoop(1, 'sig', 'callback'),
  [`${LOOP}.set_exception_handler`]: {
    at: 0,
    keyword: 'handler',
    passes: 2,
    own: ['handler'],
    runs: 'loop',
    result: 'dropped',
  },
  'asyncio.Future.add_done_callback': {
    at: 0,
    keyword: null,
    passes: 1,
    own: ['context'],
    runs: 'loop',
    result: 'dropped',
  },
  [`${LOOP}.run_in_executor`]: {
    at: 1,
    keyword: 'func',
    passes: 'following',
    own: ['executor', 'func'],
    runs: 'executor',
    result: 'returned',
  },
  'asyncio.to_thread': passedOn('thread', 'returned'),
  'concurrent.futures.Executor.submit': passedOn('executor', 'returned'),
  'concurrent.futures.Executor.map': {
    at: 0,
    keyword: 'fn',
    passes: 1,
    own: ['fn', 'timeout', 'chunksize', 'buffersize'],
    runs: 'executor',
    result: 'returned',
  },
  'concurrent.futures.Future.add_done_callback': {
    at: 0,
    keyword: 'fn',
    passes: 1,
    own: ['fn'],
    runs: 'any',
    result: 'dropped',
  },
  'threading.Thread': started(
    'target',
    'thread',
    [3, 'args'],
    [4, 'kwargs'],
    'group',
    'target',
    'name',
    'args',
    'kwargs',
    'daemon',
    'context',
  ),
  'threading.Timer': started(
    'function',
    'thread',
    [2, 'args'],
    [3, 'kwargs'],
    'interval',
    'function',
    'args',
    'kwargs',
  ),
  'multiprocessing.Process': started(
    'target',
    'process',
    [3, 'args'],
    [4, 'kwargs'],
    'group',
    'target',
    'name',
    'args',
    'kwargs',
    'daemon',
  ),
  [`${POOL}.apply_async`]: {
    at: 0,
    keyword: 'func',
    passes: { at: [1, 2], keywords: ['args', 'kwds'] },
    own: ['func', 'args', 'kwds', 'callback', 'error_callback'],
    runs: 'process',
    result: 'returned',
  },
  [`${POOL}.map`]: {
    at: 0,
    keyword: 'func',
    passes: 1,
    own: ['func', 'iterable', 'chunksize'],
    runs: 'process',
    result: 'returned',
  },
  'signal.signal': {
    at: 1,
    keyword: 'handler',
    passes: 2,
    own: ['signalnum', 'handler'],
    runs: 'signal',
    result: 'dropped',
  },
  'atexit.register': passedOn('exit', 'dropped'),
  'weakref.finalize': passedOn('caller', 'dropped', 1),
  [`${STACK}.callback`]: passedOn('caller', 'dropped'),
  'unittest.TestCase.addCleanup': passedOn('caller', 'dropped'),
  map: onItems('returned', 'strict'),
  filter: onItems('used'),
  'itertools.filterfalse': onItems('used'),
  'itertools.takewhile': onItems('used'),
  'itertools.dropwhile': onItems('used'),
  sorted: byKey('reverse'),
  'list.sort': byKey('reverse'),
  min: byKey('default'),
  max: byKey('default'),
};

const lastNames = new Set(Object.keys(TAKERS).map(lastNameOf));
const found = new Map<string, CallableTaker | null>();

/** A method that a class has from the one that stands in the table. */
function inherited(name: string): CallableTaker | undefined {
  const dot = name.lastIndexOf('.');
  const cls = knownEntry(name.slice(0, Math.max(dot, 0)));
  if (cls?.kind !== 'class') return undefined;
  const ancestors = mro({ kind: 'ref', name: cls.qualifiedName, args: [] });
  const names = ancestors.map((a) => publicName(a.cls.qualifiedName) + name.slice(dot));
  return TAKERS[names.find((candidate) => TAKERS[candidate] !== undefined) ?? ''];
}
