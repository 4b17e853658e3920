import { describe, expect, test } from 'vitest';
import { publicName } from '../../server/src/knowledge/public-names.ts';
import {
  type ClassEntry,
  classMember,
  type Entry,
  type FunctionEntry,
  findMember,
  isAvailable,
  isSubclass,
  knownEntry,
  newestVersion,
  oldestVersion,
  type RefType,
  stdlibModule,
  stdlibModuleNames,
  substitute,
  type TypeExpr,
  typeshedVersion,
  type Version,
} from '../../server/src/knowledge/stdlib.ts';
import { isSyncCallableName } from '../../server/src/knowledge/sync-names.ts';
import { parseType } from '../../server/src/knowledge/type-expr.ts';

function fn(name: string, at?: Version): FunctionEntry {
  const entry = knownEntry(name, at);
  if (entry?.kind !== 'function') throw new Error(`${name}: ${entry?.kind}`);
  return entry;
}

function cls(name: string): ClassEntry {
  const entry = knownEntry(name);
  if (entry?.kind !== 'class') throw new Error(`${name}: ${entry?.kind}`);
  return entry;
}

/** The heads of a type, in the notation of the data. */
function heads(type: TypeExpr): string[] {
  if (type.kind === 'union') return type.members.flatMap(heads);
  if (type.kind === 'ref') return [type.name];
  return [type.kind === 'typevar' ? `~${type.name}` : type.kind];
}

const returned = (name: string, at?: Version) => [...new Set(heads(fn(name, at).returns))];

