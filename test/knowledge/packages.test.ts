import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { isCertainlyAbsent, packageModule } from '../../server/src/knowledge/packages.ts';
import { packageTexts, releases } from '../../server/src/knowledge/packages-text.ts';
import {
  classMember,
  type Entry,
  knownEntry,
  type TypeExpr,
} from '../../server/src/knowledge/stdlib.ts';
import { Workspace } from '../../server/src/lint/index.ts';
import { readAssets } from '../support/assets.ts';
import { filesOf } from '../support/files.ts';

const root = join(import.meta.dirname, '../..');

let workspace: Workspace;

beforeAll(async () => {
  workspace = await Workspace.create({
    ...readAssets(),
    files: filesOf(new Map()),
    log: (message) => {
      throw new Error(message);
    },
  });
  workspace.setRoots(['/p']);
});

/** The findings, blocking calls apart, of a program whose packages are not installed: `code line`. */
async function found(code: string): Promise<string[]> {
  workspace.setDocument('/p/a.py', code);
  await workspace.complete('/p/a.py');
  return workspace
    .findings('/p/a.py')
    .filter(({ level, code }) => /^(?:error|warning)$/.test(level) && !/^ATT2/.test(code))
    .map((finding) => `${finding.code} ${code.slice(0, finding.start).split('\n').length}`);
}

/** Lines marked `# ATT101`, in an `async def` below the imports. */
function program(imports: string, body: string): { code: string; marks: string[] } {
  const lines = body.replace(/^\n/, '').replaceAll(/^ {6}/gm, '').split('\n');
  const code = `${imports}\n\nasync def main(x, y):\n${lines.map((line) => `    ${line.trimEnd()}\n`).join('')}`;
  const marks = code.split('\n').flatMap((line, i) => {
    const mark = /# (ATT\d+)$/.exec(line)?.[1];
    return mark ? [`${mark} ${i + 1}`] : [];
  });
  return { code, marks };
}

