/**
 * What leaves no trace that another coroutine could come across: it computes, reads a clock, tells something to the
 * user or the log, waits, or asks a server. Read from the documentation of Python and of each package.
 */

/** Does calling the function, or method, of that public name leave no trace? */
export function leavesNoTrace(name: string): boolean {
  return isComputation(name) || OTHERS.has(name) || TELLING.test(name) || takesTime(name);
}

/** Does it only compute, whenever it is called? */
export function isComputation(name: string): boolean {
  return COMPUTING.has(name) || COMPUTING_IN.test(name);
}

/** Does the function of that public name wait, for a time or for an answer? */
export function takesTime(name: string): boolean {
  return name === 'asyncio.sleep' || ASKING.has(name);
}

/** Does a method of that name only read, whatever has it? */
export function isReader(name: string): boolean {
  return READERS.has(name);
}

const COMPUTING: ReadonlySet<string> = new Set([
  ...['len', 'range', 'enumerate', 'zip', 'sorted', 'reversed', 'min', 'max', 'sum', 'any', 'all'],
  ...['abs', 'round', 'divmod', 'pow', 'isinstance', 'issubclass', 'type', 'id', 'hash', 'slice'],
  ...[
    'str',
    'bytes',
    'int',
    'float',
    'complex',
    'bool',
    'list',
    'tuple',
    'dict',
    'set',
    'frozenset',
  ],
  ...['repr', 'ascii', 'format', 'ord', 'chr', 'hex', 'oct', 'bin', 'json.dumps', 'json.loads'],
]);

const COMPUTING_IN =
  /^(?:str|bytes|int|float|math|cmath|statistics|random|string|decimal|fractions|textwrap)\.(?!seed$|setstate$)/;

const OTHERS: ReadonlySet<string> = new Set([
  ...['time.time', 'time.time_ns', 'time.monotonic', 'time.monotonic_ns', 'time.perf_counter'],
  ...['time.perf_counter_ns', 'time.strftime', 'time.localtime', 'time.gmtime', 'time.ctime'],
  ...['asyncio.AbstractEventLoop.time', 'asyncio.current_task', 'asyncio.get_running_loop'],
  ...['asyncio.timeout', 'contextlib.suppress', 'uuid.uuid4'],
  ...['aiohttp.ClientSession', 'aiohttp.ClientTimeout', 'aiohttp.ClientResponse.raise_for_status'],
  ...['httpx.AsyncClient', 'httpx.Response.json', 'httpx.Response.raise_for_status'],
]);

const TELLING =
  /^(?:print$|datetime\.|logging\.(?:getLogger|(?:Logger\.|LoggerAdapter\.)?(?:debug|info|warning|error|exception|critical|log))$)/;

const ASKING: ReadonlySet<string> = new Set([
  ...['aiohttp.ClientSession.get', 'aiohttp.ClientSession.head'],
  ...['aiohttp.ClientResponse.json', 'aiohttp.ClientResponse.read', 'aiohttp.ClientResponse.text'],
  ...['httpx.AsyncClient.get', 'httpx.AsyncClient.head'],
]);

/** Names that the standard library gives to such methods, of strings and dictionaries above all. */
const READERS: ReadonlySet<string> = new Set([
  ...['upper', 'lower', 'title', 'capitalize', 'strip', 'lstrip', 'rstrip', 'split', 'splitlines'],
  ...['startswith', 'endswith', 'zfill', 'ljust', 'rjust', 'items', 'keys', 'values', 'isoformat'],
]);
