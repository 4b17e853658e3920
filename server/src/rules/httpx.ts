/** The repair that sends an HTTP request by httpx's asynchronous client. */
import type { Call } from '../syntax/index.ts';
import { insideGeneratorExpression, type Offers, statementOf } from './repairs.ts';

/** Offers `async with httpx.AsyncClient() as client:` around a statement that calls `requests.get()`, `httpx.get()`. */
export function offerHttpx(offers: Offers, call: Call): void {
  const { context } = offers;
  const verb = /^(?:requests|httpx)\.(get|options|head|post|put|patch|delete|request)$/.exec(
    context.callee(call) ?? '',
  )?.[1];
  const statement = statementOf(call);
  if (verb === undefined || statement === null || !SIMPLE.has(statement.kind)) return;
  if (context.surroundings(call) !== 'coroutine' || insideGeneratorExpression(call)) return;
  if (!call.keywords.every(({ arg }) => arg !== null && SHARED.has(arg))) return;
  offers.add('Passer à `httpx.AsyncClient`', 'review', (edits) => {
    const maker = edits.name('httpx', 'AsyncClient', call);
    const client = edits.freshName('client', statement);
    edits.wrap(`async with ${maker}() as ${client}:`, [statement]);
    if (call.parent?.kind !== 'Await') edits.awaitExpr(call);
    edits.replace(call.func, `${client}.${verb}`);
  });
}

const SIMPLE: ReadonlySet<string> = new Set(['Expr', 'Assign', 'AnnAssign', 'AugAssign', 'Return']);

/** What both libraries take by the same names. */
const SHARED: ReadonlySet<string> = new Set([
  'auth',
  'cookies',
  'data',
  'files',
  'headers',
  'json',
  'params',
  'timeout',
]);
