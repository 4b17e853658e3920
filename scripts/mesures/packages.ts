/** The real code that measures read: pinned packages of PyPI, unpacked once under `.cache/mesures`. */

import { type PythonFile, pythonFiles, unpacked } from '../wheels.ts';

/** Clients, servers and frameworks whose own code is mostly coroutines. */
const LIBRARIES = [
  'aio-pika==10.2.1',
  'aiocache==0.12.3',
  'aiodocker==0.27.0',
  'aiohttp==3.9.5',
  'aiokafka==0.14.0',
  'aiomysql==0.3.2',
  'aiopg==1.4.0',
  'aiormq==7.2.4',
  'aiosmtplib==5.1.3',
  'anyio==4.16.0',
  'asyncssh==2.24.1',
  'gql==4.4.0',
  'httpcore==1.0.9',
  'httpx==0.28.1',
  'hypercorn==0.18.0',
  'nats-py==2.16.0',
  'pymodbus==3.16.1',
  'websockets==17.4',
];

/** Larger frameworks, and programs: what their authors allow themselves is closer to what users write. */
const APPLICATIONS = [
  'aiocoap==0.4.17',
  'aiogram==3.31.0',
  'aiortc==1.16.0',
  'aiosmtpd==1.4.6',
  'arq==0.28.0',
  'crawl4ai==0.9.5',
  'discord.py==2.7.1',
  'distributed==2026.8.0',
  'kopf==1.45.2',
  'metagpt==0.8.2',
  'mitmproxy==11.0.2',
  'prefect==3.9.1',
  'pyatv==0.18.0',
  'python-telegram-bot==22.8',
  'red-discordbot==3.5.24',
  'redis==8.1.0',
  'sanic==25.12.1',
  'slack-bolt==1.30.0',
  'slixmpp==1.17.0',
  'telethon==1.45.0',
  'textual==8.2.8',
];

/** Every pinned package. */
export const ECOSYSTEM: readonly string[] = [...LIBRARIES, ...APPLICATIONS].sort();

/** The Python files of every library, in a fixed order. Downloads what `cache` does not hold. */
export function readPackages(cache: string): ReadonlyMap<string, readonly PythonFile[]> {
  return new Map(LIBRARIES.map((name) => [name, pythonFiles(unpacked(cache, name), name)]));
}
