/** The repairs of a coroutine function, or of a coroutine, given to what calls it and awaits nothing. */
import {
  atLeast,
  collectedBy,
  type Handed,
  handedBy,
  runsInThread,
  type Semantics,
} from '../semantics/index.ts';
import { ancestors, type Call, type Expr, type Node } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { keepingLines } from './keep-task.ts';
import { type Offers, statementOf } from './repairs.ts';
import { isCoroutine } from './tasks.ts';
import { callName } from './wording.ts';

/** What a message calls a callable: `self.lire`; `lire` for `lambda: lire(1)` and `partial(lire, 1)`. */
export function callableName(callable: Expr, context: Semantics): string {
  if (callable.kind === 'Lambda')
    return callable.body.kind === 'Call' ? callName(callable.body, context).slice(0, -2) : '…';
  const [first] = callable.kind === 'Call' ? callable.args : [];
  if (first !== undefined) return callableName(first, context);
  const written = context.text(callable);
  if (/^[\p{L}\p{N}_.]{1,40}$/u.test(written)) return written;
  return callable.kind === 'Attribute' ? callable.attr : '…';
}

/** The call that hands the node over, with what it makes of it. */
export function handedIn(
  node: Node,
  context: Semantics,
): { readonly call: Call; readonly handed: Handed } | null {
  const call = node.parent?.kind === 'keyword' ? node.parent.parent : node.parent;
  const handed = call?.kind === 'Call' ? handedBy(call, context) : null;
  return call?.kind === 'Call' && handed?.callable === node ? { call, handed } : null;
}

/**
 * Offers to have the coroutine run: awaited instead, or in a task where the loop calls, or by a loop of its
 * own where another thread does. What was handed over is a coroutine function, or a call that gives the coroutine.
 */
export function offerToRun(offers: Offers, call: Call, handed: Handed): void {
  const making = makingOf(call, handed, offers.context);
  if (making === null || offers.context.text(call).includes('#')) return;
  const name = `\`${making.name}()\``;
  const isKnown = making.args !== null;
  if (call.parent?.kind === 'Await' && isKnown)
    offers.add(`Attendre directement ${name}`, 'review', (edits) =>
      edits.replace(call, making.written),
    );
  // `create_task` and `run` came together.
  if (!atLeast(offers.context.target, [3, 7])) return;
  if (handed.taker.runs === 'loop')
    offers.add(`Lancer ${name} dans une tâche conservée`, 'review', (edits) =>
      startTask(edits, call, handed, making),
    );
  if (isKnown && (handed.taker.runs === 'exit' || runsInThread(call, handed, offers.context)))
    offers.add(`Exécuter ${name} avec \`asyncio.run()\``, 'review', (edits) =>
      runInThread(edits, call, handed, making),
    );
}

/** How the coroutine is made. */
interface Making {
  readonly name: string;
  /** The coroutine function; null for a lambda. */
  readonly func: string | null;
  /** Its arguments; null when whoever calls makes them up. */
  readonly args: readonly string[] | null;
  /** The call that gives the coroutine. */
  readonly written: string;
  /** What tells these arguments, beside the callable. */
  readonly given: readonly Node[];
}

function makingOf(call: Call, handed: Handed, context: Semantics): Making | null {
  const { taker, callable } = handed;
  const text = (node: Node) => context.text(node);
  const args = argumentsGiven(call, handed, text);
  const isMade = callable.kind === 'Call' && !isCoroutine(callable, context);
  if (callable.kind === 'Name' || callable.kind === 'Attribute' || isMade) {
    const name = callableName(callable, context);
    const func = text(callable);
    if (typeof taker.passes === 'number')
      return { name, func, args: null, written: `${func}()`, given: [] };
    return args && { name, func, ...args, written: `${func}(${args.args.join(', ')})` };
  }
  if (args === null || args.given.length > 0) return null;
  if (callable.kind === 'Lambda') {
    const name = callableName(callable, context);
    const isPlain = /^\w*$/.test(text(callable.args));
    return isPlain ? { name, func: null, args: [], written: text(callable.body), given: [] } : null;
  }
  if (callable.kind !== 'Call') return null;
  return {
    name: callName(callable, context).slice(0, -2),
    func: text(callable.func),
    args: [...callable.args, ...callable.keywords].map(text),
    written: text(callable),
    given: [],
  };
}

