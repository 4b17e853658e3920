import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../server/src/knowledge/', import.meta.url));

function python(...args: string[]) {
  return spawnSync('python3', ['-B', ...args], { encoding: 'utf8' });
}

test('the checked-in facts are those of the installed stubs', (context) => {
  const recent = python('-c', 'import sys; sys.exit(sys.version_info < (3, 11))').status === 0;
  context.skip(!recent, 'no python3 (3.11 or newer) here to generate stdlib.json again');
  const { status, stderr } = python(`${folder}generate.py`, '--check');
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

test('the facts stay small enough for the Web', () => {
  const json = readFileSync(`${folder}stdlib.json`);
  expect(json.length).toBeLessThan(1_300_000);
  expect(deflateSync(json, { level: 9 }).length).toBeLessThan(260_000);
});
