/** Loops that only look whether something has come: what could be awaited instead. */
import { type Semantics, truth } from '../semantics/index.ts';
import { type Call, type Expr, SKIP, type Stmt, type While, walk } from '../syntax/index.ts';
import { type Offers, siblingsOf } from './repairs.ts';

/** What tells by itself when the test of a loop stops being true. */
export interface Waited {
  readonly of: 'event' | 'future';
  readonly subject: Expr;
}

/** `not evenement.is_set()`, `not tache.done()`. */
export function waitedBy(test: Expr, context: Semantics): Waited | null {
  const call = test.kind === 'UnaryOp' && test.op === 'not' ? test.operand : null;
  if (call?.kind !== 'Call' || call.func.kind !== 'Attribute' || call.args.length > 0) return null;
  const { attr, value: subject } = call.func;
  const is = (cls: string) => {
    const kind = context.kindOf(subject);
    return kind.k === 'instance' && context.derives(kind.cls, cls);
  };
  if (attr === 'is_set' && is('asyncio.Event')) return { of: 'event', subject };
  if (attr === 'done' && is('asyncio.Future')) return { of: 'future', subject };
  return null;
}

/** Offers to put one `await` in the place of a loop that does nothing. `test` null: it waits for nothing. */
export function offerToWaitInstead(offers: Offers, loop: While, test: Expr | null): void {
  const { context } = offers;
  const replace = (title: string, write: (name: (of: string) => string) => string) =>
    offers.add(title, 'review', (edits) => {
      if (context.text(loop).includes('#')) edits.abandon();
      edits.replace(
        loop,
        write((of) => `${edits.name('asyncio', of, loop)}`),
      );
    });
  if (test === null) {
    // What stands below, and has never run, must not be woken.
    if (siblingsOf(loop).at(-1) !== loop) return;
    replace('Attendre sans se réveiller', (name) => `await ${name('Event')}().wait()`);
    return;
  }
  const waited = waitedBy(test, context);
  if (waited === null) return;
  const subject = context.text(waited.subject);
  if (waited.of === 'event') replace('Attendre l’évènement', () => `await ${subject}.wait()`);
  else replace('Attendre la fin de la tâche', (name) => `await ${name('wait')}([${subject}])`);
}

/** `pass`, `...`. */
export function isNothing(statement: Stmt): boolean {
  return (
    statement.kind === 'Pass' || (statement.kind === 'Expr' && statement.value.kind === 'Constant')
  );
}

/** A test of what others change: names, attributes, `is_set()` of an event, `done()` of a future. */
export function isFlag(test: Expr, context: Semantics): boolean {
  let isState = false;
  let isOther = false;
  walk(test, (node) => {
    if (node.kind === 'Call') {
      if (isQuestion(node, context)) isState = true;
      else isOther = true;
      return SKIP;
    }
    // A property may do anything.
    if (node.kind === 'Attribute' && context.property(node) !== undefined) isOther = true;
    if (node.kind === 'Name' || node.kind === 'Attribute') isState = true;
    if (!TESTING.has(node.kind)) isOther = true;
    return undefined;
  });
  return isState && !isOther && truth(test) === undefined;
}

const TESTING: ReadonlySet<string> = new Set([
  'Name',
  'Attribute',
  'Subscript',
  'Constant',
  'BoolOp',
  'UnaryOp',
  'Compare',
]);

function isQuestion(call: Call, context: Semantics): boolean {
  const callee = context.callee(call) ?? '';
  if (callee === 'len') return call.args.length === 1 && isFlag(call.args[0]!, context);
  return QUESTIONS.has(callee);
}

const QUESTIONS: ReadonlySet<string> = new Set([
  'asyncio.Event.is_set',
  'asyncio.Future.done',
  'asyncio.Task.done',
  'asyncio.Queue.empty',
  'asyncio.Queue.full',
  'asyncio.Lock.locked',
]);
