/** The repair of a generator that several runs of a loop advance: one coroutine does it all, and closes it. */
import { isAsyncGenerator, isRepeated, scopesOf } from '../semantics/index.ts';
import { type Assign, type Call, type Name, type Node, type Stmt, walk } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { aclosingName } from './enter-manager.ts';
import { blockOf, statementOf } from './repairs.ts';
import type { FixContext } from './rule.ts';
import { runsLoop } from './running-loop.ts';

/**
 * Moves the statements from where the generator is made to where it is last used into a `main()`, and runs
 * that. Abandoned when they leave their block, or when what they bind is used elsewhere.
 */
export function moveIntoMain(edits: Edits, generator: Name, context: FixContext): void {
  const moved = statementsOf(generator, context);
  const made = moved[0];
  const last = moved.at(-1);
  const runs = runsIn(moved, context);
  const [run] = runs ?? [];
  if (
    made === undefined ||
    last === undefined ||
    run === undefined ||
    !isMovable(moved, run, context)
  ) {
    edits.abandon();
    return;
  }
  const main = edits.freshName('main');
  edits.wrap(`async def ${main}():`, moved);
  for (const each of runs!) edits.awaitInstead(each, each.args[0]!);
  if (!mentions(moved, (node) => node.kind === 'Attribute' && node.attr === 'aclose')) {
    const closing = `${aclosingName(edits, made)}(${context.file.at(made).text(made.value)})`;
    edits.replace(made, `async with ${closing} as ${generator.id}:`);
    edits.indentBelow(edits.file.end(made), moved.slice(1));
  }
  edits.insertLinesAfter(last, [`${context.file.at(run).text(run.func)}(${main}())`]);
}

/** From the one that makes the generator to the last of the block that names it. */
function statementsOf(
  generator: Name,
  context: FixContext,
): readonly [Assign, ...Stmt[]] | readonly [] {
  const { file } = context;
  const statement = statementOf(generator)!;
  let child = statement;
  // The step may stand in a block of its own, below the one that makes the generator.
  for (;;) {
    const block = siblings(child, context);
    const at = lastOf(
      block,
      (s) => file.start(s) < file.start(statement) && makes(s, generator.id, context),
    );
    if (at >= 0) {
      const names = (node: Node) => node.kind === 'Name' && node.id === generator.id;
      const end = lastOf(block, (s) => mentions([s], names));
      return block.slice(at, end + 1) as unknown as [Assign, ...Stmt[]];
    }
    const above = child.parent === null ? null : statementOf(child.parent);
    if (above === null || /Def$/.test(above.kind)) return [];
    child = above;
  }
}

function lastOf(block: readonly Stmt[], is: (statement: Stmt) => boolean): number {
  return block.map(is).lastIndexOf(true);
}

/** The statements of the block, those of the whole module at its top. */
function siblings(statement: Stmt, { file }: FixContext): readonly Stmt[] {
  if (statement.parent !== null) return blockOf(statement, file);
  return file.table.source.chunks.flatMap(({ chunk, parent }) => (parent < 0 ? chunk.body : []));
}

function makes(statement: Stmt, name: string, { file }: FixContext): boolean {
  if (statement.kind !== 'Assign' || statement.targets.length !== 1) return false;
  const [target] = statement.targets;
  if (target?.kind !== 'Name' || target.id !== name || statement.value.kind !== 'Call')
    return false;
  return isAsyncGenerator(file.at(statement).kindOf(statement.value));
}

/** All that runs a loop there, one and the same way; null when some of it cannot be awaited instead. */
function runsIn(moved: readonly Stmt[], { file }: FixContext): readonly Call[] | null {
  const runs: Call[] = [];
  walk(moved, (node) => {
    if (node.kind === 'Call' && runsLoop(node, file.at(node))) runs.push(node);
  });
  const [first] = moved;
  const written = new Set(runs.map((run) => file.at(run).text(run.func)));
  const isPlain = ({ args, keywords }: Call) =>
    args.length === 1 && args[0]!.kind !== 'Starred' && keywords.length === 0;
  const isHere = (run: Call) =>
    file.at(run).functionAround(run) === file.at(first!).functionAround(first!);
  return written.size === 1 && runs.every((run) => isPlain(run) && isHere(run)) ? runs : null;
}

/** Does what they bind stay among them, and do they leave their block at its end only? */
function isMovable(moved: readonly Stmt[], run: Call, { file }: FixContext): boolean {
  const [start, end] = [file.start(moved[0]!), file.end(moved.at(-1)!)];
  const isInside = (node: Node) => start <= file.start(node) && file.end(node) <= end;
  const leaves = (node: Node) =>
    LEAVING.test(node.kind) && !(/^(?:Break|Continue)$/.test(node.kind) && !isRepeated(moved[0]!));
  if (mentions(moved, leaves)) return false;
  const scope = file.at(moved[0]!).scopeAround(moved[0]!);
  const all =
    scope.kind === 'module'
      ? [...file.table.bindings].map(
          ([name, found]) => [name, found.map(({ item }) => item)] as const,
        )
      : [...scope.bindings];
  const bound = all.filter(([, bindings]) => bindings.some(({ node }) => isInside(node)));
  const isOfOthers = (read: Name) => {
    const holder = file.at(read).reaching(read)?.holder;
    return holder !== undefined && holder !== scope;
  };
  const isReadInside = (name: string) =>
    file.table.source.chunks.every(({ chunk }) =>
      (scopesOf(chunk).nameReads.get(name) ?? []).every(
        (read) => isInside(read) || isOfOthers(read),
      ),
    );
  return bound.every(
    ([name, bindings]) =>
      bindings.every(({ node }) => isInside(node)) &&
      isReadInside(name) &&
      !mentions([run.func], (node) => node.kind === 'Name' && node.id === name),
  );
}

const LEAVING =
  /^(?:Return|Yield|YieldFrom|Await|AsyncFor|AsyncWith|Global|Nonlocal|Break|Continue|ImportFrom)$/;

function mentions(statements: readonly Node[], is: (node: Node) => boolean): boolean {
  let found = false;
  walk(statements, (node) => {
    if (is(node)) found = true;
  });
  return found;
}
