import { beforeAll, describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/src/lint/fixes.ts';
import { type Finding, Workspace } from '../../server/src/lint/index.ts';
import { readAssets } from '../support/assets.ts';
import { randomOf } from '../support/random.ts';

const PATH = '/p/a.py';
const SAMPLE = `"""Un client. 😀"""
import asyncio
import time
from contextlib import asynccontextmanager


async def lire(n):
    time.sleep(n)
    return f"{n!r:>{n}} {lire(n)}"


class Client:
    nom = "été"

    async def fermer(self):
        asyncio.create_task(self.ecrire(1, 2,
                                        trois="""a
b"""))
        await asyncio.gather(lire(1), lire(2))

    async def ecrire(self, *args, **kw):
        self.fermer()  # à voir
        with asyncio.Lock():
            lire(3); lire(4)
        for x in [lire(i) for i in range(3)]:
            x = lire(5) \\
                if x else None
        async for y in self:
            if y: self.fermer()

@asynccontextmanager
async def ouvrir():
    yield Client()

def main():
    await lire(1)
    lire(6)


main()
`;

let workspace: Workspace;
const logged: string[] = [];

beforeAll(async () => {
  workspace = await Workspace.create({
    ...readAssets(),
    files: { read: async () => undefined, list: async () => undefined },
    log: (message) => logged.push(message),
  });
  workspace.setOverrides({ select: ['ALL'] });
});

const namesOf = (findings: readonly Finding[]) =>
  findings.map(({ code, message }) => `${code} ${message}`).sort();

/** Texts one random edit after another away from the sample, back to it now and then. */
function* texts(seed: number, rounds: number): Generator<string> {
  const random = randomOf(seed);
  const pieces = [
    '(',
    ')',
    '"',
    "'",
    '"""',
    '\n',
    '\r\n',
    '    ',
    '\\',
    ':',
    '#',
    'await ',
    'async ',
    'def f():',
    'lire(1)',
    '😀',
    'f"{',
    '}',
    '@',
    ';',
    '\t',
  ];
  let text = SAMPLE;
  for (let round = 0; round < rounds; round++) {
    if (random(8) === 0) text = random(2) ? SAMPLE : SAMPLE.replaceAll('\n', '\r\n');
    const start = random(text.length + 1);
    const end = Math.min(text.length, start + (random(3) ? 0 : random(12)));
    const piece = random(3) ? pieces[random(pieces.length)]! : '';
    text = text.slice(0, start) + piece + text.slice(end);
    yield text;
  }
}

describe('the core, on code being typed', () => {
  it('answers everything, and logs nothing', () => {
    for (const text of texts(1, 250)) {
      workspace.setDocument(PATH, text);
      for (const finding of workspace.findings(PATH)) {
        expect(finding.start).toBeLessThan(finding.end);
        expect(finding.end).toBeLessThanOrEqual(text.length);
        for (const fix of workspace.fixes(PATH, finding)) applyEdits(text, fix.edits);
      }
      for (let offset = 0; offset <= text.length; offset += 7) {
        const hover = workspace.hover(PATH, offset);
        if (hover) expect([hover.start <= offset, offset <= hover.end]).toEqual([true, true]);
      }
    }
    expect(logged).toEqual([]);
  });

  it('finds the same as when the text is opened afresh', async () => {
    const fresh = '/p/b.py';
    for (const text of texts(2, 150)) {
      workspace.setDocument(PATH, text);
      const found = workspace.findings(PATH).map(({ code, start, end }) => [code, start, end]);
      workspace.setDocument(fresh, text);
      expect(workspace.findings(fresh).map(({ code, start, end }) => [code, start, end])).toEqual(
        found,
      );
      workspace.closeDocument(fresh);
    }
  });

  it('gives edits that lead to the text it says, and ends', () => {
    for (const text of texts(3, 100)) {
      workspace.setDocument(PATH, text);
      const { edits, text: after } = workspace.fixAll(PATH);
      expect(applyEdits(text, edits)).toBe(after);
      expect(workspace.text(PATH)).toBe(text);
      workspace.setDocument(PATH, after);
      const left = workspace
        .findings(PATH)
        .flatMap((finding) => workspace.fixes(PATH, finding))
        .filter(({ applicability }) => applicability === 'safe');
      expect(left).toEqual([]);
    }
  });

  it('silences what it is asked to, and nothing else', () => {
    let silenced = 0;
    for (const text of texts(4, 100)) {
      workspace.setDocument(PATH, text);
      const findings = workspace.findings(PATH);
      for (const finding of findings) {
        workspace.setDocument(PATH, text);
        const after = applyEdits(text, workspace.suppression(PATH, finding).edits);
        workspace.setDocument(PATH, after);
        const left = namesOf(workspace.findings(PATH));
        const others = findings.filter(({ code }) => code !== finding.code);
        expect(left.length, after).toBeLessThan(findings.length);
        expect(left).toEqual(expect.arrayContaining(namesOf(others)));
        silenced++;
      }
    }
    expect(silenced).toBeGreaterThan(300);
  });
});