describe('functions', () => {
  test.each([
    'asyncio.sleep',
    'asyncio.wait',
    'asyncio.wait_for',
    'asyncio.to_thread',
    'asyncio.open_connection',
    'asyncio.start_server',
    'asyncio.create_subprocess_exec',
    'asyncio.AbstractEventLoop.shutdown_asyncgens',
    'asyncio.AbstractEventLoop.create_connection',
    'asyncio.Queue.get',
    'asyncio.Queue.join',
    'asyncio.Lock.acquire',
    'asyncio.Event.wait',
    'asyncio.StreamReader.read',
    'asyncio.StreamReader.__anext__',
    'asyncio.StreamWriter.drain',
    'asyncio.StreamWriter.wait_closed',
    'asyncio.subprocess.Process.wait',
    'asyncio.subprocess.Process.communicate',
    'asyncio.Server.serve_forever',
    'contextlib.AsyncExitStack.enter_async_context',
    'contextlib.AsyncExitStack.aclose',
  ])('%s is a coroutine function', (name) => {
    expect(fn(name).isAsync).toBe(true);
  });

  test.each([
    'builtins.anext', // with a default only
    'asyncio.run',
    'asyncio.create_task',
    'asyncio.gather',
    'asyncio.ensure_future',
    'asyncio.shield',
    'asyncio.timeout',
    'asyncio.run_coroutine_threadsafe',
    'asyncio.get_event_loop',
    'asyncio.AbstractEventLoop.create_task',
    'asyncio.AbstractEventLoop.run_in_executor',
    'asyncio.AbstractEventLoop.call_soon',
    'asyncio.Queue.put_nowait',
    'asyncio.Lock.release',
    'asyncio.Event.set',
    'asyncio.StreamWriter.write',
    'asyncio.StreamWriter.close',
    'asyncio.StreamReader.__aiter__',
    'asyncio.subprocess.Process.kill',
    'asyncio.TaskGroup.create_task',
    'asyncio.Task.cancel',
    'contextlib.AsyncExitStack.push_async_callback',
    'time.sleep',
    'builtins.input',
  ])('%s is not', (name) => {
    expect(fn(name).isAsync).toBe(false);
  });

  test.each([
    ['asyncio.create_task', ['_asyncio.Task']],
    ['asyncio.gather', ['_asyncio.Future']],
    ['asyncio.ensure_future', ['~_FT', '_asyncio.Task']],
    ['asyncio.as_completed', ['asyncio.tasks._SyncAndAsyncIterator']],
    ['asyncio.timeout', ['asyncio.timeouts.Timeout']],
    ['asyncio.run_coroutine_threadsafe', ['concurrent.futures._base.Future']],
    ['asyncio.current_task', ['_asyncio.Task', 'none']],
    ['asyncio.get_running_loop', ['asyncio.events.AbstractEventLoop']],
    ['asyncio.AbstractEventLoop.run_in_executor', ['_asyncio.Future']],
    ['asyncio.AbstractEventLoop.call_later', ['asyncio.events.TimerHandle']],
    ['asyncio.TaskGroup.__aenter__', ['~Self']],
    ['concurrent.futures.Executor.submit', ['concurrent.futures._base.Future']],
    ['typing.AsyncGenerator.aclose', ['typing.Coroutine']],
    ['builtins.anext', ['~_AwaitableT', 'typing.Coroutine']],
    ['contextlib.suppress.__exit__', ['builtins.bool']],
    ['contextlib.asynccontextmanager', ['callable']],
    ['bdb.Bdb.set_enterframe', ['contextlib._GeneratorContextManager']],
    ['random.randint', ['builtins.int']],
    ['sys.exit', ['never']],
  ])('%s returns %j', (name, expected) => {
    expect(returned(name)).toEqual(expected);
  });

  test('open: one type of file an overload', () => {
    expect(returned('builtins.open').slice(0, 5)).toEqual([
      '_io.TextIOWrapper',
      '_io.FileIO',
      '_io.BufferedRandom',
      '_io.BufferedWriter',
      '_io.BufferedReader',
    ]);
  });

  test('what differs from a version to the other', () => {
    expect(returned('asyncio.as_completed', [3, 12])).toEqual(['typing.Iterator']);
    const names = (at: Version) =>
      fn('asyncio.create_task', at).signatures[0]!.parameters.map(({ name }) => name);
    expect(names([3, 10])).toEqual(['coro', 'name']);
    expect(names([3, 11])).toEqual(['coro', 'name', 'context']);
    expect(names([3, 14])).toEqual(['coro', 'name', 'context', 'eager_start']);
  });

  test('parameters', () => {
    const { parameters } = fn('asyncio.AbstractEventLoop.call_later').signatures[0]!;
    expect(parameters.map(({ name, kind, hasDefault }) => [name, kind, hasDefault])).toEqual([
      ['delay', 'positional', false],
      ['callback', 'positional', false],
      ['args', 'var-positional', false],
      ['context', 'keyword-only', true],
    ]);
    expect(parameters.map(({ accepts }) => accepts.callable)).toEqual([false, true, false, false]);
    const [first] = fn('asyncio.to_thread').signatures[0]!.parameters;
    expect(first).toMatchObject({ name: 'func', kind: 'positional-only' });
    expect(fn('asyncio.run').signatures[0]!.parameters[0]!.accepts.awaitable).toBe(true);
    const [connected] = fn('asyncio.start_server').signatures[0]!.parameters;
    expect(connected!.accepts.asyncCallable).toBe(true);
  });

  test('flags', () => {
    expect(fn('builtins.dict.fromkeys').isClassMethod).toBe(true);
    expect(fn('builtins.str.maketrans').isStatic).toBe(true);
    expect(fn('asyncio.AbstractEventLoop.run_forever').isAbstract).toBe(true);
    expect(fn('threading.activeCount').deprecated).toEqual({ since: [3, 10], removed: undefined });
    expect(fn('asyncio.iscoroutinefunction').deprecated?.since).toEqual([3, 14]);
    expect(knownEntry('asyncio.SafeChildWatcher')?.deprecated).toEqual({
      since: [3, 12],
      removed: [3, 14],
    });
  });
});

