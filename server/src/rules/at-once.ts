/** What makes a call that blocks return at once, after all: its arguments, or what it is asked of. */
import type { BlockingGroup, Exception } from '../knowledge/blocking.ts';
import { type Semantics, truth } from '../semantics/index.ts';
import { type Call, type Expr, type FunctionDef, type Node, walk } from '../syntax/index.ts';
import { siblingsOf, statementOf } from './repairs.ts';

/** Is the call made so that it does not wait, or may it be? */
export function returnsAtOnce(call: Call, group: BlockingGroup, context: Semantics): boolean {
  return (
    group.unless.some((exception) => isMet(call, exception, context)) ||
    EXEMPT.some(([isOf, isExempt]) => isOf(group) && isExempt(call, context, group))
  );
}

/** What is asked of the calls of a group, besides their arguments. */
const EXEMPT: readonly (readonly [
  isOf: (group: BlockingGroup) => boolean,
  isExempt: (call: Call, context: Semantics, group: BlockingGroup) => boolean,
])[] = [
  [({ code }) => code === 'ATT204', isInMemory],
  [({ code }) => code === 'ATT208', isPutWithoutLimit],
  [({ of }) => of === 'socket.socket' || of === 'ssl.SSLSocket', isOfOtherSockets],
  [({ names }) => names.has('acquire'), isFirstTaken],
  [({ of, names }) => /[Qq]ueue$/.test(of) && names.has('get'), isTakenFromFilled],
  [({ of }) => of === 'concurrent.futures.Future', isDone],
];

/** `Image.open(BytesIO(…))`, and what is asked of the image: no disk has a part in it. */
function isInMemory(call: Call, context: Semantics, { of, names }: BlockingGroup): boolean {
  // From one file to another.
  if (of === 'shutil') return false;
  const { func } = call;
  const isExtracting = names.has('extractall') && /\.extract/.test(context.text(func));
  return (
    takesBuffer(call, context) ||
    (!isExtracting && openersOf(call, context).some((opener) => takesBuffer(opener, context)))
  );
}

function takesBuffer({ args, keywords }: Call, context: Semantics): boolean {
  return [...args.slice(0, 1), ...keywords.map(({ value }) => value)].some((given) => {
    const kind = context.kindOf(given);
    return kind.k === 'instance' && BUFFERS.some((cls) => context.derives(kind.cls, cls));
  });
}

const BUFFERS = ['_io.BytesIO', '_io.StringIO'];

/** The calls that gave what a method is called on. */
export function openersOf({ func }: Call, context: Semantics): readonly Call[] {
  const file = func.kind === 'Attribute' && func.value.kind === 'Name' ? func.value : null;
  const bindings = (file && context.reaching(file)?.bindings) ?? [];
  return bindings.flatMap(({ origin }) => {
    const opener =
      origin.how === 'with' && !origin.async
        ? origin.item.context_expr
        : origin.how === 'assign' && origin.path.length === 0
          ? origin.value
          : null;
    return opener?.kind === 'Call' ? [opener] : [];
  });
}

/** A queue that is made without a limit, in the function or in the `__init__` of the class: nobody waits to put. */
function isPutWithoutLimit({ func }: Call, context: Semantics): boolean {
  if (func.kind !== 'Attribute' || func.attr !== 'put') return false;
  const queue = context.text(func.value);
  const fn = context.functionAround(func);
  if (fn !== null && fn.kind !== 'Lambda' && makesWithoutLimit(fn, queue, context)) return true;
  const cls = func.value.kind === 'Attribute' ? context.classAround(func) : undefined;
  return (
    cls !== undefined &&
    context.summary(`${cls}.__init__`, `makes ${queue} without limit`, (init, inside) =>
      makesWithoutLimit(init, queue, inside),
    )
  );
}

function makesWithoutLimit({ body }: FunctionDef, queue: string, inside: Semantics): boolean {
  let isMade = false;
  walk(body, (node) => {
    if (node.kind !== 'Assign' && node.kind !== 'AnnAssign') return;
    const target = node.kind === 'Assign' ? node.targets[0]! : node.target;
    const { value } = node;
    if (value?.kind !== 'Call' || inside.text(target) !== queue) return;
    isMade = value.args.length + value.keywords.length === 0;
  });
  return isMade;
}

/** The file makes its sockets so that they do not wait, or not without limit. */
function isOfOtherSockets(call: Call, context: Semantics): boolean {
  return (
    context.isAttributeReadAnywhere('setblocking') ||
    context.isAttributeReadAnywhere('settimeout') ||
    GIVEN_TO_LOOP.some((name) => context.isAttributeReadAnywhere(name)) ||
    (isForDatagram(call) && context.isAttributeReadAnywhere('SOCK_DGRAM'))
  );
}

