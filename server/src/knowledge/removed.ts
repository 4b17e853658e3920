/**
 * What asyncio no longer has, or will no longer have: since when, and what to write instead. From « What’s
 * New in Python » and the « Deprecated » and « Removed » notes of asyncio's documentation; a test holds each
 * against typeshed, and against the Python that runs the tests.
 */
import type { Version } from './stdlib.ts';

export interface Removal {
  /** Public name; that of the callable, for an argument. */
  readonly name: string;
  /** The keyword argument that goes, when the callable itself stays. */
  readonly argument?: string;
  readonly deprecated: Version | null;
  /** The first version without it, or that is announced to be. */
  readonly removed: Version;
  /** What does the same; null: nothing is needed any more, or no single name. */
  readonly replacement: string | null;
  /** How the code is mended: another name in its place, the argument left out, a coroutine function. */
  readonly rewrite: 'rename' | 'drop' | 'async def' | null;
}

/** Callables that were given the loop they now find by themselves. */
const WITHOUT_LOOP = `sleep gather wait wait_for shield as_completed open_connection start_server
  open_unix_connection start_unix_server create_subprocess_exec create_subprocess_shell Queue LifoQueue
  PriorityQueue Lock Event Condition Semaphore BoundedSemaphore`.split(/\s+/);

const CHILD_WATCHERS = `get_child_watcher set_child_watcher AbstractChildWatcher SafeChildWatcher
  FastChildWatcher MultiLoopChildWatcher PidfdChildWatcher ThreadedChildWatcher
  AbstractEventLoopPolicy.get_child_watcher AbstractEventLoopPolicy.set_child_watcher`.split(/\s+/);

const POLICIES =
  `get_event_loop_policy set_event_loop_policy AbstractEventLoopPolicy DefaultEventLoopPolicy
  WindowsSelectorEventLoopPolicy WindowsProactorEventLoopPolicy`.split(/\s+/);

export const removals: readonly Removal[] = [
  {
    name: 'asyncio.async',
    deprecated: [3, 4],
    removed: [3, 7],
    replacement: 'asyncio.ensure_future',
    rewrite: 'rename',
  },
  {
    name: 'asyncio.compat',
    deprecated: null,
    removed: [3, 7],
    replacement: null,
    rewrite: null,
  },
  {
    name: 'asyncio.Task.all_tasks',
    deprecated: [3, 7],
    removed: [3, 9],
    replacement: 'asyncio.all_tasks',
    rewrite: 'rename',
  },
  {
    name: 'asyncio.Task.current_task',
    deprecated: [3, 7],
    removed: [3, 9],
    replacement: 'asyncio.current_task',
    rewrite: 'rename',
  },
  {
    name: 'asyncio.coroutine',
    deprecated: [3, 8],
    removed: [3, 11],
    replacement: 'async def',
    rewrite: 'async def',
  },
  {
    name: 'asyncio.iscoroutinefunction',
    deprecated: [3, 14],
    removed: [3, 16],
    replacement: 'inspect.iscoroutinefunction',
    rewrite: 'rename',
  },
  ...WITHOUT_LOOP.map(
    (name): Removal => ({
      name: `asyncio.${name}`,
      argument: 'loop',
      deprecated: [3, 8],
      removed: [3, 10],
      replacement: null,
      rewrite: 'drop',
    }),
  ),
  ...CHILD_WATCHERS.map(
    (name): Removal => ({
      name: `asyncio.${name}`,
      deprecated: [3, 12],
      removed: [3, 14],
      replacement: null,
      rewrite: null,
    }),
  ),
  ...POLICIES.map(
    (name): Removal => ({
      name: `asyncio.${name}`,
      deprecated: [3, 14],
      removed: [3, 16],
      replacement: 'asyncio.Runner(loop_factory=…)',
      rewrite: null,
    }),
  ),
];