describe('lifetimes', () => {
  test.each<[string, Version | undefined, Version | undefined]>([
    ['asyncio.run', [3, 7], undefined],
    ['asyncio.current_task', [3, 7], undefined],
    ['asyncio.to_thread', [3, 9], undefined],
    ['contextlib.aclosing', [3, 10], undefined],
    ['builtins.anext', [3, 10], undefined],
    ['asyncio.timeout', [3, 11], undefined],
    ['asyncio.TaskGroup', [3, 11], undefined],
    ['asyncio.TaskGroup.create_task', [3, 11], undefined],
    ['asyncio.Runner', [3, 11], undefined],
    ['asyncio.Task.uncancel', [3, 11], undefined],
    ['asyncio.Queue.shutdown', [3, 13], undefined],
    ['asyncio.coroutine', [3, 4], [3, 11]],
    ['asyncio.SafeChildWatcher', [3, 4], [3, 14]],
    ['asyncore.dispatcher', undefined, [3, 12]],
    ['asyncio.CancelledError', [3, 4], undefined],
    ['asyncio.SelectorEventLoop.create_unix_server', [3, 4], undefined],
    ['threading.Lock', undefined, undefined],
    ['threading.Lock.acquire', undefined, undefined],
  ])('%s', (name, since, until) => {
    const entry = knownEntry(name)!;
    expect([entry.since, entry.until]).toEqual([since, until]);
  });

  test('isAvailable', () => {
    const timeout = knownEntry('asyncio.timeout')!;
    expect([isAvailable(timeout, [3, 10]), isAvailable(timeout, [3, 11])]).toEqual([false, true]);
    const coroutine = knownEntry('asyncio.coroutine')!;
    expect([isAvailable(coroutine, [3, 10]), isAvailable(coroutine, [3, 11])]).toEqual([
      true,
      false,
    ]);
    expect(isAvailable(stdlibModule('imp')!, [3, 12])).toBe(false);
  });

  test('the versions told apart', () => {
    expect(oldestVersion).toEqual([3, 10]);
    expect(newestVersion[1]).toBeGreaterThanOrEqual(14);
    expect(typeshedVersion).toMatch(/^[0-9a-f]{40}$/);
  });
});

describe('classes', () => {
  const isContextManager = (name: string) =>
    ['__enter__', '__aenter__'].filter((method) => classMember(cls(name), method));

  test.each([
    ['asyncio.Lock', ['__aenter__']],
    ['asyncio.Timeout', ['__aenter__']],
    ['asyncio.TaskGroup', ['__aenter__']],
    ['asyncio.Runner', ['__enter__']],
    ['asyncio.Server', ['__aenter__']],
    ['threading.Lock', ['__enter__']],
    ['contextlib.ExitStack', ['__enter__']],
    ['contextlib.AsyncExitStack', ['__aenter__']],
    ['contextlib.nullcontext', ['__enter__', '__aenter__']],
    ['asyncio.Queue', []],
  ])('%s has %j', (name, expected) => {
    expect(isContextManager(name)).toEqual(expected);
  });

  test('inheritance carries type arguments', () => {
    const task = parseType('_asyncio.Task[str]') as RefType;
    const found = findMember(task, 'result')!;
    expect(found.owner.qualifiedName).toBe('_asyncio.Future');
    expect(substitute((found.entry as FunctionEntry).returns, found.bindings)).toEqual(
      parseType('str'),
    );
  });

  test('ancestry', () => {
    expect(isSubclass(cls('asyncio.Task'), 'typing.Awaitable')).toBe(true);
    expect(isSubclass(cls('socket.AddressFamily'), 'enum.Enum')).toBe(true);
    expect(isSubclass(cls('asyncio.Lock'), 'builtins.object')).toBe(true);
    expect(isSubclass(cls('asyncio.Queue'), 'typing.Awaitable')).toBe(false);
  });

  test('headings', () => {
    expect(cls('typing.AsyncGenerator').typeParameters.map(({ name }) => name)).toEqual([
      '_YieldT_co',
      '_SendT_contra',
    ]);
    expect(cls('typing.Awaitable').isProtocol).toBe(true);
    expect(cls('inspect.FullArgSpec').isNamedTuple).toBe(true);
    expect(cls('abc.ABC').metaclass?.name).toBe('abc.ABCMeta');
    expect(cls('unittest.mock.Mock').hasUnknownBase).toBe(false);
    expect(cls('unittest.mock.NonCallableMock').hasUnknownBase).toBe(true);
  });

  test('properties and variables', () => {
    const sockets = classMember(cls('asyncio.Server'), 'sockets')!;
    expect(sockets).toMatchObject({ kind: 'variable', isProperty: true });
    expect(knownEntry('http.HTTPStatus.OK')).toMatchObject({
      type: { kind: 'ref', name: 'http.HTTPStatus' },
    });
    expect(knownEntry('subprocess.PIPE')).toMatchObject({ kind: 'variable', isProperty: false });
  });
});

