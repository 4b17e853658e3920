import { beforeAll, expect, it } from 'vitest';
import { leavesUnread } from '../../server/src/semantics/index.ts';
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
