/**
 * What keeps the thread that calls it: the calls of which rules ATT201 to ATT210 speak. Read from the
 * documentation of Python and of each package; where a call has an asynchronous twin, it is named.
 */

/** The rule that speaks of a call. */
export type BlockingCode =
  | 'ATT201'
  | 'ATT202'
  | 'ATT203'
  | 'ATT204'
  | 'ATT205'
  | 'ATT206'
  | 'ATT207'
  | 'ATT208'
  | 'ATT210';

/** Calls of one module, or methods of one class. */
export interface BlockingGroup {
  readonly code: BlockingCode;
  /** Dotted public name of the module or class. */
  readonly of: string;
  readonly names: ReadonlySet<string>;
  /** Are they methods of what hangs from the object too, at any depth: `client.chat.completions.create`? */
  readonly isDeep: boolean;
  /** What to use instead in a coroutine: a dotted name, or a package; `*` is the name of what is called. */
  readonly twin?: string;
  /** Over soon, more often than not: told as information. */
  readonly isBrief: boolean;
  /** So short that it is only worth telling where it stands, not through a function that does it. */
  readonly isMinor: boolean;
  /** How an argument makes the call return at once. */
  readonly unless: readonly Exception[];
  /** How an argument makes it over soon. */
  readonly briefIf: readonly Exception[];
  /** What is made there belongs to its thread: it cannot be handed to another one. */
  readonly isBoundToThread: boolean;
}

/** An argument, by place and by name, and the value that makes an exception. */
export interface Exception {
  readonly place: number | null;
  readonly keyword: string;
  /** `false`: False or a zero; else the dotted name of a constant. */
  readonly value: string;
}

/** The group of a function or class, by its dotted public name. */
export function blockingFunction(name: string): BlockingGroup | undefined {
  tables ??= index();
  const dot = name.lastIndexOf('.');
  const [owner, own] = dot < 0 ? ['builtins', name] : [name.slice(0, dot), name.slice(dot + 1)];
  const found = tables.byOwner.get(HOMES.get(owner) ?? owner)?.find(({ names }) => names.has(own));
  if (found !== undefined) return found;
  for (let end = owner.lastIndexOf('.'); end > 0; end = owner.lastIndexOf('.', end - 1)) {
    const deep = tables.byOwner
      .get(owner.slice(0, end))
      ?.find(({ isDeep, names }) => isDeep && names.has(own));
    if (deep !== undefined) return deep;
  }
  return undefined;
}

/** The groups of classes that have a method of that name. */
export function blockingMethods(method: string): readonly BlockingGroup[] {
  tables ??= index();
  return tables.byMethod.get(method) ?? [];
}

/** May a call of something of that name (without what stands before it) be in the table? */
export function mayBlock(shortName: string): boolean {
  tables ??= index();
  return tables.byMethod.has(shortName);
}

/** All that the table holds, for tests. */
export function blockingGroups(): readonly BlockingGroup[] {
  tables ??= index();
  return [...tables.byOwner.values()].flat();
}

interface Tables {
  readonly byOwner: ReadonlyMap<string, readonly BlockingGroup[]>;
  /** By any name of the table: a class is recognised when something is asked of it. */
  readonly byMethod: ReadonlyMap<string, readonly BlockingGroup[]>;
}

let tables: Tables | undefined;

function index(): Tables {
  const byOwner = new Map<string, BlockingGroup[]>();
  const byMethod = new Map<string, BlockingGroup[]>();
  const add = (to: Map<string, BlockingGroup[]>, key: string, group: BlockingGroup) => {
    const known = to.get(key);
    if (known === undefined) to.set(key, [group]);
    else known.push(group);
  };
  for (const [code, of, names, more = {}] of TABLE) {
    for (const owner of of.split(' ')) {
      const group: BlockingGroup = {
        code,
        of: owner,
        names: new Set(names.split(' ')),
        isDeep: more.deep ?? false,
        twin: more.twin,
        isBrief: more.brief ?? BRIEF.has(code),
        isMinor: more.minor ?? false,
        unless: (more.unless ?? []).map(exceptionOf),
        briefIf: (more.briefIf ?? []).map(exceptionOf),
        isBoundToThread: more.bound ?? false,
      };
      add(byOwner, owner, group);
      for (const name of group.names) add(byMethod, name, group);
    }
  }
  return { byOwner, byMethod };
}