describe('mistakes with packages that are not installed', () => {
  it.each<[imports: string, body: string]>([
    [
      'import aiohttp',
      `
      with aiohttp.ClientSession() as session:  # ATT404
          pass
      async with aiohttp.ClientSession() as session:
          with session.get(x) as response:  # ATT404
              pass
          async with session.get(x) as response:
              response.json()  # ATT101
              await response.text()
          other = await session.get(x)
          other.read()  # ATT101
      session.close()  # ATT101`,
    ],
    [
      'import httpx',
      `
      with httpx.AsyncClient() as client:  # ATT404
          pass
      async with httpx.AsyncClient() as client:
          client.get(x)  # ATT101
          client.post(x).status_code  # ATT103
          with client.stream("GET", x) as r:  # ATT404
              pass
          r = await client.get(x)
          r.aread()  # ATT101
          r.json()
      client.aclose()  # ATT101`,
    ],
    [
      'import aiofiles\nimport aiofiles.os',
      `
      with aiofiles.open(x) as f:  # ATT404
          pass
      async with aiofiles.open(x) as f:
          f.read()  # ATT101
          f.write(y)  # ATT101
          f.fileno()
      aiofiles.os.remove(x)  # ATT101
      aiofiles.os.mkdir(x)  # ATT101`,
    ],
    [
      'import asyncpg',
      `
      asyncpg.connect(x)  # ATT101
      connection = await asyncpg.connect(x)
      connection.execute(y)  # ATT101
      connection.fetchrow(y)["id"]  # ATT103
      pool = await asyncpg.create_pool(x)
      pool.execute(y)  # ATT101
      async with pool.acquire() as c:
          c.fetch(y)  # ATT101
      with pool.acquire() as c:  # ATT404
          pass`,
    ],
    [
      'import psycopg',
      `
      psycopg.AsyncConnection.connect(x)  # ATT101
      connection = await psycopg.AsyncConnection.connect(x)
      connection.commit()  # ATT101
      async with connection.cursor() as cursor:
          cursor.execute(y)  # ATT101
          cursor.fetchone()  # ATT101
      with connection.cursor() as cursor:  # ATT404
          pass
      with psycopg.connect(x) as sync:
          sync.execute(y)
          sync.commit()`,
    ],
    [
      'import redis\nimport redis.asyncio as aioredis',
      `
      client = aioredis.Redis()
      client.aclose()  # ATT101
      client.get(x)
      await client.get(x)
      with client.pipeline() as pipe:  # ATT404
          pass
      async with client.pipeline() as pipe:
          pipe.set(x, y)
          pipe.execute()  # ATT101
      pubsub = client.pubsub()
      pubsub.get_message()  # ATT101
      pubsub.aclose()  # ATT101
      redis.Redis().get(x)
      redis.Redis().close()`,
    ],
    [
      'from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine, async_sessionmaker\nfrom sqlalchemy.orm import Session',
      `
      engine = create_async_engine(x)
      with engine.begin() as connection:  # ATT404
          pass
      async with engine.begin() as connection:
          connection.execute(y)  # ATT101
          connection.run_sync(y)  # ATT101
      async with AsyncSession(engine) as session:
          session.commit()  # ATT101
          session.execute(y)  # ATT101
          session.add(y)
      with AsyncSession(engine) as session:  # ATT404
          pass
      with Session(engine) as session:
          session.commit()
      engine.dispose()  # ATT101`,
    ],
    [
      'from pymongo import AsyncMongoClient, MongoClient',
      `
      client = AsyncMongoClient(x)
      client.close()  # ATT101
      client.server_info()  # ATT101
      client.list_database_names()  # ATT101
      client.db.things.find_one(y)
      with client.start_session() as session:  # ATT404
          pass
      MongoClient(x).close()
      MongoClient(x).server_info()`,
    ],
    [
      'import discord\nfrom discord.ext import commands',
      `
      client = discord.Client(intents=x)
      client.start(y)  # ATT101
      client.close()  # ATT101
      client.get_channel(1)
      client.wait_for("message")  # ATT101
      bot = commands.Bot("!", intents=x)
      bot.load_extension(y)  # ATT101
      bot.add_cog(y)  # ATT101
      client.run(y)`,
    ],
    [
      'from telegram import Bot, Update\nfrom telegram.ext import Application',
      `
      bot = Bot(x)
      bot.send_message(1, y)  # ATT101
      bot.get_me()  # ATT101
      with bot as b:  # ATT404
          pass
      message = await bot.send_message(1, y)
      message.reply_text(y)  # ATT101
      application = Application.builder().token(x).build()
      application.initialize()  # ATT101
      application.run_polling()`,
    ],
    [
      'from aiogram import Bot, Dispatcher\nfrom aiogram.types import Message',
      `
      bot = Bot(x)
      bot.send_message(1, y)  # ATT101
      bot.get_me()  # ATT101
      bot.delete_webhook()  # ATT101
      dispatcher = Dispatcher()
      dispatcher.start_polling(bot)  # ATT101
      bot.send_photo(1, y)  # ATT101
      dispatcher.run_polling(bot)`,
    ],
    [
      'import websockets\nfrom websockets.sync.client import connect',
      `
      with websockets.connect(x) as ws:  # ATT404
          pass
      async with websockets.connect(x) as ws:
          ws.send(y)  # ATT101
          ws.recv()  # ATT101
          ws.ping()  # ATT101
      socket = await websockets.connect(x)
      socket.close()  # ATT101
      with connect(x) as ws:
          ws.send(y)`,
    ],
    [
      'import aio_pika',
      `
      aio_pika.connect_robust(x)  # ATT101
      connection = await aio_pika.connect_robust(x)
      channel = await connection.channel()
      channel.declare_queue(y)  # ATT101
      channel.set_qos(1)  # ATT101
      connection.close()  # ATT101
      with connection as c:  # ATT404
          pass`,
    ],
    [
      'from aiokafka import AIOKafkaConsumer, AIOKafkaProducer',
      `
      producer = AIOKafkaProducer()
      producer.start()  # ATT101
      producer.send_and_wait(x, y)  # ATT101
      producer.stop()  # ATT101
      consumer = AIOKafkaConsumer(x)
      consumer.start()  # ATT101
      with producer as p:  # ATT404
          pass`,
    ],
    [
      'import nats',
      `
      nats.connect(x)  # ATT101
      client = await nats.connect(x)
      client.publish(x, y)  # ATT101
      client.drain()  # ATT101
      client.flush()  # ATT101
      client.jetstream()`,
    ],
    [
      'import grpc',
      `
      channel = grpc.aio.insecure_channel(x)
      channel.close()  # ATT101
      channel.channel_ready()  # ATT101
      with channel as c:  # ATT404
          pass
      server = grpc.aio.server()
      server.start()  # ATT101
      server.wait_for_termination()  # ATT101
      with grpc.insecure_channel(x) as c:
          pass`,
    ],
    [
      'import anyio',
      `
      anyio.sleep(1)  # ATT101
      with anyio.create_task_group() as group:  # ATT404
          pass
      async with anyio.create_task_group() as group:
          group.start_soon(x)
          group.start(x)  # ATT101
      anyio.to_thread.run_sync(x)  # ATT101
      anyio.Path(x).read_text()  # ATT101
      with anyio.move_on_after(1):
          pass
      anyio.run(x)`,
    ],
    [
      'from openai import AsyncOpenAI, OpenAI',
      `
      client = AsyncOpenAI()
      client.models.list()
      client.chat.completions.create(model=x, messages=y)  # ATT101
      client.embeddings.create(model=x, input=y)  # ATT101
      client.close()  # ATT101
      with AsyncOpenAI() as c:  # ATT404
          pass
      with OpenAI() as c:
          c.chat.completions.create(model=x, messages=y)`,
    ],
    [
      'from anthropic import Anthropic, AsyncAnthropic',
      `
      client = AsyncAnthropic()
      client.messages.create(model=x, messages=y, max_tokens=1)  # ATT101
      client.messages.count_tokens(model=x, messages=y)  # ATT101
      client.close()  # ATT101
      with client.messages.stream(model=x, messages=y, max_tokens=1) as stream:  # ATT404
          pass
      Anthropic().messages.create(model=x, messages=y, max_tokens=1)`,
    ],
    [
      'from mcp import ClientSession\nfrom mcp.server.fastmcp import FastMCP',
      `
      async with ClientSession(x, y) as session:
          session.initialize()  # ATT101
          session.list_tools()  # ATT101
          session.call_tool(x)  # ATT101
          session.send_ping()  # ATT101
      with ClientSession(x, y) as session:  # ATT404
          pass`,
    ],
    [
      'from playwright.async_api import async_playwright\nfrom playwright.sync_api import sync_playwright',
      `
      with async_playwright() as p:  # ATT404
          pass
      async with async_playwright() as p:
          p.chromium.launch()  # ATT101
          browser = await p.chromium.launch()
          page = await browser.new_page()
          page.goto(x)  # ATT101
          page.click(y)  # ATT101
          page.locator(y).click()  # ATT101
          browser.close()  # ATT101
      with sync_playwright() as p:
          page = p.chromium.launch().new_page()
          page.goto(x)`,
    ],
    [
      'import asyncssh\nimport paramiko',
      `
      async with asyncssh.connect(x) as connection:
          connection.run(y)
      other: asyncssh.SSHClientConnection = x
      other.run(y)  # ATT101
      other.wait_closed()  # ATT101
      other.start_sftp_client().exit()
      with asyncssh.connect(x) as connection:  # ATT404
          pass
      with paramiko.SSHClient() as client:
          client.exec_command(y)`,
    ],
    [
      'import aiosqlite',
      `
      with aiosqlite.connect(x) as db:  # ATT404
          pass
      async with aiosqlite.connect(x) as db:
          db.commit()  # ATT101
          db.close()  # ATT101
          await db.execute(y)
          async with db.execute(y) as cursor:
              cursor.fetchone()
          other: aiosqlite.Cursor = y
          other.fetchone()  # ATT101
          other.fetchall()  # ATT101`,
    ],
    [
      'import aiomysql',
      `
      pool = await aiomysql.create_pool()
      connection = await aiomysql.connect()
      await connection.cursor()
      async with aiomysql.create_pool() as p:
          pass
      with aiomysql.create_pool() as p:  # ATT404
          pass`,
    ],
    [
      'from bleak import BleakClient, BleakScanner',
      `
      client = BleakClient(x)
      client.connect()  # ATT101
      client.disconnect()  # ATT101
      client.read_gatt_char(y)  # ATT101
      BleakScanner.discover()  # ATT101
      with client as c:  # ATT404
          pass`,
    ],
    [
      'import aiomqtt\nimport paho.mqtt.client as mqtt',
      `
      with aiomqtt.Client(x) as client:  # ATT404
          pass
      async with aiomqtt.Client(x) as client:
          client.publish(y)  # ATT101
          client.subscribe(y)  # ATT101
          client.unsubscribe(y)  # ATT101
      mqtt.Client().publish(x)`,
    ],
    [
      'import aiodns\nimport tornado.httpclient',
      `
      tornado.httpclient.AsyncHTTPClient()
      aiodns.DNSResolver().query(x, y)`,
    ],
    [
      'import requests\nimport urllib3\nimport pymysql\nimport psycopg2\nimport boto3',
      `
      requests.get(x).json()
      with requests.Session() as session:
          session.get(x)
      with pymysql.connect(host=x) as connection:
          connection.commit()
      with psycopg2.connect(x) as connection:
          connection.commit()
      boto3.client(x).get_object(y)
      urllib3.PoolManager().request(x, y)`,
    ],
  ])('%s', async (imports, body) => {
    const { code, marks } = program(imports, body);
    expect(await found(code)).toEqual(marks);
  });
});

