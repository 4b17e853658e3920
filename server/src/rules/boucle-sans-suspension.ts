import { type Flow, type FlowPoint, suspends, suspendsAt, truth } from '../semantics/index.ts';
import {
  ancestors,
  type Call,
  type For,
  type FunctionDef,
  type Node,
  SKIP,
  type While,
  walk,
} from '../syntax/index.ts';
import { blockingAt } from './blocking.ts';
import page from './boucle-sans-suspension.md';
import { isFlag, isNothing, offerToWaitInstead } from './busy-wait.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';

export const boucleSansSuspension: Rule = {
  code: 'ATT211',
  slug: 'boucle-sans-suspension',
  level: 'warning',
  peers: ['ASYNC913', 'EVL003'],
  page,
  handlers: {
    While: check,
    For(loop, context) {
      const { iter } = loop;
      if (iter.kind === 'Call' && ENDLESS.has(context.callee(iter) ?? '')) check(loop, context);
    },
  },
  fixes,
};

/** What gives items for ever. */
const ENDLESS: ReadonlySet<string> = new Set(['itertools.count', 'itertools.cycle']);

function check(loop: While | For, context: RuleContext): void {
  const fn = context.functionAround(loop);
  if (fn?.kind !== 'AsyncFunctionDef') return;
  const isEndless = loop.kind !== 'While' || truth(loop.test) === true;
  if (!isEndless && !isFlag(loop.test, context)) return;
  const flow = context.flow(fn);
  if (flow === undefined) return;
  const way = isEndless ? endlessWay(loop, flow, context) : spins(loop, context) ? 'flag' : null;
  if (way === null) return;
  const { start } = loop;
  const end = loop.kind === 'While' ? loop.test.end : loop.iter.end;
  context.report({ at: loop, span: { start, end }, message: message(way, loop, fn.name, context) });
}

type Way = 'never' | 'idle' | 'flag';

function message(way: Way, loop: While | For, fn: string, context: RuleContext): string {
  switch (way) {
    case 'never':
      return `Dans \`${fn}()\`, cette boucle sans fin ne rencontre aucun \`await\`\u00a0: plus aucune autre tâche ne s’exécutera.`;
    case 'idle':
      return `Dans \`${fn}()\`, cette boucle sans fin peut tourner sans rencontrer d’\`await\`\u00a0: les autres tâches ne s’exécuteront plus.`;
    case 'flag':
      return `Dans \`${fn}()\`, cette boucle attend que \`${context.text((loop as While).test)}\` change sans rendre la main\u00a0: les autres tâches ne s’exécutent plus.`;
  }
}

/** How a loop without an end may keep the event loop for itself; null when it does not. */
function endlessWay(loop: While | For, flow: Flow, context: RuleContext): Way | null {
  if (flow.exitsOf(loop).jumps.size > 0) return null;
  const body = ownNodes(loop.body);
  if (body.some(({ kind }) => kind === 'Raise' || kind === 'ErrorStmt')) return null;
  const calls = body.filter((node): node is Call => node.kind === 'Call');
  // Repaired, these would suspend: the rules on blocking calls speak.
  if (calls.some((call) => mayEnd(call) || blockingAt(call, context) !== undefined)) return null;
  const turns = (stop: (point: FlowPoint) => boolean) => flow.after(loop, stop).has(loop);
  if (!body.some(suspends)) return !isCaught(loop) && turns(() => false) ? 'never' : null;
  const mayWait = (point: FlowPoint) => maySuspend(point) || isPassedThrough(point, loop, context);
  return turns((point) => !isIdle(point, context) || mayWait(point)) ? 'idle' : null;
}

/** `for x in xs: await f(x)`, when the function has looked if there is something in `xs`. */
function isPassedThrough(point: FlowPoint, loop: Node, context: RuleContext): boolean {
  if (point.kind !== 'For' || point.iter.kind !== 'Name') return false;
  const { id } = point.iter;
  if (!ownNodes(point.body).some(suspends)) return false;
  const fn = context.functionAround(loop) as FunctionDef;
  return ownNodes(fn.body).some(
    (node) =>
      (node.kind === 'If' || node.kind === 'While') &&
      node.start < point.start &&
      ownNodes([node.test]).some((asked) => asked.kind === 'Name' && asked.id === id),
  );
}

