/** The reader of the peers' own test files, on files in their form. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Fixture, fixturesIn } from '../../scripts/mesures/fixtures.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'attendu-fixtures-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The fixture that the files make, which are given by path. */
function only(files: Readonly<Record<string, string>>): Fixture {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const [fixture, ...others] = fixturesIn(folder);
  expect(others).toEqual([]);
  return fixture!;
}

const lines = (fixture: Fixture) =>
  fixture.expected.map(
    ({ code, line, isForeign }) => `${code} ${line}${isForeign ? ' foreign' : ''}`,
  );

const EVAL = 'flake8-async/tests/eval_files';

it('reads a file written for Trio as one for asyncio', () => {
  const fixture = only({
    [`${EVAL}/async109.py`]:
      'import trio\n\nasync def f(timeout):  # error: 12\n    await trio.sleep(1)\n',
  });
  expect(lines(fixture)).toEqual(['ASYNC109 3']);
  expect(fixture.text).toContain('import asyncio\n');
  expect(fixture.text).toContain('await asyncio.sleep(1)');
});

it('leaves aside what their tests do not run for asyncio', () => {
  const fixture = only({
    [`${EVAL}/async100.py`]:
      '# ASYNCIO_NO_ERROR\nimport trio\nwith trio.move_on_after(1):  # error: 5\n    pass\n',
  });
  expect(lines(fixture)).toEqual(['ASYNC100 3 foreign']);
});

it('counts a file once that is there again for asyncio', () => {
  const fixture = only({
    [`${EVAL}/async23x.py`]: '# NOASYNCIO\n# ARG --enable=ASYNC230\nopen("")  # ASYNC230: 0\n',
    [`${EVAL}/async23x_asyncio.py`]:
      '# BASE_LIBRARY asyncio\n# ARG --enable=ASYNC230\nopen("")  # ASYNC230_asyncio: 0\n',
  });
  expect(fixture.name).toBe('async23x_asyncio.py');
  expect(lines(fixture)).toEqual(['ASYNC230 3']);
});

it('makes a coroutine of what loses cancellations, line by line', () => {
  const fixture = only({
    [`${EVAL}/async103.py`]:
      '# ARG --enable=ASYNC103,ASYNC104\n\ntry:\n    ...\nexcept BaseException:  # ASYNC103_trio: 7\n    ...\ndef g():\n    pass\n',
  });
  expect(fixture.codes).toEqual(['ASYNC103', 'ASYNC104']);
  expect(lines(fixture)).toEqual(['ASYNC103 5']);
  expect(fixture.text.split('\n').slice(0, 7)).toEqual([
    'import asyncio',
    'async def fixture():',
    '    try:',
    '        await asyncio.sleep(1)',
    '    except BaseException:  # ASYNC103_trio: 7',
    '        ...',
    '    async def g():',
  ]);
});

it('takes the calls to forbid from the options of the file, and the imports that it lacks', () => {
  const fixture = only({
    [`${EVAL}/async200.py`]:
      '# ARG --async200-blocking-calls=bar -> BAR,*.lire->LIRE,\n\nasync def f():\n    bar()  # ASYNC200: 4\n    os.stat("")\n',
  });
  expect(fixture.blockingCalls).toEqual({ bar: 'BAR', '*.lire': 'LIRE' });
  expect(fixture.text.split('\n')[0]).toBe('import os');
});

it('knows by function which library a line is about, but for what blocks', () => {
  const source = [
    'import asyncio, trio',
    'async def a():',
    '    while True:',
    '        await asyncio.sleep(1)  # not trio.sleep',
    'async def b():',
    '    from trio import sleep',
    '    while True:',
    '        await sleep(1)',
    '',
  ].join('\n');
  const rules = 'ruff/crates/ruff_linter/src/rules/flake8_async/snapshots';
  const snapshot = (code: string) =>
    [3, 7].map((line) => `${code} words\n --> busy.py:${line}:5\n  |\n`).join('\n');
  const fixture = only({
    'ruff/crates/ruff_linter/resources/test/fixtures/flake8_async/busy.py': source,
    [`${rules}/x__tests__ASYNC110_busy.py.snap`]: snapshot('ASYNC110'),
    [`${rules}/x__tests__ASYNC251_busy.py.snap`]: snapshot('ASYNC251'),
  });
  expect(fixture.codes).toEqual(['ASYNC110', 'ASYNC251']);
  expect(lines(fixture)).toEqual(['ASYNC110 3', 'ASYNC110 7 foreign', 'ASYNC251 3', 'ASYNC251 7']);
});

it('finds the line that a mark of Sonar is about', () => {
  const checks = 'sonar-python/python-checks/src/test/resources/checks';
  const fixture = only({
    [`${checks}/asyncioTaskNotStored.py`]:
      'import asyncio\n# Noncompliant@+1\nasyncio.create_task(f())\nasyncio.create_task(f())  # Noncompliant {{why}}\n',
  });
  expect(lines(fixture)).toEqual(['S7502 3', 'S7502 4']);
});
