/** Calls that keep the loop's thread: what they are (`knowledge/blocking.ts`), and the rules that speak of them. */
import {
  type BlockingCode,
  type BlockingGroup,
  blockingFunction,
  blockingMethods,
  type Exception,
  mayBlock,
} from '../knowledge/blocking.ts';
import { isInPackage } from '../knowledge/packages.ts';
import { isClassName } from '../knowledge/unread.ts';
import {
  isInstalled,
  isProjectId,
  type Kind,
  membersOf,
  type Semantics,
  truth,
} from '../semantics/index.ts';
import {
  type Call,
  type Expr,
  type FunctionDef,
  type Node,
  type WithItem,
  walk,
} from '../syntax/index.ts';
import { isFixture, type OnLoop, onLoop } from './on-loop.ts';
import { Offers, siblingsOf, statementOf } from './repairs.ts';
import type { Fix, Report, Rule, RuleContext } from './rule.ts';
import { callName, exprName } from './wording.ts';

/** A call, or an item of a `with`, that blocks. */
export interface Blocking {
  readonly node: Call | WithItem;
  readonly group: BlockingGroup;
  /** « `requests.get()` », without its back quotes: what the reader wrote. */
  readonly shown: string;
  /** Over soon, more often than not. */
  readonly isBrief: boolean;
  /** So short that it is only worth telling where it stands. */
  readonly isMinor: boolean;
}

/** What the node is known to block on, wherever it stands. */
export function blockingAt(node: Call | WithItem, context: Semantics): Blocking | undefined {
  let known = judged.get(context);
  if (known === undefined) judged.set(context, (known = new Map()));
  if (!known.has(node))
    known.set(node, node.kind === 'Call' ? ofCall(node, context) : ofItem(node, context));
  return known.get(node);
}

/** What calling the expression would block on, by what it is: arguments may still make it return at once. */
export function blockingGroupOf(callee: Expr, context: Semantics): BlockingGroup | undefined {
  return groupOf(callee, context.kindOf(callee), context);
}

/** Nine rules ask the same of each call. */
const judged = new WeakMap<Semantics, Map<Node, Blocking | undefined>>();

function ofCall(call: Call, context: Semantics): Blocking | undefined {
  const { func } = call;
  if (func.kind === 'Attribute' ? !mayBlock(func.attr) : func.kind !== 'Name') return undefined;
  const group = blockingGroupOf(func, context);
  if (group === undefined || returnsAtOnce(call, group, context)) return undefined;
  const isBrief = group.isBrief || group.briefIf.some((one) => isMet(call, one, context));
  const isMinor = group.isMinor || isInstant(call, group);
  return { node: call, group, shown: callName(call, context), isBrief, isMinor };
}

/** `time.sleep(0.001)`: ten milliseconds at most. */
function isInstant({ args }: Call, { code }: BlockingGroup): boolean {
  const [pause] = args;
  return code === 'ATT201' && pause?.kind === 'Constant' && Number(pause.value) <= 0.01;
}

function groupOf(func: Expr, kind: Kind, context: Semantics): BlockingGroup | undefined {
  // Who awaits a method knows that the object is not what its annotation says.
  const isAwaited = func.parent?.parent?.kind === 'Await';
  switch (kind.k) {
    case 'function': {
      // What the project defines is read for what it does.
      if (isProjectId(kind.fn) && !isInstalled(kind.fn)) return undefined;
      const { self } = kind;
      const name = context.publicName(kind.fn);
      if (self?.k === 'instance' && isAwaited && isInPackage(self.cls)) return undefined;
      return self?.k === 'instance'
        ? methodOf(self.cls, name.slice(name.lastIndexOf('.') + 1), context)
        : blockingFunction(name);
    }
    case 'class':
      return blockingFunction(context.publicName(kind.cls));
    case 'known': {
      const group = blockingFunction(kind.name);
      return group !== undefined && isAwaited && isClassName(group.of) ? undefined : group;
    }
    case 'union': {
      const groups = membersOf(kind)
        .filter((member) => !isAnyFile(member))
        .map((member) => groupOf(func, member, context));
      return groups.every((group) => group?.code === groups[0]?.code) ? groups[0] : undefined;
    }
    case 'unknown': {
      const name = context.resolve(func);
      return name === undefined ? undefined : blockingFunction(name);
    }
    default:
      return undefined;
  }
}

function methodOf(cls: string, method: string, context: Semantics): BlockingGroup | undefined {
  return blockingMethods(method).find(({ of }) => context.derives(cls, of));
}

/** A method of `IO[Any]`: one of the things that `open(path, mode)` may give, which says no more than the others. */
function isAnyFile(kind: Kind): boolean {
  return kind.k === 'function' && /^typing\.(?:IO|TextIO|BinaryIO)\./.test(kind.fn);
}

/** Is the call made so that it does not wait, or may it be? */
function returnsAtOnce(call: Call, group: BlockingGroup, context: Semantics): boolean {
  if (group.unless.some((exception) => isMet(call, exception, context))) return true;
  if (group.code === 'ATT204' && isInMemory(call, group, context)) return true;
  if (group.code === 'ATT208' && isPutWithoutLimit(call, context)) return true;
  if (group.of === 'socket.socket' || group.of === 'ssl.SSLSocket')
    return (
      context.isAttributeReadAnywhere('setblocking') ||
      context.isAttributeReadAnywhere('settimeout') ||
      GIVEN_TO_LOOP.some((name) => context.isAttributeReadAnywhere(name)) ||
      (isForDatagram(call) && context.isAttributeReadAnywhere('SOCK_DGRAM'))
    );
  if (group.names.has('acquire')) return isFirstTaken(call, context);
  if (/[Qq]ueue$/.test(group.of) && group.names.has('get'))
    return isAskedBefore(`${context.text(call.func)}()`, FILLED, call, context);
  return group.of === 'concurrent.futures.Future' && isDone(call, context);
}

