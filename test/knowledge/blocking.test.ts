import { describe, expect, it } from 'vitest';
import {
  blockingFunction,
  blockingGroups,
  blockingMethods,
} from '../../server/src/knowledge/blocking.ts';
import { knownEntry, stdlibModule } from '../../server/src/knowledge/stdlib.ts';
import { classGivenBy } from '../../server/src/knowledge/unread.ts';

describe('the table of blocking calls', () => {
  const ofStdlib = blockingGroups()
    .filter(({ of }) => stdlibModule(of.split('.')[0]!) !== undefined && !of.startsWith('sys.'))
    .flatMap(({ of, names }) => [...names].map((name) => `${of}.${name}`));

  it('speaks of much of the standard library', () => {
    expect(ofStdlib.length).toBeGreaterThan(300);
  });

  it.each(ofStdlib)('%s exists', (name) => {
    expect(knownEntry(name) ?? inherited(name)).toBeDefined();
  });

  it.each([
    ['time.sleep', 'ATT201'],
    ['requests.get', 'ATT202'],
    ['requests.api.get', 'ATT202'],
    ['requests.sessions.Session.get', 'ATT202'],
    ['subprocess.run', 'ATT203'],
    ['open', 'ATT204'],
    ['pathlib.Path.read_text', 'ATT204'],
    ['input', 'ATT205'],
    ['sqlite3.connect', 'ATT206'],
    ['pymongo.MongoClient.base.collection.find_one', 'ATT206'],
    ['socket.getaddrinfo', 'ATT207'],
    ['openai.OpenAI.chat.completions.create', 'ATT207'],
    ['queue.Queue.get', 'ATT208'],
    ['hashlib.scrypt', 'ATT210'],
    ['requests.Session', undefined],
    ['httpx.AsyncClient.get', undefined],
    ['redis.asyncio.Redis.get', undefined],
    ['asyncio.Queue.get', undefined],
    ['asyncio.sleep', undefined],
    ['os.path.join', undefined],
    ['print', undefined],
  ])('%s: %s', (name, code) => expect(blockingFunction(name)?.code).toBe(code));

  it('finds classes by their methods', () => {
    expect(blockingMethods('acquire').map(({ of }) => of)).toContain('threading.Lock');
    expect(blockingMethods('append_nothing')).toEqual([]);
  });
});

it.each([
  ['requests.Session', 'requests.Session'],
  ['requests.session', 'requests.Session'],
  ['httpx.Client.__enter__', 'httpx.Client'],
  ['psycopg2.connect', 'psycopg2.extensions.connection'],
  ['django.db.models.QuerySet.filter', 'django.db.models.QuerySet'],
  ['requests.get', undefined],
])('a call of %s gives %s', (callee, cls) => expect(classGivenBy(callee)).toBe(cls));

/** A member that the class has from a base: a name of any version. */
function inherited(name: string): unknown {
  const dot = name.lastIndexOf('.');
  const entry = knownEntry(name.slice(0, dot));
  if (entry?.kind !== 'class') return undefined;
  for (const { name: base } of entry.bases) {
    const found =
      knownEntry(`${base}.${name.slice(dot + 1)}`) ?? inherited(`${base}.${name.slice(dot + 1)}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