describe('names', () => {
  test('modules', () => {
    expect(stdlibModule('asyncio')!.submodules).toContain('asyncio.subprocess');
    expect(stdlibModule('asyncio')!.entry('subprocess')?.kind).toBe('module');
    expect(knownEntry('os.path')?.kind).toBe('module');
    expect(knownEntry('os.path.join')?.qualifiedName).toBe('posixpath.join');
    expect([...stdlibModule('asyncio')!.names()]).toContain('get_event_loop');
  });

  test.each(['asyncio.create_taks', 'asyncio.Task.nope', 'asyncio.async', 'nope', 'asyncio.sys'])(
    '%s does not exist',
    (name) => {
      expect(knownEntry(name)).toBeUndefined();
    },
  );

  test.each([
    ['asyncio.tasks.create_task', 'asyncio.create_task'],
    ['_asyncio.Task', 'asyncio.Task'],
    ['asyncio.locks.Lock.acquire', 'asyncio.Lock.acquire'],
    ['asyncio.unix_events._UnixSelectorEventLoop', 'asyncio.SelectorEventLoop'],
    ['asyncio.subprocess.Process', 'asyncio.subprocess.Process'],
    ['_thread.lock', 'threading.Lock'],
    ['_io.TextIOWrapper', 'io.TextIOWrapper'],
    ['posixpath.join', 'os.path.join'],
    ['concurrent.futures._base.Future', 'concurrent.futures.Future'],
    ['unittest.async_case.IsolatedAsyncioTestCase', 'unittest.IsolatedAsyncioTestCase'],
    ['builtins.open', 'open'],
    ['time.sleep', 'time.sleep'],
    ['mon_projet.envoyer', 'mon_projet.envoyer'],
  ])('the public name of %s is %s', (name, expected) => {
    expect(publicName(name)).toBe(expected);
  });

  test('names of synchronous callables', () => {
    const sync = ['get', 'put_nowait', 'acquire', 'seed', 'gather', 'assertEquals', 'shutdown'];
    expect(sync.filter((name) => !isSyncCallableName(name))).toEqual([]);
    const others = ['drain', 'aclose', 'asend', 'start_tls', 'envoyer', 'to_thread', '_x'];
    expect(others.filter((name) => isSyncCallableName(name))).toEqual([]);
  });
});

test('every entry can be read, and no name leads nowhere', () => {
  let count = 0;
  const lost: string[] = [];
  const check = (type: TypeExpr, from: string): void => {
    if (type.kind === 'ref') {
      if (!knownEntry(type.name)) lost.push(`${from}: ${type.name}`);
      for (const arg of type.args) check(arg, from);
    } else if (type.kind === 'union') for (const member of type.members) check(member, from);
    else if (type.kind === 'rest') check(type.of, from);
    else if (type.kind === 'callable') check(type.returns, from);
  };
  const visit = (entry: Entry): void => {
    count++;
    if (entry.kind === 'alias' && !knownEntry(entry.target)) lost.push(entry.qualifiedName);
    if (entry.kind === 'variable') check(entry.type, entry.qualifiedName);
    if (entry.kind === 'function') check(entry.returns, entry.qualifiedName);
    if (entry.kind === 'class') {
      for (const base of entry.bases) check(base, entry.qualifiedName);
      for (const name of entry.ownNames()) visit(entry.ownMember(name)!);
    }
  };
  for (const module of stdlibModuleNames()) {
    for (const name of stdlibModule(module)!.names()) visit(stdlibModule(module)!.entry(name)!);
  }
  expect(lost).toEqual([]);
  expect(count).toBeGreaterThan(25_000);
});
