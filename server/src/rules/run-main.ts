/** The repair of a loop that is made, run once and closed by hand: `asyncio.run` does all of it. */
import { atLeast, type FileSemantics, localReads, scopesOf } from '../semantics/index.ts';
import { type Call, type Name, type Node, type Stmt, type Try, walk } from '../syntax/index.ts';
import { canBeTask } from './coroutine-uses.ts';
import type { Edits } from './edits.ts';
import { blockOf, type Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext } from './rule.ts';
import { isCoroutine } from './tasks.ts';

/** Offers `asyncio.run(main())` for all that a loop, as a call makes it, is used for; nothing if that is more. */
export function offerToRunMain(
  offers: Offers,
  made: Call,
  applicability: Fix['applicability'] = 'safe',
): void {
  const found = atLeast(offers.context.target, [3, 7]) ? handRun(made, offers.context) : null;
  if (found === null) return;
  offers.add('Remplacer par `asyncio.run()`', applicability, (edits) => {
    const { run, others } = found;
    edits.replaceRange(run, run.start, run.openParen, edits.name('asyncio', 'run', run) ?? '');
    for (const statement of others) takeAway(edits, statement, others);
  });
}

interface HandRun {
  /** `loop.run_until_complete(main())`. */
  readonly run: Call;
  /** Where the loop is made, set and closed. */
  readonly others: readonly Stmt[];
}

function handRun(made: Call, context: FixContext): HandRun | null {
  const { parent } = made;
  let uses: readonly Node[] | null = [made];
  const others = new Set<Stmt>();
  if (parent?.kind === 'Assign') {
    const [target] = parent.targets;
    uses = target?.kind === 'Name' && parent.targets.length === 1 ? usesOf(target, context) : null;
    others.add(parent);
  }
  if (uses === null) return null;
  const runs: Call[] = [];
  for (const use of uses) {
    const statement = statementOf(use);
    const semantics = context.file.at(use);
    if (semantics.functionAround(use) !== context.functionAround(made) || statement === null)
      return null;
    const call = use.parent?.parent;
    if (isUpkeep(semantics.text(statement), semantics.text(use))) others.add(statement);
    else if (call?.kind === 'Call' && isRun(call, use, context.file)) runs.push(call);
    else return null;
  }
  const [run] = runs;
  if (run === undefined || runs.length > 1) return null;
  return isAlone([run, made, ...others], context) ? { run, others: [...others] } : null;
}

/** All the reads of the variable; null when it is bound elsewhere too, or not all of them are seen. */
function usesOf(target: Name, context: FixContext): readonly Name[] | null {
  const scope = context.scopeAround(target);
  const { file } = context;
  if (scope.kind === 'function')
    return scope.bindings.get(target.id)?.length === 1 ? localReads(target, context) : null;
  if (scope.kind !== 'module' || file.table.bindings.get(target.id)?.length !== 1) return null;
  return file.table.source.chunks.flatMap(({ chunk }) => [
    ...(scopesOf(chunk).nameReads.get(target.id) ?? []),
  ]);
}

/** A statement that only readies or closes the loop of that name. */
function isUpkeep(statement: string, loop: string): boolean {
  const [before, after, ...more] = statement.split(loop);
  if (more.length === 1)
    return /^\.run_until_complete\($/.test(after!) && /^\.shutdown_\w+\(\)\)$/.test(more[0]!);
  if (more.length > 0 || after === undefined) return false;
  return before === '' ? after === '.close()' : /^(?:\w+\.)?set_event_loop\($/.test(before!);
}

function isRun({ func, args, keywords }: Call, loop: Node, file: FileSemantics): boolean {
  const [given] = args;
  if (func.kind !== 'Attribute' || func.value !== loop || func.attr !== 'run_until_complete')
    return false;
  if (given?.kind !== 'Call' || args.length > 1 || keywords.length > 0) return false;
  return isCoroutine(given, file.at(given)) && canBeTask(given, file.at(given));
}

/** Is there nothing else in the file's synchronous code that needs a loop of its own making? */
function isAlone(known: readonly Node[], { file }: FixContext): boolean {
  const isKnown = (node: Node) =>
    known.some((k) => {
      const [start, end] = [file.start(k), file.end(k)];
      return start <= file.start(node) && file.end(node) <= end;
    });
  return file.table.source.chunks.every(({ chunk }) => {
    let alone = true;
    walk(chunk.body, (node) => {
      const name = node.kind === 'Attribute' ? node.attr : node.kind === 'Name' ? node.id : '';
      if (!BY_HAND.test(name) || file.of(chunk).surroundings(node) === 'coroutine') return;
      if (!isKnown(node)) alone = false;
    });
    return alone;
  });
}

const BY_HAND =
  /^(?:(?:get|set|new)_event_loop|run_until_complete|run_forever|ensure_future|gather|create_task|Future)$/;

/** A `finally` that only closed the loop goes with it. */
function takeAway(edits: Edits, statement: Stmt, others: readonly Stmt[]): void {
  const block = blockOf(statement, edits.file);
  const { parent } = statement;
  const isLeft = parent === null || block.some((other) => !others.includes(other));
  if (isLeft) edits.removeLines(statement);
  else if (parent?.kind !== 'Try' || block !== parent.finalbody) edits.abandon();
  else if (block[0] === statement) dropFinally(edits, parent);
}

function dropFinally(edits: Edits, node: Try): void {
  const { body, handlers, orelse, start, end } = node;
  const [only] = body;
  const last = [...handlers, ...orelse].at(-1);
  const cut = (from: number, to: number) => {
    if (edits.file.placeOf(node).chunk.text.slice(from, to).includes('#')) edits.abandon();
    edits.replaceRange(node, from, to, '');
  };
  if (last !== undefined) cut(last.end, end);
  else if (body.length === 1 && only !== undefined && /^(?:Expr|Assign|Return)$/.test(only.kind)) {
    cut(start, only.start);
    cut(only.end, end);
  } else edits.abandon();
}
