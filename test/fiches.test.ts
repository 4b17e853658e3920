import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Fiche, ficheForKeyword, ficheForName, fiches } from '../server/src/fiches/index.ts';
import { ruleByCode } from '../server/src/lint/index.ts';
import { TIME_LIMIT } from './support/python.ts';

const python = await findPython();

test('every page is registered, under its file name', () => {
  const files = readdirSync(new URL('../server/src/fiches/', import.meta.url));
  const pages = files.filter((name) => name.endsWith('.md')).map((name) => name.slice(0, -3));
  expect(fiches.map(({ slug }) => slug).sort()).toEqual(pages.sort());
  expect(pages.length).toBeGreaterThanOrEqual(25);
});

describe('finding a page', () => {
  test.each([
    ['asyncio.gather', 'gather'],
    ['asyncio.tasks.gather', 'gather'],
    ['asyncio.runners.run', 'run'],
    ['asyncio.tasks.create_task', 'create-task'],
    ['asyncio.tasks.wait', 'wait'],
    ['asyncio.tasks.wait_for', 'wait-for'],
    ['asyncio.timeouts.timeout', 'timeout'],
    ['asyncio.tasks.sleep', 'sleep'],
    ['asyncio.queues.Queue', 'queue'],
    ['asyncio.locks.Lock', 'lock'],
    ['asyncio.locks.Semaphore', 'semaphore'],
    ['asyncio.taskgroups.TaskGroup', 'task-group'],
    ['asyncio.threads.to_thread', 'to-thread'],
    ['asyncio.AbstractEventLoop.run_in_executor', 'run-in-executor'],
    ['asyncio.events.AbstractEventLoop.run_in_executor', 'run-in-executor'],
    ['asyncio.base_events.BaseEventLoop.run_in_executor', 'run-in-executor'],
    ['asyncio.events.AbstractEventLoop.run_until_complete', 'run-until-complete'],
    ['asyncio.unix_events._UnixSelectorEventLoop.run_forever', 'run-forever'],
    ['_asyncio.get_running_loop', 'get-running-loop'],
    ['asyncio.events.get_running_loop', 'get-running-loop'],
    ['_asyncio.get_event_loop', 'get-event-loop'],
    ['asyncio.tasks.ensure_future', 'ensure-future'],
    ['_asyncio.Task', 'task'],
    ['asyncio.tasks.Task', 'task'],
    ['asyncio.futures.Future', 'future'],
    ['contextlib.aclosing', 'aclosing'],
  ])('%s', (name, slug) => {
    expect(ficheForName(name)?.slug).toBe(slug);
  });

  test.each([
    'gather',
    'await',
    'loop.run_forever',
    'mylib.asyncio.gather',
    'myasyncio.gather',
    'asyncio',
    'asyncio.tasks',
    'asyncio.Queue.get',
    'asyncio.queues.Queue.join',
    'asyncio.taskgroups.TaskGroup.create_task',
    'asyncio.events.AbstractEventLoopPolicy.get_event_loop',
    'asyncio.AbstractEventLoop.sleep',
    'concurrent.futures._base.Future',
    'concurrent.futures.wait',
    'threading.Lock',
    'contextlib.closing',
  ])('no page for %s', (name) => {
    expect(ficheForName(name)).toBeUndefined();
  });

  test('keywords', () => {
    expect(ficheForKeyword('await')?.title).toBe('await');
    expect(ficheForKeyword('async def')?.title).toBe('async def');
    expect(ficheForKeyword('async with')?.title).toBe('async with');
    expect(ficheForKeyword('async for')?.title).toBe('async for');
  });
});

