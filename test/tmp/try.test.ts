import { test } from 'vitest';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { loadParser } from '../support/parser.ts';
import { dump, moduleOf } from '../syntax/dump.ts';
test('x', async () => {
  const p = await loadParser();
  let n = 0, ok = 0, ms = 0, chars = 0, shown = 0, lines=0;
  const bad: string[] = [];
  for await (const line of createInterface({ input: createReadStream('/tmp/syn/dump.jsonl') })) {
    const { path, text, dump: want } = JSON.parse(line);
    if (process.env.ONLY && !path.includes(process.env.ONLY)) continue;
    n++; chars += text.length;
    const t0 = performance.now();
    let got = '';
    try {
    const f = p.parse(text);
    ms += performance.now() - t0; lines += f.lineStarts.length;
    got = dump(moduleOf(f), text);
    } catch (e) { console.log(path, e); }
    if (got === want) { ok++; continue; }
    let i = 0; while (got[i] === want[i]) i++;
    bad.push(path);
    if (shown++ < 40) {
      const m = [...want.slice(0, i).matchAll(/\((\w+) (\d+) (\d+)/g)].at(-1);
      console.log(path, '\n  want', want.slice(Math.max(0, i - 60), i + 60), '\n  got ', got.slice(Math.max(0, i - 60), i + 60), '\n  text', m && JSON.stringify(text.slice(+m[2]!, +m[2]! + 120)));
    }
  }
  console.log(n, ok, ms, chars, lines, bad.length);
}, 600000);