describe('what is silent', () => {
  it.each<[string, imports: string, body: string]>([
    [
      'what the facts leave out',
      'import aiohttp',
      'aiohttp.nothing_of_ours(x)\n      aiohttp.ClientSession().nothing()',
    ],
    ['an awaitable that may be a task', 'import redis.asyncio', 'redis.asyncio.Redis().set(x, y)'],
    [
      'what is awaited or entered',
      'import asyncpg\nimport aiohttp',
      `async with asyncpg.create_pool(x) as pool, pool.acquire() as connection:
          await connection.execute(y)
      async with aiohttp.ClientSession() as session, session.get(x) as response:
          return await response.json()`,
    ],
    [
      'an heir that says otherwise',
      'import httpx',
      `class C(httpx.AsyncClient):
          def aclose(self): ...
          def __enter__(self): ...
      C().aclose()
      with C() as c:
          pass`,
    ],
    ['a name that is bound again', 'import anyio', 'anyio = x\n      anyio.sleep(1)'],
    [
      'a manager of both kinds',
      'import starlette.testclient\nimport websockets',
      'with starlette.testclient.TestClient(x) as client:\n          client.get(y)',
    ],
    [
      'what a client looks up by attribute',
      'from pymongo import AsyncMongoClient',
      'AsyncMongoClient(x).base.collection.count(y)',
    ],
  ])('%s', async (_, imports, body) => {
    expect(await found(program(imports, `      ${body}`).code)).toEqual([]);
  });

  it('a package that is there: its own sources speak', async () => {
    const files = new Map([
      ['/q/a.py', 'import anyio\n\n\nasync def main():\n    anyio.sleep(1)\n    anyio.other()\n'],
      [
        '/q/.venv/lib/python3.12/site-packages/anyio/__init__.py',
        'def sleep(n): ...\nasync def other(): ...\n',
      ],
    ]);
    const own = await Workspace.create({ ...readAssets(), files: filesOf(files), log: () => {} });
    own.setRoots(['/q']);
    own.setDocument('/q/a.py', files.get('/q/a.py')!);
    await own.complete('/q/a.py');
    expect(own.findings('/q/a.py').map(({ code, start }) => `${code} ${start}`)).toEqual([
      'ATT101 56',
    ]);
  });
});

