/** Processes that a coroutine starts and keeps in a variable: shared by the rules on them. */
import { type FlowPoint, localReads, mayRead, type Semantics } from '../semantics/index.ts';
import type { Call, Expr, Name } from '../syntax/index.ts';

export type Pipe = 'stdin' | 'stdout' | 'stderr';

export function startsProcess(call: Call, context: Semantics): boolean {
  return /^asyncio\.create_subprocess_(?:exec|shell)$/.test(context.callee(call) ?? '');
}

/** The streams that the call asks pipes for. */
export function pipesOf({ keywords }: Call, context: Semantics): ReadonlySet<Pipe> {
  const pipes = new Set<Pipe>();
  for (const { arg, value } of keywords)
    if ((arg === 'stdin' || arg === 'stdout' || arg === 'stderr') && isPipe(value, context))
      pipes.add(arg);
  return pipes;
}

function isPipe(value: Expr, context: Semantics): boolean {
  if (value.kind === 'UnaryOp') return context.text(value) === '-1';
  return /^(?:asyncio\.)?subprocess\.PIPE$/.test(context.resolve(value) ?? '');
}

/** The start of the process that a use of a local name certainly finds. */
export interface Started {
  readonly call: Call;
  readonly target: Name;
}

export function startOf(use: Name, context: Semantics): Started | null {
  const [binding, ...others] = context.reaching(use)?.bindings ?? [];
  if (others.length > 0 || binding?.origin.how !== 'assign' || binding.origin.path.length > 0)
    return null;
  const { value } = binding.origin;
  const call = value.kind === 'Await' ? value.value : value;
  // A second name makes it known elsewhere.
  if (value.parent?.kind === 'Assign' && value.parent.targets.length > 1) return null;
  const isStart = call.kind === 'Call' && call !== value && startsProcess(call, context);
  return isStart && binding.node.kind === 'Name' ? { call, target: binding.node } : null;
}

/** The reads of a started process, by the attribute they ask for; null when it is handed to anybody else. */
export function readsOfProcess(target: Name, context: Semantics): readonly Read[] | null {
  const fn = context.functionAround(target);
  const reads = localReads(target, context)?.filter((read) => mayRead(read, target, context));
  const found: Read[] = [];
  for (const read of reads ?? []) {
    const { parent } = read;
    if (context.functionAround(read) !== fn) return null;
    if (parent?.kind === 'Attribute') found.push({ name: read, attr: parent.attr });
    else if (!ASKING.has(parent?.kind ?? '')) return null;
  }
  return reads === undefined ? null : found;
}

export interface Read {
  readonly name: Name;
  readonly attr: string;
}

const ASKING: ReadonlySet<string> = new Set([
  'Compare',
  'BoolOp',
  'UnaryOp',
  'If',
  'Expr',
  'FormattedValue',
]);

/** The points that some path visits between the start of a process and a later point. */
export function sinceStart(
  { call }: Started,
  point: FlowPoint,
  context: Semantics,
): ReadonlySet<FlowPoint> {
  const fn = context.functionAround(call);
  const flow = fn?.kind === 'AsyncFunctionDef' ? context.flow(fn) : undefined;
  const start = flow?.pointOf(call);
  return flow?.before(point, (before) => before === start) ?? new Set();
}
