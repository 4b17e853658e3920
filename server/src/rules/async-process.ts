/** The repair that starts a process by asyncio, and waits for it there. */
import { every } from '../semantics/index.ts';
import type { Call, Keyword, Stmt } from '../syntax/index.ts';
import { type Offers, statementOf } from './repairs.ts';

/**
 * Offers `create_subprocess_exec` or `create_subprocess_shell` for a statement that only runs a program, keeps
 * its exit status or its output.
 */
export function offerAsyncProcess(offers: Offers, call: Call): void {
  const { context } = offers;
  const statement = statementOf(call);
  const started = startOf(call, offers);
  if (statement === null || started === undefined || context.surroundings(call) !== 'coroutine')
    return;
  const wait = waitOf(call, statement, offers);
  if (wait === undefined) return;
  offers.add(`Remplacer par \`asyncio.${started.maker}()\``, 'review', (edits) => {
    const make = edits.name('asyncio', started.maker, call);
    const name = edits.freshName('processus', statement);
    const pipe = wait.pipes && `stdout=${edits.name('asyncio', 'subprocess', call)}.PIPE`;
    const given = [...started.args, ...(pipe ? [pipe] : [])].join(', ');
    const error = wait.checks && edits.name('subprocess', 'CalledProcessError', call);
    const lines = [
      `${name} = await ${make}(${given})`,
      `${wait.result}await ${name}.${wait.pipes ? 'communicate' : 'wait'}()`,
      ...(error
        ? [
            `if ${name}.returncode:`,
            `${edits.indentUnit}raise ${error}(${name}.returncode, ${started.command})`,
          ]
        : []),
    ];
    const indent = edits.indentOf(statement);
    if (!edits.standsAlone(statement) || context.text(statement).includes('#')) edits.abandon();
    edits.replace(statement, lines.join(`\n${indent}`));
  });
}

interface Start {
  readonly maker: 'create_subprocess_exec' | 'create_subprocess_shell';
  readonly args: readonly string[];
  /** The command as written. */
  readonly command: string;
}

/** The asynchronous call that starts what the call runs. */
function startOf(call: Call, { context }: Offers): Start | undefined {
  const [command, ...others] = call.args;
  if (command === undefined || others.length > 0 || command.kind === 'Starred') return undefined;
  const kept = call.keywords.filter(({ arg }) => KEPT.has(arg ?? ''));
  const rest = call.keywords.filter((keyword) => !kept.includes(keyword));
  const isShell = rest.some((keyword) => keyword.arg === 'shell' && isTrue(keyword));
  const isKnown = rest.every(({ arg }) => arg === 'check' || (arg === 'shell' && isShell));
  // Pipes would have to be read.
  if (!isKnown || kept.some(({ value }) => /PIPE/.test(context.text(value)))) return undefined;
  const keywords = kept.map((keyword) => context.text(keyword));
  const text = context.text(command);
  if (isShell || context.callee(call) === 'os.system')
    return { maker: 'create_subprocess_shell', args: [text, ...keywords], command: text };
  const isList = every(
    context.kindOf(command),
    (kind) => kind.k === 'instance' && /^builtins\.(?:list|tuple)$/.test(kind.cls),
  );
  if (!isList) return undefined;
  const words =
    command.kind === 'List' || command.kind === 'Tuple'
      ? command.elts.map((word) => context.text(word))
      : [`*${text}`];
  return words.length === 0
    ? undefined
    : { maker: 'create_subprocess_exec', args: [...words, ...keywords], command: text };
}

interface Wait {
  /** What stands before `await`: the target that the result is bound to. */
  readonly result: string;
  readonly pipes: boolean;
  readonly checks: boolean;
}

/** What the statement waits for; undefined when it does more with the call than asyncio can give. */
function waitOf(call: Call, statement: Stmt, { context }: Offers): Wait | undefined {
  const callee = context.callee(call);
  const checked = call.keywords.find(({ arg }) => arg === 'check');
  if (checked !== undefined && !isTrue(checked)) return undefined;
  if (statement.kind === 'Expr' && statement.value === call && callee !== 'subprocess.check_output')
    return {
      result: '',
      pipes: false,
      checks: checked !== undefined || callee === 'subprocess.check_call',
    };
  if (statement.kind !== 'Assign' || statement.value !== call) return undefined;
  const [target, ...others] = statement.targets;
  if (target?.kind !== 'Name' || others.length > 0) return undefined;
  switch (callee) {
    case 'subprocess.call':
      return { result: `${target.id} = `, pipes: false, checks: false };
    case 'subprocess.check_output':
      return { result: `${target.id}, _ = `, pipes: true, checks: true };
    default:
      return undefined;
  }
}

function isTrue({ value }: Keyword): boolean {
  return value.kind === 'Constant' && value.type === 'bool' && value.value === 'True';
}

/** What both take by the same names. */
const KEPT: ReadonlySet<string> = new Set(['cwd', 'env', 'stdin', 'stdout', 'stderr']);