describe('the facts', () => {
  it('can all be read, and name only what exists', () => {
    const lost: string[] = [];
    const types = (type: TypeExpr, from: string): void => {
      if (type.kind === 'ref') {
        if (!knownEntry(type.name)) lost.push(`${from}: ${type.name}`);
        for (const arg of type.args) types(arg, from);
      } else if (type.kind === 'union') for (const member of type.members) types(member, from);
    };
    const visit = (entry: Entry): void => {
      const from = entry.qualifiedName;
      if (entry.kind === 'alias' && !knownEntry(entry.target))
        lost.push(`${from} = ${entry.target}`);
      if (entry.kind === 'variable') types(entry.type, from);
      if (entry.kind === 'function') types(entry.returns, from);
      if (entry.kind !== 'class') return;
      for (const base of entry.bases) types(base, from);
      for (const name of entry.ownNames()) visit(entry.ownMember(name)!);
    };
    let count = 0;
    for (const name of packageTexts.keys()) {
      const module = packageModule(name)!;
      for (const entry of module.names()) {
        visit(module.entry(entry)!);
        count++;
      }
    }
    expect(lost).toEqual([]);
    expect(count).toBeGreaterThan(1_500);
    expect(Object.keys(releases).length).toBeGreaterThanOrEqual(40);
  });

  it.each([
    ['aiohttp.ClientSession', '__enter__', true],
    ['aiohttp.ClientSession', 'anything', false],
    ['requests.Session', '__aenter__', true],
    ['asyncio.locks.Lock', 'anything', true],
  ])('of %s, %s is certainly absent: %s', (cls, member, isAbsent) => {
    expect(isCertainlyAbsent(cls, member)).toBe(isAbsent);
  });

  it.each([
    ['aiohttp.ClientSession', 'close', true],
    ['aiohttp.ClientSession', 'get', false],
    ['httpx.AsyncClient', 'get', true],
    ['httpx.Client', 'get', false],
    ['discord.Client', 'start', true],
    ['psycopg.AsyncConnection', 'connect', true],
    ['asyncpg.Pool', 'fetch', true],
  ])('%s.%s is declared async: %s', (name, member, isAsync) => {
    const cls = knownEntry(name)!;
    if (cls.kind !== 'class') throw new Error(name);
    expect(classMember(cls, member)).toMatchObject({ kind: 'function', isAsync });
  });

  it('go by public names', () => {
    for (const name of [
      'aiohttp.ClientSession',
      'requests.Session',
      'sqlalchemy.orm.Session',
      'redis.asyncio.Redis',
      'openai.AsyncOpenAI',
    ])
      expect(knownEntry(name)).toMatchObject({ kind: 'class', qualifiedName: name });
    expect(knownEntry('requests.get')).toMatchObject({ qualifiedName: 'requests.get' });
    expect(packageModule('discord.ext')?.entry('commands')?.kind).toBe('module');
  });

  it('stay small enough for the Web', () => {
    const json = readFileSync(join(root, 'server/src/knowledge/packages.json'));
    expect(gzipSync(json, { level: 9 }).length).toBeLessThan(60_000);
  });

  it('are those of the sources', { timeout: 300_000 }, (context) => {
    const some = ['aiosqlite', 'types-aiofiles', 'bleak', 'httpx'];
    const script = join(root, 'scripts/knowledge/packages.ts');
    const node = join(root, 'node_modules/.bin/node');
    const { status, stderr } = spawnSync(node, [script, '--check', ...some], { encoding: 'utf8' });
    context.skip(/pip/.test(stderr), 'no package index here to read the sources again');
    expect(stderr.replace(/^.*MODULE_TYPELESS.*$|^\(Use .*$/gm, '')).not.toMatch(/differs/);
    expect(status).toBe(0);
  });
});
