/**
 * The releases that `packages.json` is made from, and the modules that people import of each; `.*` stands for
 * the public modules directly inside. A distribution of stubs (`types-…`) is read in place of a package whose
 * own sources say little.
 */
export const PACKAGES: Readonly<
  Record<string, { readonly version: string; readonly modules: readonly string[] }>
> = {
  'aio-pika': { version: '10.2.1', modules: ['aio_pika'] },
  aioboto3: { version: '15.5.0', modules: ['aioboto3'] },
  aiodns: { version: '4.0.4', modules: ['aiodns'] },
  aiogram: {
    version: '3.31.0',
    modules: ['aiogram', 'aiogram.types', 'aiogram.fsm.context', 'aiogram.client.session.aiohttp'],
  },
  aiohttp: { version: '3.14.5', modules: ['aiohttp', 'aiohttp.web', 'aiohttp.client'] },
  aiokafka: { version: '0.14.0', modules: ['aiokafka'] },
  aiomqtt: { version: '2.5.1', modules: ['aiomqtt'] },
  aiomysql: { version: '0.3.2', modules: ['aiomysql'] },
  aiormq: { version: '7.2.4', modules: [] },
  aiosqlite: { version: '0.22.1', modules: ['aiosqlite'] },
  anthropic: { version: '2.12.0', modules: ['anthropic'] },
  anyio: { version: '4.16.0', modules: ['anyio', 'anyio.abc', 'anyio.*'] },
  apscheduler: { version: '3.11.3', modules: ['apscheduler.schedulers.*'] },
  'asyncpg-stubs': {
    version: '0.32.0',
    modules: ['asyncpg', 'asyncpg.pool', 'asyncpg.connection'],
  },
  asyncssh: { version: '2.24.1', modules: ['asyncssh'] },
  bleak: { version: '3.1.0', modules: ['bleak', 'bleak.*'] },
  boto3: { version: '1.44.5', modules: ['boto3'] },
  celery: { version: '5.7.0', modules: ['celery'] },
  'discord.py': {
    version: '2.7.1',
    modules: [
      'discord',
      'discord.app_commands',
      'discord.ui',
      'discord.ext.commands',
      'discord.ext.tasks',
    ],
  },
  fastapi: { version: '0.165.0', modules: ['fastapi', 'fastapi.*'] },
  httpx: { version: '0.28.1', modules: ['httpx'] },
  'jupyter-client': { version: '8.10.0', modules: ['jupyter_client', 'jupyter_client.*'] },
  mcp: { version: '2.3.0', modules: ['mcp', 'mcp.*', 'mcp.client.*', 'mcp.server.*'] },
  motor: { version: '3.7.1', modules: ['motor.motor_asyncio'] },
  'nats-py': { version: '2.16.0', modules: ['nats', 'nats.aio.client', 'nats.js'] },
  openai: { version: '3.54.0', modules: ['openai'] },
  'paho-mqtt': { version: '2.2.0', modules: ['paho.mqtt.*'] },
  paramiko: { version: '5.1.0', modules: ['paramiko'] },
  playwright: { version: '1.65.2', modules: ['playwright.async_api', 'playwright.sync_api'] },
  'psycopg-pool': { version: '3.3.3', modules: ['psycopg_pool'] },
  psycopg: { version: '3.3.9', modules: ['psycopg'] },
  pymongo: { version: '4.20.0', modules: ['pymongo'] },
  pymysql: { version: '1.2.4', modules: ['pymysql', 'pymysql.connections', 'pymysql.cursors'] },
  'pytest-asyncio': { version: '1.5.0', modules: ['pytest_asyncio'] },
  'python-telegram-bot': { version: '22.8', modules: ['telegram', 'telegram.ext'] },
  quart: { version: '0.22.0', modules: ['quart'] },
  redis: { version: '8.1.0', modules: ['redis', 'redis.asyncio'] },
  requests: { version: '2.34.2', modules: ['requests'] },
  sanic: { version: '25.12.1', modules: ['sanic'] },
  scrapy: { version: '2.19.0', modules: ['scrapy', 'scrapy.*'] },
  sqlalchemy: {
    version: '2.1.9',
    modules: ['sqlalchemy', 'sqlalchemy.orm', 'sqlalchemy.ext.asyncio'],
  },
  starlette: { version: '1.10.0', modules: ['starlette.*'] },
  telethon: { version: '1.45.0', modules: ['telethon', 'telethon.sync'] },
  tenacity: { version: '9.2.1', modules: ['tenacity'] },
  tornado: { version: '6.6.1', modules: ['tornado.*'] },
  'tortoise-orm': {
    version: '1.1.9',
    modules: ['tortoise', 'tortoise.models', 'tortoise.queryset', 'tortoise.transactions'],
  },
  'types-aiofiles': {
    version: '25.1.0.20261107',
    modules: ['aiofiles', 'aiofiles.os', 'aiofiles.tempfile'],
  },
  'types-grpcio': { version: '1.85.0.20261028', modules: ['grpc', 'grpc.aio'] },
  'types-mysqlclient': {
    version: '2.3.0.20260923',
    modules: ['MySQLdb', 'MySQLdb.connections', 'MySQLdb.cursors'],
  },
  'types-psycopg2': {
    version: '2.9.21.20261008',
    modules: ['psycopg2', 'psycopg2.extensions', 'psycopg2.extras', 'psycopg2.pool'],
  },
  urllib3: { version: '2.8.0', modules: ['urllib3'] },
  websockets: {
    version: '17.4',
    modules: ['websockets', 'websockets.asyncio.*', 'websockets.sync.*'],
  },
  zigpy: {
    version: '2.4.0',
    modules: ['zigpy.application', 'zigpy.device', 'zigpy.endpoint', 'zigpy.group', 'zigpy.zcl'],
  },
};

/** Classes that are but the underside of others: they are left out. */
export const WITHOUT =
  /With(?:Raw|Streaming)Response(?:Content)?$|\/resources\/(?:beta|organization)\//;
