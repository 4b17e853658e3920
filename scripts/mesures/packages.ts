/** The real code that measures read: pinned packages of PyPI, unpacked once under `.cache/mesures`. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

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
  'python-telegram-bot==22.8',
  'red-discordbot==3.5.24',
  'redis==8.1.0',
  'slack-bolt==1.30.0',
  'telethon==1.45.0',
  'textual==8.2.8',
];

/** Every pinned package. */
export const ECOSYSTEM: readonly string[] = [...LIBRARIES, ...APPLICATIONS].sort();

/** Wheels of one platform, so that every machine reads the same files. */
const PLATFORM = [
  '--only-binary=:all:',
  '--implementation=cp',
  '--python-version=3.11',
  '--platform=manylinux_2_17_x86_64',
  '--platform=manylinux2014_x86_64',
  '--platform=manylinux_2_28_x86_64',
];

export interface PythonFile {
  /** From the folder that holds all packages: `aiohttp==3.9.5/aiohttp/web.py`. */
  readonly path: string;
  readonly text: string;
}

/** The Python files of every library, in a fixed order. Downloads what `cache` does not hold. */
export function readPackages(cache: string): ReadonlyMap<string, readonly PythonFile[]> {
  return new Map(LIBRARIES.map((name) => [name, pythonFiles(unpacked(cache, name), name)]));
}

/** The folder of a pinned package's sources; throws when `cache` does not hold it and pip cannot bring it. */
export function unpacked(cache: string, name: string): string {
  const folder = join(cache, 'sources', name);
  if (existsSync(folder)) return folder;
  const wheels = join(cache, 'wheels', name);
  mkdirSync(wheels, { recursive: true });
  const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', ...PLATFORM, '--dest', wheels];
  execFileSync('python3', [...pip, name], { stdio: ['ignore', 'ignore', 'inherit'] });
  const wheel = join(wheels, readdirSync(wheels).find((file) => file.endsWith('.whl'))!);
  // Under its name only once it is whole.
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  execFileSync('python3', ['-m', 'zipfile', '-e', wheel, partial]);
  renameSync(partial, folder);
  return folder;
}

function pythonFiles(folder: string, path: string): PythonFile[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const inner = { folder: join(folder, entry.name), path: `${path}/${entry.name}` };
    if (entry.isDirectory()) return pythonFiles(inner.folder, inner.path);
    if (!/\.pyi?$/.test(entry.name)) return [];
    return [{ path: inner.path, text: readFileSync(inner.folder, 'utf8') }];
  });
}