/** Methods of a loop, which want sockets that do not wait. */
const GIVEN_TO_LOOP = [
  'sock_accept',
  'sock_connect',
  'sock_recv',
  'sock_recv_into',
  'sock_sendall',
];

/** `lock = threading.Lock()`, then at once `lock.acquire()`: nobody else can hold it yet. */
function isFirstTaken(call: Call, context: Semantics): boolean {
  const lock = call.func.kind === 'Attribute' ? call.func.value : call.func;
  const bindings = lock.kind === 'Name' ? (context.reaching(lock)?.bindings ?? []) : [];
  const [origin, ...others] = bindings.map((binding) => binding.origin);
  if (origin?.how !== 'assign' || origin.path.length > 0 || others.length > 0) return false;
  const { value } = origin;
  const isNew = value.kind === 'Call' && /^threading\.R?Lock$/.test(context.callee(value) ?? '');
  const taking = statementOf(call);
  const making = isNew ? statementOf(value) : null;
  if (taking === null || making === null) return false;
  const block = siblingsOf(making);
  return block.indexOf(taking) === block.indexOf(making) + 1;
}

/** What is asked of a queue that is known to hold something. */
export const NOT_EMPTY = /^(?:empty|qsize)$/;
/** The same by the function that reads it, which may have filled it too. */
const FILLED = /^(?:empty|qsize|put|put_nowait)$/;

function isTakenFromFilled(call: Call, context: Semantics): boolean {
  return isAskedBefore(`${context.text(call.func)}()`, FILLED, call, context);
}

/** Does the function around, before the node, ask for such an attribute of the object of `file.get()`? */
export function isAskedBefore(
  get: string,
  attribute: RegExp,
  node: Node,
  context: Semantics,
): boolean {
  const queue = get.replace(/\.\w+\(\)$/, '');
  let isAsked = false;
  walk(context.functionAround(node)?.body ?? [], (asking) => {
    if (asking.kind !== 'Attribute' || asking.start >= node.start) return;
    if (attribute.test(asking.attr) && context.text(asking.value) === queue) isAsked = true;
  });
  return isAsked;
}

/** Datagrams are sent without waiting for anyone, and connecting to their receiver sends nothing. */
function isForDatagram({ func }: Call): boolean {
  return func.kind === 'Attribute' && /^(?:connect|connect_ex|send|sendto)$/.test(func.attr);
}

export function isMet(
  call: Call,
  { place, keyword, value }: Exception,
  context: Semantics,
): boolean {
  const given =
    call.keywords.find(({ arg }) => arg === keyword)?.value ??
    (place === null ? undefined : call.args[place]);
  const isOpen =
    call.keywords.some(({ arg }) => arg === null) ||
    call.args.some(({ kind }) => kind === 'Starred');
  if (given === undefined) return isOpen;
  if (value !== 'false') return namesConstant(given, value, context);
  if (given.kind === 'Constant') return given.type !== 'None' && truth(given) === false;
  // A time that is not written is hardly ever zero; a choice that is not, may be either.
  return !/timeout/.test(keyword);
}

/** `os.P_NOWAIT`, alone or among flags. */
function namesConstant(expr: Expr, name: string, context: Semantics): boolean {
  if (expr.kind === 'BinOp')
    return namesConstant(expr.left, name, context) || namesConstant(expr.right, name, context);
  const short = name.slice(name.lastIndexOf('.') + 1);
  if (expr.kind === 'Attribute') return expr.attr === short;
  if (expr.kind !== 'Name') return false;
  const origins = context.reaching(expr)?.bindings.map(({ origin }) => origin) ?? [];
  const isNamed = origins.some(
    (origin) =>
      origin.how === 'assign' &&
      origin.value !== expr &&
      namesConstant(origin.value, name, context),
  );
  return expr.id === short || isNamed || context.kindOf(expr).k === 'unknown';
}

/** Has the function made sure that the future has its result? */
function isDone({ func }: Call, context: Semantics): boolean {
  const future = func.kind === 'Attribute' ? func.value : func;
  const bindings = future.kind === 'Name' ? context.reaching(future)?.bindings : [];
  const origins = (bindings ?? []).map(({ origin }) => origin);
  const isGiven = origins.some(
    (origin) => origin.how === 'for' && /as_completed|done/.test(context.text(origin.iter)),
  );
  let isAsked = false;
  walk(context.functionAround(future)?.body ?? [], (node) => {
    if (node.kind === 'Attribute' && node.attr === 'done') isAsked = true;
    if (node.kind === 'Call' && context.callee(node) === 'asyncio.wrap_future') isAsked = true;
  });
  return isGiven || isAsked;
}
