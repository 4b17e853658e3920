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

/** Context managers, by what is called to make them, that take away what they give when they are left. */
export function closesWhatItGives(callee: string): boolean {
  return CLOSING.has(callee);
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

const CLOSING: ReadonlySet<string> = new Set(
  `open io.open codecs.open gzip.open bz2.open lzma.open os.fdopen os.scandir mmap.mmap
   socket.socket socket.create_connection socket.create_server shelve.open selectors.DefaultSelector
   tarfile.open zipfile.ZipFile zipfile.ZipFile.open
   tempfile.TemporaryFile tempfile.NamedTemporaryFile tempfile.TemporaryDirectory tempfile.SpooledTemporaryFile
   pathlib.Path.open contextlib.closing contextlib.aclosing asyncio.TaskGroup
   concurrent.futures.ThreadPoolExecutor concurrent.futures.ProcessPoolExecutor
   aiofiles.open aiofiles.tempfile.TemporaryFile aiofiles.tempfile.NamedTemporaryFile`.split(/\s+/),
);
