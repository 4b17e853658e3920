import { test } from 'vitest';
import { readFileSync } from 'node:fs';
import { loadParser } from '/work/main/test/support/parser.ts';
test('x', async () => {
  const p = await loadParser();
  const t = readFileSync(process.env.PY!, 'utf8');
  const f = p.parse(t);
  for (const c of f.chunks) console.log(c.start, c.parent, c.chunk.role, JSON.stringify(c.chunk.body, (k, v) => k === 'parent' ? undefined : v), JSON.stringify(c.chunk.damaged));
});
