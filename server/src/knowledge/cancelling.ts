/**
 * Context managers, other than asyncio's own, that cancel the task that is in them: groups of tasks and
 * delays. Read from the documentation of each package; asyncio runs them all.
 */

/** Does calling the dotted name give such a manager? */
export function isCancellingManager(name: string): boolean {
  return NAMES.has(name);
}

const NAMES: ReadonlySet<string> = new Set([
  'anyio.CancelScope',
  'anyio.create_task_group',
  'anyio.fail_after',
  'anyio.move_on_after',
  'anyio.from_thread.BlockingPortal',
  'anyio.from_thread.start_blocking_portal',
  'apscheduler.AsyncScheduler',
  'asgi_lifespan.LifespanManager',
  'async_timeout.timeout',
  'async_timeout.timeout_at',
  'mcp.client.sse.sse_client',
  'mcp.client.streamable_http.streamablehttp_client',
]);
