/** What opens connections that stay open until somebody closes them. Read from each package's documentation. */
export interface Opener {
  /** Is what it gives to be awaited? */
  readonly isAwaited: boolean;
  /** Can what the call itself gives be handed to `async with`? */
  readonly isManager: boolean;
  /** The place of what is to be closed in the tuple that it gives; null: it is all that it gives. */
  readonly place: number | null;
  /** The methods that close, or give the connection to something else. */
  readonly closers: readonly string[];
  /** How a coroutine closes it; `$` stands for its name. */
  readonly closing: readonly string[];
}

export function openerOf(callee: string): Opener | undefined {
  return OPENERS.get(callee);
}

/** The last parts of their names. */
export function isOpenerName(name: string): boolean {
  return NAMES.has(name);
}

const STREAMS: Opener = {
  isAwaited: true,
  isManager: false,
  place: 1,
  closers: ['close', 'wait_closed'],
  closing: ['$.close()', 'await $.wait_closed()'],
};

const OPENERS: ReadonlyMap<string, Opener> = new Map([
  ['asyncio.open_connection', STREAMS],
  ['asyncio.open_unix_connection', STREAMS],
  ['aiohttp.ClientSession', manager('close', 'detach')],
  ['httpx.AsyncClient', manager('aclose')],
  ['aiosqlite.connect', { ...manager('close'), isAwaited: true }],
  ['asyncpg.connect', { ...manager('close', 'terminate'), isAwaited: true, isManager: false }],
  ['asyncpg.create_pool', { ...manager('close', 'terminate'), isAwaited: true }],
  ['websockets.connect', { ...manager('close', 'wait_closed'), isAwaited: true }],
]);

const NAMES = new Set([...OPENERS.keys()].map((name) => name.slice(name.lastIndexOf('.') + 1)));

function manager(closer: string, ...others: readonly string[]): Opener {
  return {
    isAwaited: false,
    isManager: true,
    place: null,
    closers: [closer, ...others],
    closing: [`await $.${closer}()`],
  };
}