/** `0 block`, `mode=os.P_NOWAIT`. */
function exceptionOf(text: string): Exception {
  const [, place, keyword, value] = /^(?:(\d+) )?(\w+)(?:=(.*))?$/.exec(text)!;
  return {
    place: place === undefined ? null : Number(place),
    keyword: keyword!,
    value: value ?? 'false',
  };
}

const BRIEF: ReadonlySet<BlockingCode> = new Set(['ATT204', 'ATT210']);

/** Modules where things are defined, by those that are said to hold them. */
const HOMES: ReadonlyMap<string, string> = new Map([
  ['requests.api', 'requests'],
  ['requests.sessions', 'requests'],
  ['requests.sessions.Session', 'requests.Session'],
  ['httpx._api', 'httpx'],
  ['urllib3.poolmanager.PoolManager', 'urllib3.PoolManager'],
  ['urllib3.poolmanager.ProxyManager', 'urllib3.ProxyManager'],
  ['urllib3.connectionpool.HTTPConnectionPool', 'urllib3.HTTPConnectionPool'],
  ['urllib3.connectionpool.HTTPSConnectionPool', 'urllib3.HTTPSConnectionPool'],
  ['redis.client.Redis', 'redis.Redis'],
  ['redis.StrictRedis', 'redis.Redis'],
  ['sqlalchemy.orm.session.Session', 'sqlalchemy.orm.Session'],
  ['sqlalchemy.Connection', 'sqlalchemy.engine.Connection'],
  ['sqlalchemy.engine.base.Connection', 'sqlalchemy.engine.Connection'],
  ['sqlalchemy.Engine', 'sqlalchemy.engine.Engine'],
  ['sqlalchemy.engine.base.Engine', 'sqlalchemy.engine.Engine'],
  ['psycopg2.connection', 'psycopg2.extensions.connection'],
  ['psycopg2.cursor', 'psycopg2.extensions.cursor'],
  ['pymysql.Connection', 'pymysql.connections.Connection'],
  ['MySQLdb.Connection', 'MySQLdb.connections.Connection'],
  ['pymongo.synchronous.mongo_client.MongoClient', 'pymongo.MongoClient'],
  ['pymongo.synchronous.database.Database', 'pymongo.database.Database'],
  ['pymongo.synchronous.collection.Collection', 'pymongo.collection.Collection'],
]);

type Row = readonly [
  code: BlockingCode,
  of: string,
  names: string,
  more?: {
    readonly twin?: string;
    readonly brief?: boolean;
    readonly unless?: readonly string[];
    readonly briefIf?: readonly string[];
    readonly bound?: boolean;
    readonly deep?: boolean;
    readonly minor?: boolean;
  },
];

const HTTP = 'delete get head options patch post put request';
const QUEUE_EXITS = { get: ['0 block', '1 timeout'], put: ['1 block', '2 timeout'] };
const FILE = 'close flush read readline readlines seek tell truncate write writelines';
const CURSOR = 'callproc execute executemany fetchall fetchmany fetchone nextset';
const CONNECTION = 'close commit rollback';

