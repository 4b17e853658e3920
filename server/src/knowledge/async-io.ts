/**
 * What opens a connection, a process or a file without blocking: each is one of those that a system, or a server,
 * only has so many of. Read from the documentation of Python and of each package. Pools that make their users wait
 * for their turn are left out.
 */

/** French, in the plural: what there may be too many of. */
export type Opened = 'requêtes' | 'connexions' | 'processus' | 'fichiers';

/** What calling the function or method of that dotted public name opens. */
export function openedBy(name: string): Opened | undefined {
  const found = OPENING.get(name);
  if (found !== undefined) return found;
  const dot = name.lastIndexOf('.');
  return isRequest(name.slice(dot + 1)) && isClient(name.slice(0, dot)) ? 'requêtes' : undefined;
}

/** May something of that name (without what stands before it) be in the tables? */
export function mayOpen(shortName: string): boolean {
  return isRequest(shortName) || NAMES.has(shortName);
}

/** Is it a class whose methods of the name `isRequest` send requests? */
export function isClient(cls: string): boolean {
  return CLIENTS.has(cls);
}

/** Is it the method of a client that sends a request? */
export function isRequest(method: string): boolean {
  return REQUESTS.has(method);
}

/** Packages whose purpose is to limit what goes on at once, or how often. */
export const LIMITERS: readonly string[] = [
  'aiolimiter',
  'aiometer',
  'asyncio_pool',
  'asyncio_throttle',
  'limiter',
  'throttler',
];

const OPENING: ReadonlyMap<string, Opened> = new Map<string, Opened>([
  ['asyncio.open_connection', 'connexions'],
  ['asyncio.open_unix_connection', 'connexions'],
  ['asyncio.AbstractEventLoop.create_connection', 'connexions'],
  ['asyncio.AbstractEventLoop.sock_connect', 'connexions'],
  ['asyncio.create_subprocess_exec', 'processus'],
  ['asyncio.create_subprocess_shell', 'processus'],
  ['aiofiles.open', 'fichiers'],
  ['aiohttp.request', 'requêtes'],
  ['aiomysql.connect', 'connexions'],
  ['aiosmtplib.send', 'connexions'],
  ['aiosqlite.connect', 'connexions'],
  ['asyncpg.connect', 'connexions'],
  ['asyncssh.connect', 'connexions'],
  ['psycopg.AsyncConnection.connect', 'connexions'],
  ['telnetlib3.open_connection', 'connexions'],
  ['websockets.connect', 'connexions'],
]);

const NAMES = new Set([...OPENING.keys()].map((name) => name.slice(name.lastIndexOf('.') + 1)));

const CLIENTS: ReadonlySet<string> = new Set([
  'aiohttp.ClientSession',
  'httpx.AsyncClient',
  'httpx2.AsyncClient',
]);

const REQUESTS: ReadonlySet<string> = new Set(
  'delete get head options patch post put request send stream ws_connect'.split(' '),
);
