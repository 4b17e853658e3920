/** Awaits that follow one another in a block, and do not need each other. */
import { isRepeated, type Semantics, worksAlone } from '../semantics/index.ts';
import type { Assign, Call, ExprStmt, Name, Stmt } from '../syntax/index.ts';
import {
  argumentsOf,
  isFree,
  isLookup,
  isPlain,
  isShareable,
  namesIn,
} from './independent-calls.ts';
import { siblingsOf } from './repairs.ts';

/** `nom = await lire(…)`, or `await lire(…)`. */
export interface Step {
  readonly statement: Assign | ExprStmt;
  readonly call: Call;
  /** The step leaves no trace that another could come across. */
  readonly isAlone: boolean;
  readonly context: Semantics;
}

/** The steps of which the statement is the first; none when it stands alone, or further down in a series. */
export function seriesFrom(statement: Stmt, context: Semantics): readonly Step[] {
  if (awaitedCall(statement) === null) return [];
  const block = blockAround(statement, context);
  const at = block.statements.indexOf(statement);
  // Most awaits have no neighbour, or one that is none of ours: they are looked at no further.
  if (!isAlike(at + 1) || !isFree(statement, context)) return [];
  if (stepAt(block, at) === null || stepAt(block, at + 1) === null) return [];
  let from = at;
  while (isAlike(from - 1)) from--;
  let series: Step[] = [];
  for (let i = from; isAlike(i); i++) {
    const step = stepAt(block, i);
    if (step !== null && series.every((other) => areIndependent(step, other))) series.push(step);
    else if (i > at) break;
    else series = step === null ? [] : [step];
  }
  return series[0]?.statement === statement && series.length > 1 ? series : [];

  function isAlike(i: number): boolean {
    const other = block.statements[i];
    return other?.kind === statement.kind && awaitedCall(other) !== null;
  }
}

interface Block {
  readonly statements: readonly Stmt[];
  /** The chunk of each of them, with its meaning. */
  contextAt(index: number): Semantics;
}

/** The statements around: those of the cell at the top of a notebook. */
function blockAround(statement: Stmt, context: Semantics): Block {
  if (statement.parent !== null)
    return { statements: siblingsOf(statement), contextAt: () => context };
  const chunks = context.cell().filter(({ chunk }) => chunk.role === 'statement');
  const contexts = chunks.flatMap((own) => own.chunk.body.map(() => own));
  return {
    statements: chunks.flatMap(({ chunk }) => chunk.body),
    contextAt: (index) => contexts[index]!,
  };
}

function awaitedCall(statement: Stmt): Call | null {
  if (statement.kind !== 'Assign' && statement.kind !== 'Expr') return null;
  if (statement.kind === 'Assign' && nameBound(statement) === null) return null;
  const { value } = statement;
  return value.kind === 'Await' && value.value.kind === 'Call' ? value.value : null;
}

/** The name that a step binds. */
export function nameBound(statement: Assign | ExprStmt): Name | null {
  const [target, ...others] = statement.kind === 'Assign' ? statement.targets : [];
  return target?.kind === 'Name' && others.length === 0 ? target : null;
}

function stepAt(block: Block, index: number): Step | null {
  const statement = block.statements[index]!;
  const context = block.contextAt(index);
  const call = awaitedCall(statement)!;
  if (!isPlain(call, context)) return null;
  const isAlone = worksAlone(call, context);
  const isKept = statement.kind === 'Assign';
  if (!isAlone && !(isKept && isLookup(call, context))) return null;
  return { statement: statement as Step['statement'], call, isAlone, context };
}

function areIndependent(later: Step, earlier: Step): boolean {
  const bound = nameBound(earlier.statement);
  const names = namesIn([later.call]);
  if (bound === null) return areSiblings(later, earlier);
  if (names.some(({ id }) => id === bound.id) || nameBound(later.statement)!.id === bound.id)
    return false;
  if (later.isAlone && earlier.isAlone) return true;
  const shared = new Set(namesIn(argumentsOf(earlier.call)).map(({ id }) => id));
  return namesIn(argumentsOf(later.call)).every(
    (name) => !shared.has(name.id) || isShareable(name, later.context),
  );
}

/**
 * When nobody keeps what the calls give, the order may be what matters, as of the acts of a demonstration: they then
 * have to be calls of one function with other arguments, neither paced nor repeated.
 */
function areSiblings(later: Step, earlier: Step): boolean {
  const { context, call, statement } = later;
  if (context.text(call.func) !== earlier.context.text(earlier.call.func)) return false;
  if (context.text(call) === earlier.context.text(earlier.call)) return false;
  const block = blockAround(statement, context);
  const isPaced = block.statements.some((each, i) => {
    const awaited = awaitedCall(each);
    return awaited !== null && block.contextAt(i).callee(awaited) === 'asyncio.sleep';
  });
  return !isPaced && !isRepeated(statement);
}