/** The arguments that the code gives for the callable; null when they are not all seen. */
function argumentsGiven(
  call: Call,
  handed: Handed,
  text: (node: Node) => string,
): { readonly args: readonly string[]; readonly given: readonly Node[] } | null {
  const { callable } = handed;
  const { passes, own } = handed.taker;
  if (typeof passes === 'number') return { args: [], given: [] };
  if (passes === 'following') {
    if (own !== null && call.keywords.some(({ arg }) => arg === null || !own.includes(arg)))
      return null;
    const positional = call.args.filter((arg) => arg.start > callable.start);
    const given = own === null ? [...positional, ...call.keywords] : positional;
    return { args: given.map(text), given };
  }
  const { args, kwargs } = collectedBy(call, handed);
  if (kwargs !== undefined) return null;
  if (args === undefined) return { args: [], given: [] };
  const isWritten = args.kind === 'Tuple' || args.kind === 'List';
  return { args: isWritten ? args.elts.map(text) : [`*${text(args)}`], given: [args] };
}

/** In a function that starts the task and keeps it, and that the loop can call. */
function startTask(edits: Edits, call: Call, { taker, callable }: Handed, making: Making): void {
  const statement = statementOf(call);
  const { func, args } = making;
  // What a lambda or a comprehension around binds would not be seen above the statement.
  const isInner = [...ancestors(call)].some(({ kind }) => INNER.has(kind));
  const isCall = callable.kind === 'Call' && isCoroutine(callable, edits.file.at(call));
  const isNamed = isCall && callable.keywords.length > 0;
  if (statement === null || !SIMPLE.has(statement.kind) || isInner || isNamed) {
    edits.abandon();
    return;
  }
  const isLambda = callable.kind === 'Lambda';
  const parameters = isLambda
    ? edits.file.at(call).text(callable.args)
    : args?.length === 0
      ? ''
      : '*args';
  const name = /[\p{L}\p{N}_]+$/u.exec(making.name)?.[0] ?? 'coroutine';
  const wrapper = edits.freshName(`lancer_${name}`, statement);
  const task = edits.freshName('tache', statement);
  const create = edits.name('asyncio', 'create_task', call);
  const coroutine = func === null ? making.written : `${func}(${parameters})`;
  const body = [`${task} = ${create}(${coroutine})`, ...keepingLines(edits, statement, task)];
  edits.insertLinesBefore(statement, [
    `def ${wrapper}(${parameters}):`,
    ...body.map((line) => edits.indentUnit + line),
  ]);
  // The arguments of a call that gave the coroutine now follow the function.
  const isCalled = isCall && args !== null && args.length > 0;
  if (isCalled && (taker.passes !== 'following' || !call.args.includes(callable))) edits.abandon();
  edits.replace(callable, [wrapper, ...(isCalled ? args : [])].join(', '));
}

const SIMPLE: ReadonlySet<string> = new Set(['Expr', 'Assign', 'AnnAssign', 'Return']);
const INNER: ReadonlySet<string> = new Set([
  'Lambda',
  'ListComp',
  'SetComp',
  'DictComp',
  'GeneratorExp',
]);

function runInThread(edits: Edits, call: Call, { taker, callable }: Handed, making: Making): void {
  const run = edits.name('asyncio', 'run', call);
  const [args] = making.given;
  if (making.args?.length === 0) edits.replace(callable, `lambda: ${run}(${making.written})`);
  else if (taker.passes === 'following' && call.args.includes(callable)) {
    const end = (making.given.at(-1) ?? callable).end;
    edits.replaceRange(call, callable.start, end, `${run}, ${making.written}`);
  } else if (typeof taker.passes === 'object') {
    const given = `(${making.written},)`;
    const isLast = call.args.at(-1) === callable || !call.args.includes(callable);
    if (args !== undefined) {
      edits.replace(callable, run ?? '');
      edits.replace(args, given);
    } else if (isLast) edits.replace(callable, `${run}, ${taker.passes.keywords[0]}=${given}`);
    else edits.abandon();
  } else edits.abandon();
}
