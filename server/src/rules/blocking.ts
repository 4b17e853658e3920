/** Calls that keep the loop's thread: what they are (`knowledge/blocking.ts`), wherever they stand. */
import {
  type BlockingGroup,
  blockingFunction,
  blockingMethods,
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
} from '../semantics/index.ts';
import { type Call, type Expr, type Node, type WithItem, walk } from '../syntax/index.ts';
import { isMet, returnsAtOnce } from './at-once.ts';
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
