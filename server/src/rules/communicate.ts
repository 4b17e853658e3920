/** The waiting for one end of a child, and its repair: reading all its pipes at once. */
import type { Attribute, Await, Call, Name, Stmt } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { type Pipe, pipesOf, readsOfProcess, type Started } from './processes.ts';
import { blockOf, statementOf } from './repairs.ts';
import type { FixContext } from './rule.ts';

/** What does not end before the child does something: its end, or the end of what it writes. */
export interface Waiting {
  readonly child: Name;
  readonly on: 'end' | 'stdout' | 'stderr';
}

/** `child.wait()`, `child.stdout.read()`. */
export function waitingOf({ func, args, keywords }: Call): Waiting | null {
  if (func.kind !== 'Attribute' || args.length + keywords.length > 0) return null;
  const { value, attr } = func;
  if (attr === 'wait' && value.kind === 'Name') return { child: value, on: 'end' };
  if (attr !== 'read' || value.kind !== 'Attribute' || value.value.kind !== 'Name') return null;
  return isOutput(value.attr) ? { child: value.value, on: value.attr } : null;
}

export function isOutput(attr: string): attr is 'stdout' | 'stderr' {
  return attr === 'stdout' || attr === 'stderr';
}

/** Reads all the pipes at once where the first of them is waited for, and gives what was read to who asks later. */
export function communicate(
  edits: Edits,
  call: Call,
  { child, on }: Waiting,
  started: Started,
  statement: Stmt,
  context: FixContext,
): void {
  const reads = readsOfProcess(started.target, context) ?? [];
  const others = reads.filter(({ attr }) => isOutput(attr));
  const wholes = others.map(({ name }) => wholeRead(name.parent as Attribute));
  // Only what is read to its end, and once, is what `communicate()` gives.
  const isPlain = new Set(others.map(({ attr }) => attr)).size === others.length;
  if (wholes.includes(null) || !isPlain || reads.some(({ attr }) => attr === 'stdin')) {
    edits.abandon();
    return;
  }
  const pipes = pipesOf(started.call, context);
  const written = `${child.id}.communicate()`;
  if (on === 'end' && wholes.length === 0) {
    if (isResultUnused(call)) edits.replaceRange(call, child.end, call.end, '.communicate()');
    else edits.insertLinesBefore(statement, [`await ${written}`]);
    return;
  }
  const names = (['stdout', 'stderr'] as const).map((pipe) => {
    const whole = wholes.find((await_) => pipeOf(await_!) === pipe);
    if (whole === undefined || !pipes.has(pipe)) return '_';
    return nameFor(edits, whole!, pipe, statement, context);
  });
  const line = `${names.join(', ')} = await ${written}`;
  const isReplaced = statement.kind === 'Expr' || ownName(statement, context) !== null;
  if (!isReplaced || (on === 'end' && !isResultUnused(call)))
    edits.insertLinesBefore(statement, [line]);
  else if (call.parent?.kind === 'Await' && call.parent.parent === statement)
    edits.replace(statement, line);
  else edits.abandon();
}

/** Nothing asks what `child.wait()` gives: `await child.wait()` alone. */
function isResultUnused({ parent }: Call): boolean {
  const awaited = parent?.kind === 'Await' ? parent : parent?.parent;
  return awaited?.parent?.kind === 'Expr';
}

/** `await child.stdout.read()`. */
function wholeRead(stream: Attribute): Await | null {
  const method = stream.parent;
  const call = method?.parent;
  const isWhole =
    method?.kind === 'Attribute' &&
    method.attr === 'read' &&
    call?.kind === 'Call' &&
    call.args.length + call.keywords.length === 0;
  return isWhole && call.parent?.kind === 'Await' ? call.parent : null;
}

function pipeOf({ value }: Await): Pipe {
  return (((value as Call).func as Attribute).value as Attribute).attr as Pipe;
}

/** `name = await child.stdout.read()` alone on its lines. */
function ownName(statement: Stmt, context: FixContext): string | null {
  if (statement.kind !== 'Assign' || statement.targets.length !== 1) return null;
  const [target] = statement.targets;
  const isRead = /^await \w+\.std(?:out|err)\.read\(\)$/.test(context.text(statement.value));
  return target?.kind === 'Name' && isRead ? target.id : null;
}

/** The variable that gets what the pipe gave: that of the later read, whose line then goes, else a fresh one. */
function nameFor(
  edits: Edits,
  whole: Await,
  pipe: Pipe,
  statement: Stmt,
  context: FixContext,
): string {
  const reading = statementOf(whole)!;
  const own = ownName(reading, context);
  if (own !== null && blockOf(statement, context.file).includes(reading)) {
    const uses = context.scopeAround(statement).bindings.get(own) ?? [];
    if (uses.length > 1) edits.abandon();
    if (reading !== statement) edits.removeLines(reading);
    return own;
  }
  const name = edits.freshName(pipe === 'stdout' ? 'sortie' : 'erreurs', statement);
  if (reading === statement || whole.parent?.kind === 'Expr') edits.abandon();
  // The brackets of `(await …).decode()` go too.
  const { text } = context.file.at(whole).chunk;
  const isBracketed = whole.parent?.kind === 'Attribute' && text[whole.start - 1] === '(';
  const margin = isBracketed && text[whole.end] === ')' ? 1 : 0;
  edits.replaceRange(whole, whole.start - margin, whole.end + margin, name);
  return name;
}
