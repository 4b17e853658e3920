import { beforeAll, describe, expect, it } from 'vitest';
import {
  isUnavoidable,
  type Question,
  type Reached,
  setOffBy,
  shortName,
} from '../../server/src/semantics/index.ts';
import type { Call, Node, PythonParser } from '../../server/src/syntax/index.ts';
import { loadParser } from '../support/parser.ts';
import { nodesOf } from '../support/semantics.ts';

let parser: PythonParser;
beforeAll(async () => {
  parser = await loadParser();
});

const SLEEPS: Question = {
  key: 'sleeps',
  found: (call, inside) => (inside.callee(call) === 'time.sleep' ? inside.text(call) : undefined),
  counts: () => true,
};

/** Is it a call of that name, for a test to point at? */
const calls =
  (name: string) =>
  (node: Node): node is Call =>
    node.kind === 'Call' && node.func.kind === 'Name' && node.func.id === name;

/** What `start()` leads to, as « a b: time.sleep(1) ». */
function reached(code: string, question = SLEEPS): string | undefined {
  const text = `import asyncio, contextlib, functools, time\n${code}\nstart()\n`;
  const { node, semantics } = nodesOf(parser, text, calls('start')).at(-1)!;
  const [id] = setOffBy(node, semantics);
  return id === undefined ? undefined : told(semantics.reach(id, question));
}

function told(answer: Reached | undefined): string | undefined {
  return answer && `${answer.through.map(shortName).join(' ')}: ${answer.what}`;
}

/** `def start()` that holds the lines, below the definitions. */
const start = (body: string, definitions = '') =>
  `${definitions}\ndef start():\n${body.replace(/^/gm, '    ')}`;

const HELPERS = `
def c(): time.sleep(1)
def b(): c()
def a():
    b()
class K:
    def __init__(self): c()
    def __enter__(self): time.sleep(2)
    def __exit__(self, *e): pass
    def m(self): self.n()
    def n(self): time.sleep(3)
@contextlib.contextmanager
def manager():
    time.sleep(4)
    yield
def generator():
    yield time.sleep(5)
async def coroutine(): time.sleep(6)
class P:
    @property
    def p(self): return c()
    @functools.cached_property
    def q(self): return c()
    def __call__(self): c()
    def __post_init__(self): pass
def around(f):
    def w(*a): return f(*a)
    return w
def before(f):
    def w(*a): time.sleep(7)
    return w
@around
def decorated(): c()
@before
def replaced(): c()
def flag(x, wait=False, *, now=True):
    if wait: time.sleep(8)
    if now: return
    a()
`;