describe.each(fiches.map((fiche) => [fiche.slug, fiche] as const))('%s', (_slug, fiche) => {
  test('has the form of a page', () => {
    expect(fiche.markdown).toMatch(PAGE);
    const lines = fiche.markdown.split('\n').filter((line) => line.trim() !== '');
    expect(lines.length).toBeGreaterThanOrEqual(12);
    expect(lines.length).toBeLessThanOrEqual(30);
  });

  test('names only rules that exist', () => {
    const codes = fiche.markdown.match(/ATT\d+/g) ?? [];
    expect(codes.filter((code) => ruleByCode(code) === undefined)).toEqual([]);
  });

  test('is typeset as French is', () => {
    expect(faults(prose(fiche))).toEqual([]);
  });

  test('links to the documentation of its own name', () => {
    const address = fiche.markdown.match(
      /\(https:\/\/docs\.python\.org\/fr\/3\/([^)]*)\)\s*$/,
    )?.[1];
    const [place, name = ''] = (address ?? '').split('#');
    expect(place).toMatch(/^(library|reference)\/[\w-]+\.html$/);
    const documented = fiche.title.replace(/\(.*/, '');
    expect([documented, `asyncio.${documented}`, documented.replace(' ', '-')]).toContain(name);
  });

  test('has an example that runs and prints what it says', async ({ skip }) => {
    const { code, output } = example(fiche);
    const lines = code.split('\n').filter((line) => line.trim() !== '');
    expect(lines.length).toBeGreaterThanOrEqual(6);
    expect(lines.length).toBeLessThanOrEqual(14);
    if (python === undefined) return skip('python3, 3.11 or later, was not found');
    const run = await execute(python, ['-X', 'dev', '-c', code]);
    expect(run).toEqual({ exit: 0, stdout: output, stderr: '' });
  });
});

test('typographic faults are seen', () => {
  expect(faults("l'appel")).toHaveLength(1);
  expect(faults("d'`await`")).toHaveLength(1);
  expect(faults('« mot\u00a0»')).toHaveLength(1);
  expect(faults('«\u00a0mot »')).toHaveLength(1);
  expect(faults('ainsi : oui')).toHaveLength(1);
  expect(faults('quoi?')).toHaveLength(1);
  expect(faults('un "mot')).toHaveLength(1);
  expect(faults('l’appel\u00a0: «\u00a0mot\u00a0», oui\u00a0!')).toEqual([]);
});

/** Title, lead, 3 to 6 bullets, one example, the trap, the link: nothing else, in this order. */
const PAGE = new RegExp(
  [
    /^# `(?:(?:asyncio|loop|contextlib)\.\w+(?:\(.*\))?|await|async (?:def|with|for))`\n\n/,
    /[^\n#-][^\n]+\.\n\n/,
    /(?:- [^\n]+\.\n){3,6}\n/,
    /```python\n(?:(?!```).*\n)+```\n\n/,
    /\*\*Piège\*\*\u00a0: [^\n]+\.\n\n/,
    /\[Documentation de Python\]\([^)]+\)\n$/,
  ]
    .map(({ source }) => source)
    .join(''),
);

/** The example, and the output written under it as comments. */
function example({ markdown }: Fiche): { code: string; output: string } {
  const block = markdown.match(/```python\n(.*?)```/s)?.[1] ?? '';
  const code = block.replace(/(?:^# .*\n)+$/m, '');
  return { code, output: block.slice(code.length).replace(/^# /gm, '') };
}

/** What a reader reads as French: neither code nor addresses. */
function prose({ markdown }: Fiche): string {
  return markdown
    .replace(/```.*?```/gs, '')
    .replace(/`[^`]*`/g, '`code`')
    .replace(/\]\([^)]*\)/g, ']');
}

/** Each misplaced sign, with its surroundings. */
function faults(text: string): string[] {
  const misplaced = /.?['"]|[^\u00a0][:;!?%»]|«[^\u00a0]|(?:\u00a0| )[.,]/g;
  return [...text.matchAll(misplaced)].map(({ index }) =>
    text.slice(Math.max(0, index - 20), index + 20),
  );
}

/** The interpreter's name, when there is one recent enough for every example. */
async function findPython(): Promise<string | undefined> {
  const recent = 'import sys; sys.exit(sys.version_info < (3, 11))';
  return (await execute('python3', ['-c', recent])).exit === 0 ? 'python3' : undefined;
}

/** Runs a program to its end; one that is stopped or not found has no exit status. */
function execute(
  program: string,
  args: string[],
): Promise<{ exit: number | undefined; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: TIME_LIMIT }, (error, stdout, stderr) => {
      const exit = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined;
      resolve({ exit, stdout, stderr });
    });
  });
}