/** `Image.open(BytesIO(…))`, and what is asked of the image: no disk has a part in it. */
function isInMemory(call: Call, { of, names }: BlockingGroup, context: Semantics): boolean {
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

function isMet(call: Call, { place, keyword, value }: Exception, context: Semantics): boolean {
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

/** `with lock:` waits for the lock; a `with` of an executor, at its end, for all that it was given. */
function ofItem(item: WithItem, context: Semantics): Blocking | undefined {
  const { context_expr: manager, parent } = item;
  if (parent?.kind !== 'With') return undefined;
  const kind = context.kindOf(manager);
  const classes = membersOf(kind).map((member) => (member.k === 'instance' ? member.cls : ''));
  for (const [method, isShort] of ENTERED) {
    const groups = classes.map((cls) => (cls === '' ? undefined : methodOf(cls, method, context)));
    const [group] = groups;
    if (group?.code !== 'ATT208' || groups.some((other) => other?.code !== group.code)) continue;
    const isAwaiting = holdsAwait(parent.body);
    // `with …Executor() as e: await loop.run_in_executor(e, f)` has nothing left to wait for.
    if (!isShort && isAwaiting) return undefined;
    const isBrief = isShort && !isAwaiting;
    return {
      node: item,
      group,
      shown: `with ${exprName(manager, context)}`,
      isBrief,
      isMinor: isBrief,
    };
  }
  return undefined;
}

/** What a `with` calls of its manager. A lock that is held for a moment is waited for a moment. */
const ENTERED = [
  ['acquire', true],
  ['shutdown', false],
] as const;

function holdsAwait(body: readonly Node[]): boolean {
  let found = false;
  walk(body as never, (node) => {
    if (AWAITING.has(node.kind)) found = true;
  });
  return found;
}

const AWAITING: ReadonlySet<string> = new Set(['Await', 'AsyncFor', 'AsyncWith']);

/** What the rules that speak of one kind of calls differ in. */
export interface BlockingRule extends Pick<Rule, 'slug' | 'level' | 'peers' | 'yieldsTo' | 'page'> {
  readonly code: BlockingCode;
  /** Why it blocks: ends the sentence « … bloque toute la boucle d’évènements : … ». */
  because(blocking: Blocking, on: OnLoop): string;
  /** Does the call block there, after all? By default it does. */
  applies?(blocking: Blocking, on: OnLoop, context: RuleContext): boolean;
  /** Does nothing run beside the code of the file, by all that it shows? */
  isAlone?(context: RuleContext): boolean;
  /** Adds the repairs. */
  offer?(offers: Offers, blocking: Blocking): void;
}

/** « aucune autre tâche n’avance tant que le serveur n’a pas répondu (équivalent asynchrone : `httpx.AsyncClient`) ». */
export function untilAnswered(answered: string): BlockingRule['because'] {
  return (blocking) => {
    const twin = twinOf(blocking);
    const instead = twin === undefined ? '' : ` (équivalent asynchrone\u00a0: \`${twin}\`)`;
    return `aucune autre tâche n’avance tant que ${answered}${instead}`;
  };
}

function twinOf({ group: { twin, names }, node }: Blocking): string | undefined {
  if (!twin?.includes('*')) return twin;
  const name = node.kind === 'Call' && node.func.kind === 'Attribute' ? node.func.attr : '';
  return names.has(name) ? twin.replace('*', name) : undefined;
}

/** A rule about the blocking calls of one code, in coroutines and in the loop's callbacks. */
export function blockingRule(made: BlockingRule): Rule {
  const check = (node: Call | WithItem, context: RuleContext) => {
    const blocking = blockingAt(node, context);
    if (blocking?.group.code !== made.code) return;
    const on = onLoop(node, context);
    if (on === undefined || made.applies?.(blocking, on, context) === false) return;
    const because = on.isCallback
      ? `\`${on.fn.name}()\` est une fonction de rappel que la boucle exécute elle-même`
      : made.because(blocking, on);
    context.report({
      at: node,
      message: `\`${blocking.shown}\` bloque toute la boucle d’évènements\u00a0: ${because}.`,
      ...levelOf(blocking, on, made, context),
    });
  };
  const { code, slug, level, peers, yieldsTo, page, offer } = made;
  return {
    code,
    slug,
    level,
    peers,
    ...(yieldsTo && { yieldsTo }),
    page,
    handlers: { Call: check, withitem: check },
    ...(offer && {
      fixes: ({ node }, context): readonly Fix[] => {
        const blocking = blockingAt(node as Call | WithItem, context);
        const offers = new Offers(context);
        if (blocking !== undefined) offer(offers, blocking);
        return offers.fixes;
      },
    }),
  };
}

function levelOf(
  { isBrief }: Blocking,
  { fn }: OnLoop,
  { level, isAlone }: BlockingRule,
  context: RuleContext,
): Pick<Report, 'level'> {
  const isHarmless = isBrief || isFixture(fn, context) || (isAlone?.(context) ?? false);
  return isHarmless && level === 'warning' ? { level: 'information' } : {};
}