describe('reach', () => {
  it.each([
    ['time.sleep(0)', 'start: time.sleep(0)'],
    ['a()', 'start a b c: time.sleep(1)'],
    ['if x: print(a())', 'start a b c: time.sleep(1)'],
    // The nearest, wherever it stands.
    ['a()\nc()', 'start c: time.sleep(1)'],
    ['a()\ntime.sleep(0)', 'start: time.sleep(0)'],
    ['K()', 'start __init__ c: time.sleep(1)'],
    ['with K(): pass', 'start __enter__: time.sleep(2)'],
    ['def i(k: K): k.m()\ni(1)', 'start i m n: time.sleep(3)'],
    ['with manager(): pass', 'start manager: time.sleep(4)'],
    // What is only handed over, made or defined does not run.
    ['asyncio.to_thread(c)', undefined],
    ['return c', undefined],
    ['lambda: c()', undefined],
    ['def i(): c()', undefined],
    ['manager()', undefined],
    ['generator()', undefined],
    ['coroutine()', undefined],
    ['return (c() for _ in x)', undefined],
    // Code that is never run, or that cannot be read.
    ['return\nc()', undefined],
    ['if = 1\nc()', undefined],
    ['unheard_of()', undefined],
    // Properties, objects that are called, decorated functions, generators gone through.
    ['def i(p: P): return p.p\ni(1)', 'start i p c: time.sleep(1)'],
    ['def i(p: P): print(p.q)\ni(1)', 'start i q c: time.sleep(1)'],
    ['def i(p: P): p.p = 1\ni(1)', undefined],
    ['def i(p: P): p()\ni(1)', 'start i __call__ c: time.sleep(1)'],
    ['decorated()', 'start decorated c: time.sleep(1)'],
    ['replaced()', 'start w: time.sleep(7)'],
    ['functools.partial(c)()', 'start c: time.sleep(1)'],
    ['for _ in generator(): pass', 'start generator: time.sleep(5)'],
    ['[_ for _ in generator()]', 'start generator: time.sleep(5)'],
    ['sorted(generator())', 'start generator: time.sleep(5)'],
    ['iter(generator())', undefined],
    // What the arguments decide.
    ['flag(1)', undefined],
    ['flag(1, True)', 'start flag: time.sleep(8)'],
    ['flag(1, wait=x)', 'start flag: time.sleep(8)'],
    ['flag(1, **x)', 'start flag: time.sleep(8)'],
    ['flag(1, now=False)', 'start flag a b c: time.sleep(1)'],
    ['flag(1, wait=False, now=x)', 'start flag a b c: time.sleep(1)'],
    ['(a if x else K)()', undefined],
  ])('%s: %s', (body, expected) => {
    expect(reached(start(body, HELPERS))).toBe(expected);
  });

  it('goes through recursive functions, whoever is asked about', () => {
    const crossed = 'def f():\n    start()\n    g()\ndef g():\n    f()\n    time.sleep(1)\n';
    expect(reached(start('f()\nstart()', crossed))).toBe('start f g: time.sleep(1)');
    expect(reached(start('start()'))).toBeUndefined();
  });

  it('counts what the question counts', () => {
    const certain = { ...SLEEPS, key: 'sleeps for certain', counts: isUnavoidable };
    expect(reached(start('if x: c()\nb()', HELPERS), certain)).toBe('start b c: time.sleep(1)');
    expect(reached(start('if x: c()', HELPERS), certain)).toBeUndefined();
  });

  it('follows a long way, and gives up on an absurd one', () => {
    const chain = (n: number) =>
      `${Array.from({ length: n }, (_, i) => `def f${i}(): f${i + 1}()\n`).join('')}def f${n}(): time.sleep(1)\n`;
    expect(reached(start('f0()', chain(100)))?.split(' ')).toHaveLength(103);
    expect(reached(start('f0()', chain(1000)))).toBeUndefined();
  });

  it('is told anew when a function on the way changes, and then only', () => {
    const code = (c: string) => `import time\ndef c(): ${c}\ndef start(): c()\nstart()\n`;
    const { node, semantics } = nodesOf(parser, code('time.sleep(1)'), calls('start')).at(-1)!;
    const [id] = setOffBy(node, semantics);
    let asked = 0;
    const counting: Question = {
      ...SLEEPS,
      key: 'counted',
      found: (call, inside) => {
        asked++;
        return SLEEPS.found(call, inside);
      },
    };
    const retold = (c: string) => {
      const source = parser.parse(code(c), semantics.facts.file('/m.py')!.source);
      semantics.facts.setFile('/m.py', { source, notebook: false, target: [3, 13] });
      asked = 0;
      return [told(semantics.reach(id!, counting)), asked];
    };
    expect(retold('time.sleep(1)')).toEqual(['start c: time.sleep(1)', 2]);
    expect(retold('time.sleep(2)')).toEqual(['start c: time.sleep(2)', 1]);
    expect(retold('pass')).toEqual([undefined, 0]);
  });
});

describe('every run of the function evaluates a call', () => {
  it.each([
    ['g()', true],
    ['x = [g()]', true],
    ['return g()', true],
    ['try:\n    g()\nfinally:\n    pass', true],
    ['try:\n    pass\nexcept E:\n    g()', false],
    ['with x: g()', true],
    ['for i in g(): pass', true],
    ['for i in x: g()', false],
    ['while g(): pass', true],
    ['while x: g()', false],
    ['if g(): pass', true],
    ['if x: g()', false],
    ['match g():\n    case 1: pass', true],
    ['match x:\n    case _: g()', false],
    ['assert g()', true],
    ['assert x, g()', false],
    ['g() and x', true],
    ['x or g()', false],
    ['1 if g() else x', true],
    ['g() if x else 1', false],
    ['[i for i in g()]', true],
    ['[g() for i in x]', false],
    ['[i for i in x for j in g()]', false],
    ['lambda: g()', false],
    ['if x: return\ng()', false],
    ['if x: raise E\ng()', true],
  ])('%s: %s', (body, expected) => {
    const code = `def f(x):\n${body.replace(/^/gm, '    ')}\n`;
    const [found] = nodesOf(parser, code, calls('g'));
    expect(isUnavoidable(found!.node, found!.semantics)).toBe(expected);
  });
});
