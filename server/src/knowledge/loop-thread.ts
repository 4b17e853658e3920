/**
 * What asyncio lets only the loop's own thread do, after the « Concurrency and multithreading » section of
 * https://docs.python.org/3/library/asyncio-dev.html and the sources of CPython 3.11 to 3.14 (`asyncio/base_events.py`,
 * `futures.py`, `locks.py`, `queues.py`): all of these end in `call_soon`, which does not wake up the loop.
 */

/** Methods, with the classes whose instances have them. */
export const LOOP_THREAD_METHODS: Readonly<Record<string, readonly string[]>> = {
  call_soon: ['asyncio.AbstractEventLoop'],
  call_later: ['asyncio.AbstractEventLoop'],
  call_at: ['asyncio.AbstractEventLoop'],
  create_task: ['asyncio.AbstractEventLoop', 'asyncio.TaskGroup'],
  stop: ['asyncio.AbstractEventLoop'],
  cancel: ['asyncio.Future'],
  set_result: ['asyncio.Future'],
  set_exception: ['asyncio.Future'],
  put_nowait: ['asyncio.Queue'],
  get_nowait: ['asyncio.Queue'],
  set: ['asyncio.Event'],
  release: ['asyncio.Lock', 'asyncio.Semaphore'],
};

/** Functions that need a loop running in the thread that calls them, and raise where there is none. */
export const LOOP_THREAD_FUNCTIONS: ReadonlySet<string> = new Set([
  'asyncio.create_task',
  'asyncio.ensure_future',
]);
