/** Chains of calls that block, across files: what is told of them, where they are cut, what moves them. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Workspace } from '../../server/src/lint/index.ts';
import { readAssets } from '../support/assets.ts';
import { filesOf } from '../support/files.ts';

const REGLAGES = `import time


def lire():
    return open('a')


def interroger():
    time.sleep(1)


def charger():
    return interroger()


class Reglages:
    @property
    def langue(self):
        return charger()
`;

const MAIN = `from reglages import Reglages, charger, lire


async def main(r: Reglages):
    charger()
`;

let texts: Map<string, string>;
let workspace: Workspace;
beforeEach(async () => {
  texts = new Map([['/p/reglages.py', REGLAGES]]);
  workspace = await Workspace.create({
    ...readAssets(),
    files: filesOf(texts),
    log: (message) => {
      throw new Error(message);
    },
  });
  workspace.setOverrides({ select: ['ATT209'] });
});

async function judge(text = MAIN) {
  await workspace.loadConfiguration('/p/main.py');
  workspace.setDocument('/p/main.py', text);
  await workspace.complete('/p/main.py');
  return workspace.findings('/p/main.py');
}

const textAt = ({ path, start, end }: { path: string; start: number; end: number }) =>
  workspace.text(path)!.slice(start, end);

describe('the chain', () => {
  it('is told in words, then place by place, down to what blocks', async () => {
    const [finding] = await judge();
    expect(finding!.level).toBe('warning');
    expect(finding!.message).toContain('`interroger()`, qui appelle `time.sleep()`');
    expect(finding!.related.map((place) => [place.path, textAt(place)])).toEqual([
      ['/p/reglages.py', 'interroger()'],
      ['/p/reglages.py', 'time.sleep(1)'],
    ]);
  });

  it('follows what moves in another open file', async () => {
    await judge();
    workspace.setDocument('/p/reglages.py', `# En tête\n\n${REGLAGES}`);
    await workspace.complete('/p/main.py');
    const [finding] = workspace.findings('/p/main.py');
    expect(finding!.related.map(textAt)).toEqual(['interroger()', 'time.sleep(1)']);
  });

  it('does not judge the caller again when a line moves within a function', async () => {
    await judge();
    const before = workspace.counters.judged;
    workspace.setDocument('/p/reglages.py', REGLAGES.replace('    time.', '    x = 1\n    time.'));
    const [finding] = workspace.findings('/p/main.py');
    expect(finding!.related.map(textAt)).toEqual(['interroger()', 'time.sleep(1)']);
    expect(workspace.counters.judged).toBe(before);
  });

  it('goes when what blocks goes', async () => {
    expect(await judge()).toHaveLength(1);
    workspace.setDocument('/p/reglages.py', REGLAGES.replace('time.sleep(1)', 'pass'));
    expect(workspace.findings('/p/main.py')).toEqual([]);
  });
});

describe('the level', () => {
  const chain = (end: string, header = '') =>
    `import time\n\ndef a(n): b(n)\ndef b(n):${header} c(n)\ndef c(n): d(n)\ndef d(n): e(n)\ndef e(n): ${end}\n\nasync def main(n):\n    `;
  it.each([
    ['what blocks for long', `${chain('time.sleep(n)')}e(n)`, 'warning'],
    ['what is brief', `${chain('open(n)')}e(n)`, 'information'],
    ['a long way, all of it certain', `${chain('time.sleep(n)')}a(n)`, 'warning'],
    [
      'a long way with a condition',
      `${chain('time.sleep(n)', '\n    if n.x:')}a(n)`,
      'information',
    ],
    ['a short way with a condition', `${chain('\n    if n.x: time.sleep(n)')}d(n)`, 'information'],
  ])('is that of %s', async (_, text, level) => {
    expect((await judge(text)).map((finding) => finding.level)).toEqual([level]);
  });
});

describe('is cut by the configuration that governs the file', () => {
  const CONFIGURED = (line: string) => `[tool.attendu]\nper-file-ignores = { ${line} }\n`;

  it.each([
    ['the rule', '"reglages.py" = ["ATT209"]', 0],
    ['the rule of the call itself', '"reglages.py" = ["ATT201"]', 0],
    ['another rule', '"reglages.py" = ["ATT202"]', 1],
    ['another file', '"autres.py" = ["ATT209"]', 1],
  ])('%s', async (_, line, count) => {
    texts.set('/p/pyproject.toml', CONFIGURED(line));
    expect(await judge()).toHaveLength(count);
  });

  it('anew when the configuration changes', async () => {
    expect(await judge()).toHaveLength(1);
    texts.set('/p/pyproject.toml', CONFIGURED('"reglages.py" = ["ATT209"]'));
    workspace.forgetConfiguration();
    await workspace.loadConfiguration('/p/reglages.py');
    expect(await judge()).toHaveLength(0);
  });
});

describe('the hover', () => {
  const hoverAt = async (text: string, marked: string) => {
    await judge(text);
    const ask = () => workspace.hover('/p/main.py', text.indexOf(marked));
    return (await workspace.completed(ask))?.markdown;
  };
  const SYNC = `from reglages import Reglages, charger, lire


def ordinaire(r: Reglages):
    charger()
    r.langue
    lire()
    print(1)


def autre():
    return charger
`;

  it.each([
    ['charger()\n', '`charger()` → `interroger()` → `time.sleep()` (`reglages.py:9`)'],
    [
      'langue',
      '`langue` **bloque la boucle d’évènements** quand une coroutine s’en sert\u00a0: `langue` → `charger()`',
    ],
    ['lire()', '`lire()` **bloque un instant la boucle d’évènements**'],
    ['ordinaire', '`ordinaire()` → `charger()`'],
    ['charger\n', '`charger()` → `interroger()`'],
  ])('says at %j that %s', async (marked, said) => {
    expect(await hoverAt(SYNC, marked)).toContain(said);
  });

  it('says nothing of what does not block', async () => {
    expect(await hoverAt(SYNC, 'autre')).toBeUndefined();
    expect(await hoverAt(SYNC, 'print')).toBeUndefined();
  });
});

describe('installed packages', () => {
  const installed = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files))
      texts.set(`/p/.venv/lib/python3.12/site-packages/${name}`, text);
    workspace.setRoots(['/p']);
  };
  const REQUESTS = {
    'requests/__init__.py': 'from .api import get\nfrom .sessions import Session as Session\n',
    'requests/api.py': 'def get(url):\n    open(url)\n',
    'requests/sessions.py':
      'class Mixin:\n    def close(self): open("a")\n\nclass Session(Mixin):\n    def get(self, url): open(url)\n',
  };

  it.each([
    ['import requests', 'requests.get("a")'],
    ['from requests import get', 'get("a")'],
    ['from requests.api import get', 'get("a")'],
    ['import requests', 'requests.Session().get("a")'],
    ['from requests.sessions import Session', 'Session().get("a")'],
    ['import requests\n\nclass S(requests.Session): pass', 'S().get("a")'],
  ])('are known by their public names: %s, %s', async (imports, call) => {
    const code = `${imports}\n\nasync def main():\n    ${call}\n`;
    workspace.setOverrides({ select: ['ATT202'] });
    expect(await judge(code)).toHaveLength(1);
    installed(REQUESTS);
    workspace.forgetFiles([
      '/p/.venv/lib/python3.12/site-packages/requests/__init__.py',
      '/p/.venv/x',
    ]);
    expect(await judge(code)).toHaveLength(1);
  });

  it('are not looked into', async () => {
    installed(REQUESTS);
    expect(
      await judge('import requests\n\nasync def main():\n    requests.Session().close()\n'),
    ).toEqual([]);
  });
});
