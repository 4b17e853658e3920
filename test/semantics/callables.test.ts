import { beforeAll, expect, it } from 'vitest';
import { handedBy, leavesUnread, runsInThread } from '../../server/src/semantics/index.ts';
import type { Call, Node, PythonParser } from '../../server/src/syntax/index.ts';
import { loadParser } from '../support/parser.ts';
import { nodesOf } from '../support/semantics.ts';

let parser: PythonParser;
beforeAll(async () => {
  parser = await loadParser();
});

const definitions = `
class A:
    def blind(self, t):
        print(self)
    def reads(self, t):
        print(t)
def blind(t):
    pass
def second(s, t):
    print(t)
def all_of_it(t):
    return locals()
def any_number(*all):
    pass
`;

it.each([
  ['lambda t: None', 0, true],
  ['lambda t: t.result()', 0, false],
  ['lambda s, t: t', 0, true],
  ['lambda s, t: t', 1, false],
  ['lambda *all: None', 0, false],
  ['blind', 0, true],
  ['second', 0, true],
  ['second', 1, false],
  ['all_of_it', 0, false],
  ['any_number', 0, false],
  ['A().blind', 0, true],
  ['A().reads', 0, false],
  ['print', 0, false],
  ['unheard_of', 0, false],
] as const)('%s leaves argument %i unread: %s', (callable, place, expected) => {
  const isGiven = (node: Node): node is Call =>
    node.kind === 'Call' && node.func.kind === 'Name' && node.func.id === 'given';
  const code = `${definitions}given(${callable})\n`;
  const { node, semantics } = nodesOf(parser, code, isGiven).at(-1)!;
  expect(leavesUnread(node.args[0]!, place, semantics)).toBe(expected);
});

const imports = `
import asyncio
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import Process
from threading import Thread as Fil
def outer(boucle: asyncio.AbstractEventLoop, tache: asyncio.Task, reste, quelconque: Executor):
    `;

it.each([
  ['boucle.call_soon(f, 1)', 'f', 'loop', false],
  ['boucle.call_later(1, callback=f)', 'f', 'loop', false],
  ['tache.add_done_callback(f)', 'f', 'loop', false],
  ['asyncio.to_thread(f, 1)', 'f', 'thread', true],
  ['Fil(target=f)', 'f', 'thread', true],
  ['Fil(None, f)', 'f', 'thread', true],
  ['boucle.run_in_executor(None, f)', 'f', 'executor', true],
  ['boucle.run_in_executor(ThreadPoolExecutor(), f)', 'f', 'executor', true],
  ['boucle.run_in_executor(ProcessPoolExecutor(), f)', 'f', 'executor', false],
  ['boucle.run_in_executor(reste, f)', 'f', 'executor', false],
  ['ThreadPoolExecutor().submit(f)', 'f', 'executor', true],
  ['quelconque.submit(f)', 'f', 'executor', false],
  ['Process(target=f)', 'f', 'process', false],
  ['sorted(reste, key=f)', 'f', 'caller', false],
] as const)(
  '%s hands over %s, run by %s (certainly a thread: %s)',
  (code, callable, runs, threaded) => {
    const { node, semantics } = nodesOf(parser, imports + code, isCall)[0]!;
    const handed = handedBy(node, semantics)!;
    expect(semantics.text(handed.callable)).toBe(callable);
    expect(handed.taker.runs).toBe(runs);
    expect(runsInThread(node, handed, semantics)).toBe(threaded);
  },
);

it.each([
  'boucle.call_later(*reste, f)',
  'boucle.call_soon()',
  'reste.call_soon(f)',
  'sorted(reste, f)',
  'print(f)',
])('%s hands over nothing that is seen', (code) => {
  const { node, semantics } = nodesOf(parser, imports + code, isCall)[0]!;
  expect(handedBy(node, semantics)).toBeNull();
});

function isCall(node: Node): node is Call {
  return node.kind === 'Call';
}