const TABLE: readonly Row[] = [
  ['ATT201', 'time', 'sleep', { twin: 'asyncio.sleep' }],

  // Over HTTP
  ['ATT202', 'requests', HTTP, { twin: 'httpx.AsyncClient' }],
  ['ATT202', 'requests.Session', `${HTTP} send`, { twin: 'httpx.AsyncClient' }],
  ['ATT202', 'urllib.request', 'urlopen urlretrieve', { twin: 'httpx.AsyncClient' }],
  ['ATT202', 'urllib.request.OpenerDirector', 'open', { twin: 'httpx.AsyncClient' }],
  ['ATT202', 'urllib3', 'request', { twin: 'httpx.AsyncClient' }],
  [
    'ATT202',
    'urllib3.PoolManager urllib3.ProxyManager urllib3.HTTPConnectionPool urllib3.HTTPSConnectionPool urllib3.request.RequestMethods',
    'request request_encode_body request_encode_url urlopen',
    { twin: 'httpx.AsyncClient' },
  ],
  ['ATT202', 'httpx httpx2', `${HTTP} stream`, { twin: 'httpx.AsyncClient' }],
  ['ATT202', 'httpx.Client httpx2.Client', `${HTTP} send stream`, { twin: 'httpx.AsyncClient' }],
  [
    'ATT202',
    'httpx.Client httpx2.Client',
    'close',
    { twin: 'httpx.AsyncClient', brief: true, minor: true },
  ],
  [
    'ATT202',
    'http.client.HTTPConnection',
    'connect endheaders getresponse request send',
    { twin: 'httpx.AsyncClient' },
  ],
  ['ATT202', 'http.client.HTTPResponse', 'peek read read1 readinto readline readlines'],

  // Processes
  [
    'ATT203',
    'subprocess',
    'call check_call check_output getoutput getstatusoutput run',
    { twin: 'asyncio.create_subprocess_exec' },
  ],
  ['ATT203', 'subprocess', 'Popen', { twin: 'asyncio.create_subprocess_exec', brief: true }],
  ['ATT203', 'subprocess.Popen', 'communicate wait', { unless: ['timeout'] }],
  ['ATT203', 'os', 'popen system', { twin: 'asyncio.create_subprocess_shell' }],
  [
    'ATT203',
    'os',
    'spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe',
    {
      twin: 'asyncio.create_subprocess_exec',
      briefIf: ['0 mode=os.P_NOWAIT', '0 mode=os.P_NOWAITO', '0 mode=os.P_DETACH'],
    },
  ],
  [
    'ATT203',
    'os',
    'posix_spawn posix_spawnp',
    { twin: 'asyncio.create_subprocess_exec', brief: true },
  ],
  ['ATT203', 'os', 'wait', { twin: 'asyncio.subprocess.Process.wait' }],
  [
    'ATT203',
    'os',
    'wait3',
    { twin: 'asyncio.subprocess.Process.wait', unless: ['0 options=os.WNOHANG'] },
  ],
  [
    'ATT203',
    'os',
    'wait4 waitpid',
    { twin: 'asyncio.subprocess.Process.wait', unless: ['1 options=os.WNOHANG'] },
  ],
  [
    'ATT203',
    'os',
    'waitid',
    { twin: 'asyncio.subprocess.Process.wait', unless: ['2 options=os.WNOHANG'] },
  ],

  // Files
  ['ATT204', 'builtins', 'open', { twin: 'aiofiles.open' }],
  ['ATT204', 'io', 'open open_code', { twin: 'aiofiles.open' }],
  ['ATT204', 'codecs bz2 gzip lzma', 'open', { twin: 'aiofiles.open' }],
  [
    'ATT204',
    'os',
    'copy_file_range fdatasync fdopen fsync fwalk listdir open pread pwrite scandir sync walk',
  ],
  [
    'ATT204',
    'os',
    'access chmod chown lchown link listxattr lstat makedirs mkdir mkfifo readlink remove removedirs rename renames replace rmdir stat statvfs symlink truncate unlink utime read sendfile write',
    { minor: true },
  ],
  [
    'ATT204',
    'os.path',
    'exists getatime getctime getmtime getsize isdir isfile islink ismount lexists realpath samefile sameopenfile',
    { minor: true },
  ],
  [
    'ATT204',
    'pathlib.Path',
    'copy copy_into glob iterdir move move_into open read_bytes read_text rglob walk write_bytes write_text',
    { twin: 'aiofiles.open' },
  ],
  [
    'ATT204',
    'pathlib.Path',
    'chmod exists expanduser group hardlink_to is_dir is_file is_junction is_mount is_symlink lchmod link_to lstat mkdir owner readlink rename replace resolve rmdir samefile stat symlink_to touch unlink',
    { minor: true },
  ],
  ['ATT204', 'gzip', 'GzipFile', { twin: 'aiofiles.open' }],
  ['ATT204', 'bz2', 'BZ2File', { twin: 'aiofiles.open' }],
  ['ATT204', 'lzma', 'LZMAFile', { twin: 'aiofiles.open' }],
  ['ATT204', 'zipfile', 'ZipFile PyZipFile'],
  ['ATT204', 'zipfile.ZipFile', 'close extract extractall open read testzip write writestr'],
  ['ATT204', 'tarfile', 'TarFile open'],
  [
    'ATT204',
    'tarfile.TarFile',
    'add addfile bz2open close extract extractall extractfile getmember getmembers getnames gzopen list next open taropen xzopen zstopen',
  ],
  [
    'ATT204',
    'tempfile',
    'NamedTemporaryFile SpooledTemporaryFile TemporaryDirectory TemporaryFile mkdtemp mkstemp',
    { twin: 'aiofiles.tempfile' },
  ],
  ['ATT204', 'tempfile.TemporaryDirectory', 'cleanup'],
  [
    'ATT204',
    'shutil',
    'chown copy copy2 copyfile copyfileobj copymode copystat copytree disk_usage make_archive move rmtree unpack_archive',
  ],
  ['ATT204', 'glob', 'glob iglob'],
  ['ATT204', 'fileinput', 'input'],
  ['ATT204', 'linecache', 'getline getlines', { minor: true }],
  ['ATT204', 'shelve dbm', 'open'],
  [
    'ATT204',
    '_io.TextIOWrapper _io.BufferedReader _io.BufferedWriter _io.BufferedRandom _io.FileIO',
    FILE,
    { twin: 'aiofiles.open' },
  ],
  [
    'ATT204',
    '_io.BufferedReader _io.BufferedRandom',
    'detach peek read1 readinto readinto1',
    { twin: 'aiofiles.open' },
  ],
  ['ATT204', '_io.FileIO', 'readall readinto', { twin: 'aiofiles.open' }],
  ['ATT204', 'gzip.GzipFile bz2.BZ2File lzma.LZMAFile codecs.StreamReaderWriter', FILE],
  ['ATT204', 'gzip.GzipFile bz2.BZ2File lzma.LZMAFile', 'peek read1 readinto'],
  ['ATT204', 'PIL.Image', 'open'],
  ['ATT204', 'PIL.Image.Image', 'load save'],
  [
    'ATT204',
    'pandas',
    'read_csv read_excel read_feather read_fwf read_hdf read_html read_json read_orc read_parquet read_pickle read_sas read_spss read_stata read_table read_xml',
  ],
  [
    'ATT204',
    'pandas.DataFrame',
    'to_csv to_excel to_feather to_hdf to_orc to_parquet to_pickle to_stata to_xml',
  ],

  // The keyboard
  ['ATT205', 'builtins', 'input'],
  ['ATT205', 'getpass', 'getpass'],
  ['ATT205', 'sys.stdin', 'read readline readlines'],
  ['ATT205', 'sys.stdin.buffer', 'read read1 readline readlines'],

  // Databases
  ['ATT206', 'sqlite3', 'connect', { twin: 'aiosqlite', bound: true }],
  [
    'ATT206',
    'sqlite3.Connection',
    `${CONNECTION} backup execute executemany executescript iterdump`,
    { twin: 'aiosqlite', bound: true },
  ],
  [
    'ATT206',
    'sqlite3.Cursor',
    'execute executemany executescript fetchall fetchmany fetchone',
    { twin: 'aiosqlite', bound: true },
  ],
  ['ATT206', 'psycopg', 'connect', { twin: 'psycopg.AsyncConnection' }],
  [
    'ATT206',
    'psycopg.Connection',
    `${CONNECTION} connect execute notifies transaction wait`,
    { twin: 'psycopg.AsyncConnection' },
  ],
  [
    'ATT206',
    'psycopg.Cursor',
    'copy execute executemany fetchall fetchmany fetchone stream',
    { twin: 'psycopg.AsyncCursor' },
  ],
  ['ATT206', 'psycopg2', 'connect', { twin: 'asyncpg' }],
  ['ATT206', 'psycopg2.extensions.connection', 'commit rollback', { twin: 'asyncpg' }],
  // It takes leave of the server without waiting for an answer.
  [
    'ATT206',
    'psycopg2.extensions.connection',
    'close',
    { twin: 'asyncpg', brief: true, minor: true },
  ],
  [
    'ATT206',
    'psycopg2.extensions.cursor',
    `${CURSOR} copy_expert copy_from copy_to`,
    { twin: 'asyncpg' },
  ],
  ['ATT206', 'pymysql', 'connect Connect Connection', { twin: 'aiomysql' }],
  ['ATT206', 'pymysql.connections.Connection', `${CONNECTION} ping query`, { twin: 'aiomysql' }],
  ['ATT206', 'pymysql.cursors.Cursor', CURSOR, { twin: 'aiomysql' }],
  ['ATT206', 'MySQLdb', 'connect Connect Connection', { twin: 'aiomysql' }],
  ['ATT206', 'MySQLdb.connections.Connection', `${CONNECTION} ping query`, { twin: 'aiomysql' }],
  ['ATT206', 'MySQLdb.cursors.Cursor', CURSOR, { twin: 'aiomysql' }],
  ['ATT206', 'mysql.connector', 'connect', { twin: 'mysql.connector.aio' }],
  ['ATT206', 'mysql.connector.MySQLConnection', CONNECTION, { twin: 'mysql.connector.aio' }],
  ['ATT206', 'mysql.connector.cursor.MySQLCursor', CURSOR, { twin: 'mysql.connector.aio' }],
  [
    'ATT206',
    'redis.Redis',
    'blpop brpop decr delete dbsize eval evalsha exists expire expireat flushall flushdb get getdel getex getset hdel hexists hget hgetall hincrby hkeys hlen hmget hmset hset hsetnx hvals incr incrby incrbyfloat info keys lindex linsert llen lpop lpush lpushx lrange lrem lset ltrim mget mset persist pexpire ping psetex pttl publish rename rpop rpoplpush rpush rpushx sadd scan scan_iter scard sdiff set setex setnx sinter sismember smembers spop srandmember srem strlen sunion ttl type unlink xack xadd xgroup_create xlen xrange xread xreadgroup zadd zcard zcount zincrby zrange zrangebyscore zrank zrem zrevrange zscore',
    { twin: 'redis.asyncio' },
  ],
  ['ATT206', 'redis.client.Pipeline', 'execute', { twin: 'redis.asyncio' }],
  [
    'ATT206',
    'redis.client.PubSub',
    'get_message listen psubscribe subscribe',
    { twin: 'redis.asyncio' },
  ],
  [
    'ATT206',
    'pymongo.collection.Collection',
    'aggregate_raw_batches bulk_write count_documents create_index delete_many delete_one distinct drop estimated_document_count find_one find_one_and_delete find_one_and_replace find_one_and_update insert_many insert_one replace_one update_many update_one',
    { twin: 'pymongo.AsyncMongoClient' },
  ],
  [
    'ATT206',
    'pymongo.database.Database',
    'command drop_collection list_collection_names',
    { twin: 'pymongo.AsyncMongoClient' },
  ],
  [
    'ATT206',
    'pymongo.MongoClient',
    'drop_database list_database_names server_info',
    { twin: 'pymongo.AsyncMongoClient' },
  ],
  [
    'ATT206',
    'pymongo.MongoClient pymongo.database.Database',
    'count_documents delete_many delete_one find_one insert_many insert_one replace_one update_many update_one',
    { twin: 'pymongo.AsyncMongoClient', deep: true },
  ],
  [
    'ATT206',
    'django.db.models.Model.objects django.db.models.QuerySet',
    'aggregate bulk_create bulk_update count create delete earliest exists first get get_or_create in_bulk last latest update update_or_create',
    { twin: 'django.db.models.QuerySet.a*' },
  ],
  [
    'ATT206',
    'django.db.models.Model',
    'delete refresh_from_db save',
    { twin: 'django.db.models.Model.a*' },
  ],
  [
    'ATT206',
    'sqlalchemy.orm.Session',
    'bulk_insert_mappings bulk_save_objects commit execute flush get merge refresh rollback scalar scalars',
    { twin: 'sqlalchemy.ext.asyncio.AsyncSession' },
  ],
  ['ATT206', 'sqlalchemy.engine.Engine', 'begin connect', { twin: 'sqlalchemy.ext.asyncio' }],
  [
    'ATT206',
    'sqlalchemy.engine.Connection',
    'commit execute rollback scalar scalars',
    { twin: 'sqlalchemy.ext.asyncio' },
  ],
  ['ATT206', 'pandas', 'read_sql read_sql_query read_sql_table'],

  // The network
  ['ATT207', 'socket', 'create_connection', { twin: 'asyncio.open_connection' }],
  [
    'ATT207',
    'socket',
    'getaddrinfo',
    { twin: 'asyncio.loop.getaddrinfo', unless: ['5 flags=socket.AI_NUMERICHOST'] },
  ],
  [
    'ATT207',
    'socket',
    'gethostbyaddr gethostbyname gethostbyname_ex',
    { twin: 'asyncio.loop.getaddrinfo' },
  ],
  [
    'ATT207',
    'socket',
    'getnameinfo',
    { twin: 'asyncio.loop.getnameinfo', unless: ['1 flags=socket.NI_NUMERICHOST'] },
  ],
  ['ATT207', 'socket', 'getfqdn'],
  [
    'ATT207',
    'socket.socket',
    'accept connect connect_ex recv recv_into recvfrom recvfrom_into recvmsg recvmsg_into send sendall sendfile sendmsg sendto',
    { twin: 'asyncio.open_connection' },
  ],
  ['ATT207', 'ssl', 'get_server_certificate'],
  ['ATT207', 'ssl.SSLSocket', 'do_handshake read write', { twin: 'asyncio.open_connection' }],
  ['ATT207', 'select', 'select', { unless: ['3 timeout'] }],
  [
    'ATT207',
    'smtplib.SMTP',
    'auth connect docmd ehlo getreply helo login mail noop putcmd quit rcpt rset send send_message sendmail starttls verify vrfy',
    { twin: 'aiosmtplib' },
  ],
  [
    'ATT207',
    'ftplib.FTP',
    'connect cwd delete dir login mkd mlsd nlst pwd quit rename retrbinary retrlines rmd sendcmd size storbinary storlines voidcmd',
    { twin: 'aioftp' },
  ],
  ['ATT207', 'ftplib', 'FTP FTP_TLS', { twin: 'aioftp' }],
  ['ATT207', 'imaplib', 'IMAP4 IMAP4_SSL', { twin: 'aioimaplib' }],
  [
    'ATT207',
    'imaplib.IMAP4',
    'append authenticate close copy create delete expunge fetch list login logout noop search select starttls status store uid',
    { twin: 'aioimaplib' },
  ],
  ['ATT207', 'poplib', 'POP3 POP3_SSL'],
  [
    'ATT207',
    'poplib.POP3',
    'apop capa dele list noop pass_ quit retr rset stat stls top uidl user utf8',
  ],
  ['ATT207', 'telnetlib', 'Telnet', { twin: 'asyncio.open_connection' }],
  [
    'ATT207',
    'telnetlib.Telnet',
    'expect interact open read_all read_some read_until write',
    { twin: 'asyncio.open_connection' },
  ],
  [
    'ATT207',
    'paramiko.SSHClient',
    'connect exec_command invoke_shell open_sftp',
    { twin: 'asyncssh' },
  ],
  [
    'ATT207',
    'paramiko.SFTPClient',
    'chdir chmod file get getfo listdir listdir_attr mkdir open put putfo remove rename rmdir stat',
    { twin: 'asyncssh' },
  ],
  [
    'ATT207',
    'botocore.client.BaseClient',
    'copy_object delete_item delete_object download_file download_fileobj get_item get_object get_secret_value head_object invoke invoke_model list_objects list_objects_v2 publish put_item put_object query receive_message scan send_message update_item upload_file upload_fileobj',
    { twin: 'aioboto3' },
  ],
  [
    'ATT207',
    'openai.OpenAI openai.AzureOpenAI',
    'create generate list parse retrieve stream',
    { twin: 'openai.AsyncOpenAI', deep: true },
  ],
  [
    'ATT207',
    'anthropic.Anthropic',
    'create list retrieve stream',
    { twin: 'anthropic.AsyncAnthropic', deep: true },
  ],

  // Waiting for other threads and processes
  [
    'ATT208',
    'threading.Lock threading.RLock threading.Semaphore multiprocessing.synchronize.SemLock',
    'acquire',
    { unless: ['0 blocking', '0 block', '1 timeout'] },
  ],
  ['ATT208', 'threading.Condition', 'acquire', { unless: ['0 blocking', '1 timeout'] }],
  [
    'ATT208',
    'threading.Event threading.Condition multiprocessing.synchronize.Event multiprocessing.synchronize.Condition',
    'wait',
    { unless: ['0 timeout'] },
  ],
  [
    'ATT208',
    'threading.Condition multiprocessing.synchronize.Condition',
    'wait_for',
    { unless: ['1 timeout'] },
  ],
  ['ATT208', 'threading.Barrier', 'wait', { unless: ['0 timeout'] }],
  [
    'ATT208',
    'threading.Thread multiprocessing.process.BaseProcess',
    'join',
    { unless: ['0 timeout'] },
  ],
  [
    'ATT208',
    'queue.Queue queue.SimpleQueue multiprocessing.queues.Queue',
    'get',
    { unless: QUEUE_EXITS.get },
  ],
  // Most queues have no limit, and never make one wait to put.
  [
    'ATT208',
    'queue.Queue multiprocessing.queues.Queue',
    'put',
    { unless: QUEUE_EXITS.put, brief: true },
  ],
  ['ATT208', 'queue.Queue multiprocessing.queues.JoinableQueue', 'join'],
  ['ATT208', 'multiprocessing.queues.SimpleQueue', 'get'],
  [
    'ATT208',
    'multiprocessing.pool.Pool',
    'apply join map starmap',
    { twin: 'asyncio.loop.run_in_executor' },
  ],
  [
    'ATT208',
    'multiprocessing.pool.AsyncResult multiprocessing.pool.ApplyResult',
    'get wait',
    { unless: ['0 timeout'] },
  ],
  ['ATT208', 'multiprocessing.connection._ConnectionBase', 'recv recv_bytes recv_bytes_into'],
  [
    'ATT208',
    'concurrent.futures.Future',
    'exception result',
    { twin: 'asyncio.wrap_future', unless: ['0 timeout'] },
  ],
  ['ATT208', 'concurrent.futures', 'as_completed', { twin: 'asyncio.as_completed' }],
  ['ATT208', 'concurrent.futures', 'wait', { twin: 'asyncio.wait', unless: ['1 timeout'] }],
  ['ATT208', 'concurrent.futures.Executor', 'shutdown', { unless: ['0 wait'] }],

  // The processor
  ['ATT210', 'hashlib', 'pbkdf2_hmac scrypt'],
  ['ATT210', 'bcrypt', 'checkpw hashpw kdf'],
  ['ATT210', 'argon2', 'hash_password verify_password'],
  ['ATT210', 'argon2.PasswordHasher', 'hash verify'],
  ['ATT210', 'passlib.context.CryptContext', 'hash verify verify_and_update'],
  ['ATT210', 'zlib bz2 lzma gzip', 'compress'],
];