/** The nodes that these run themselves. */
function ownNodes(body: readonly Node[]): readonly Node[] {
  const nodes: Node[] = [];
  walk(body, (node) => {
    if (DEFERS.has(node.kind)) return SKIP;
    nodes.push(node);
    return undefined;
  });
  return nodes;
}

const DEFERS: ReadonlySet<string> = new Set([
  'FunctionDef',
  'AsyncFunctionDef',
  'ClassDef',
  'Lambda',
]);

/** Calls that end loops: by an exception when nothing is left, or by ending the program. */
function mayEnd({ func }: Call): boolean {
  const name = func.kind === 'Attribute' ? func.attr : func.kind === 'Name' ? func.id : '';
  return ENDING.test(name);
}

const ENDING =
  /^(?:__next__|next|send|throw|get_nowait|pop|popleft|popitem|s?exit|_exit|quit|abort|kill|fail|skip|exec[lv]p?e?|raise_\w+|throw_\w+)$/;

/** May an `except` outside the loop be what ends it? */
function isCaught(loop: Node): boolean {
  for (const parent of ancestors(loop)) {
    if (parent.kind === 'With' || parent.kind === 'Try' || parent.kind === 'TryStar') return true;
    if (DEFERS.has(parent.kind)) return false;
  }
  return false;
}

/** Is it a suspension, or a block within which an exception may come of one? */
function maySuspend(point: FlowPoint): boolean {
  const mayLeave = point.kind === 'Try' || point.kind === 'TryStar' || point.kind === 'With';
  return suspendsAt(point) || (mayLeave && ownNodes(point.body).some(suspends));
}

/** Does the point only choose a way, or tell of something? */
function isIdle(point: FlowPoint, context: RuleContext): boolean {
  switch (point.kind) {
    case 'While':
    case 'For':
    case 'If':
    case 'Match':
    case 'match_case':
    case 'Try':
    case 'Continue':
      return true;
    default:
      return isTelling(point, context);
  }
}

/** `pass`, `print(…)`, `logger.debug(…)`. */
function isTelling(point: FlowPoint, context: RuleContext): boolean {
  if (point.kind !== 'Expr') return point.kind === 'Pass';
  return point.value.kind === 'Call' ? isHarmless(point.value, context) : isNothing(point);
}

function isHarmless(call: Call, context: RuleContext): boolean {
  const isPlain = ownNodes([call.parent!]).every(
    (node) => node === call || (node.kind !== 'Call' && node.kind !== 'NamedExpr'),
  );
  return isPlain && /^(?:builtins\.)?print$|^logging\./.test(context.callee(call) ?? '');
}

/** `while not pret: pass`: with nothing in it that could change what is tested. */
function spins(loop: While, context: RuleContext): boolean {
  return loop.body.every((statement) => isTelling(statement, context));
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const loop = node as While | For;
  const offers = new Offers(context);
  if (loop.kind === 'While' && loop.orelse.length === 0 && loop.body.every(isNothing)) {
    offerToWaitInstead(offers, loop, truth(loop.test) === true ? null : loop.test);
    return offers.fixes;
  }
  offers.add('Rendre la main à chaque tour', 'review', (edits) => {
    const pause = `await ${edits.name('asyncio', 'sleep', loop)}(0)`;
    const [first, ...others] = loop.body;
    // Every turn passes at its start.
    const isForked = ownNodes(loop.body).some((n) => n.kind === 'Continue' || suspends(n));
    if (others.length === 0 && isNothing(first!)) edits.replace(first!, pause);
    else if (isForked) edits.insertLinesBefore(first!, [pause]);
    else edits.insertLinesAfter(loop.body.at(-1)!, [pause]);
  });
  return offers.fixes;
}
