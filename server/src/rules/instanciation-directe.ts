import type { Semantics } from '../semantics/index.ts';
import type { Call, Expr } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import page from './instanciation-directe.md';
import { isPlainPath } from './loop-thread.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import { isLoop } from './tasks.ts';
import { isTestCode } from './test-code.ts';

export const instanciationDirecte: Rule = {
  code: 'ATT508',
  slug: 'instanciation-directe',
  level: 'warning',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      const cls = context.callee(call) ?? '';
      const instead = INSTEAD[cls];
      if (instead === undefined || isPlumbing(call, cls, context) || isTestCode(context)) return;
      context.report({
        at: call,
        span: call.func,
        message: `\`${cls}\` n’est pas faite pour être instanciée directement\u00a0: utilisez ${instead}.`,
        // Given a loop, or where one runs, it does work.
        ...(isHarmless(call, cls, context) && { level: 'hint' }),
      });
    },
  },
  fixes,
};

/** Classes that asyncio alone should instantiate, and what gives such an object. */
const INSTEAD: Readonly<Record<string, string>> = {
  'asyncio.Task': '`asyncio.create_task()`',
  'asyncio.Future': '`loop.create_future()`',
  'asyncio.StreamReader': '`asyncio.open_connection()` ou `asyncio.start_server()`',
  'asyncio.StreamWriter': '`asyncio.open_connection()` ou `asyncio.start_server()`',
  'asyncio.subprocess.Process':
    '`asyncio.create_subprocess_exec()` ou `asyncio.create_subprocess_shell()`',
};

function isHarmless(call: Call, cls: string, context: Semantics): boolean {
  const isGivenLoop = call.keywords.some(({ arg }) => arg === 'loop');
  return cls === 'asyncio.Future' && (isGivenLoop || context.surroundings(call) !== 'module');
}

/** Code that does what asyncio does: a loop, a factory of tasks, streams over a protocol or a pipe. */
function isPlumbing(call: Call, cls: string, context: Semantics): boolean {
  const fn = context.functionAround(call);
  if (fn !== null && fn.kind !== 'Lambda' && /create_|factory/.test(fn.name)) return true;
  // Nothing else starts a task at once, from Python 3.12 to 3.13.
  if (call.keywords.some(({ arg }) => arg === 'eager_start')) return true;
  const owner = context.classAround(call);
  if (owner !== undefined && BUILDERS.some((base) => context.derives(owner, base))) return true;
  const names = /\.(?:Task|Future)$/.test(cls) ? FACTORIES : PIPES;
  return names.some(
    (name) => context.isAttributeReadAnywhere(name) || context.isNameReadElsewhere(name),
  );
}

const BUILDERS = ['asyncio.AbstractEventLoop', 'asyncio.BaseProtocol'];
const FACTORIES = ['set_task_factory'];
/** No other way leads to a stream over these. */
const PIPES = [
  'StreamReaderProtocol',
  'FlowControlMixin',
  'SubprocessStreamProtocol',
  'connect_read_pipe',
  'connect_write_pipe',
];

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  if (node.kind !== 'Call') return offers.fixes;
  const cls = context.callee(node);
  const [first] = node.args;
  if (cls === 'asyncio.Task' && first !== undefined && first.kind !== 'Starred')
    offers.add('Remplacer par `create_task()`', 'safe', (edits) =>
      throughLoop(edits, node, 'create_task', ['name', 'context']),
    );
  else if (cls === 'asyncio.Future' && first === undefined)
    offers.add('Remplacer par `create_future()`', 'safe', (edits) =>
      throughLoop(edits, node, 'create_future', []),
    );
  return offers.fixes;
}

/** The method of the loop that was given, else of the one that runs the coroutine around. */
function throughLoop(edits: Edits, call: Call, method: string, kept: readonly string[]): void {
  const semantics = edits.file.at(call);
  const given = call.keywords.find(({ arg }) => arg === 'loop');
  const others = call.keywords.filter((keyword) => keyword !== given);
  const isInCoroutine = semantics.surroundings(call) === 'coroutine';
  const isGiven = given !== undefined && isGivenLoop(given.value, semantics);
  if (
    others.some(({ arg }) => !kept.includes(arg ?? '')) ||
    (given === undefined ? !isInCoroutine : !isGiven) ||
    semantics.text(call).includes('#')
  ) {
    edits.abandon();
    return;
  }
  const maker =
    given !== undefined
      ? `${semantics.text(given.value)}.${method}`
      : method === 'create_task'
        ? edits.name('asyncio', method, call)
        : `${edits.name('asyncio', 'get_running_loop', call)}().${method}`;
  const args = [...call.args, ...others].map((arg) => semantics.text(arg));
  edits.replace(call, `${maker}(${args.join(', ')})`);
}

function isGivenLoop(loop: Expr, semantics: Semantics): boolean {
  const looksLikeLoop = loop.kind === 'Name' ? loop.id : loop.kind === 'Attribute' ? loop.attr : '';
  const kind = semantics.kindOf(loop);
  return (
    isPlainPath(loop) &&
    (isLoop(kind, semantics) || (kind.k === 'unknown' && /(^|_)(loop|boucle)$/.test(looksLikeLoop)))
  );
}
