import { SHELL_TAKERS } from '../knowledge/shell.ts';
import { every, itemsOf, type Semantics } from '../semantics/index.ts';
import type { Call, Expr } from '../syntax/index.ts';
import page from './injection-shell.md';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import { quote, wordsOf } from './shell-repairs.ts';
import { asShellReads, type Hole, isText, piecesOf, type ShellPiece } from './shell-words.ts';
import { callName } from './wording.ts';

export const injectionShell: Rule = {
  code: 'ATT603',
  slug: 'injection-shell',
  level: 'warning',
  peers: ['S602', 'S604', 'S605'],
  page,
  handlers: {
    Call(call, context) {
      const command = commandOf(call, context);
      if (command === null || command.kind === 'Constant') return;
      // Elsewhere it is just as true, but no matter of asyncio.
      if (context.surroundings(call) !== 'coroutine' && !context.fileImports('asyncio')) return;
      const [first] = exposedIn(buildingOf(command, context), context);
      if (first === undefined) return;
      context.report({
        at: command,
        message: `La commande donnée à \`${callName(call, context)}\` contient \`${context.text(first.hole.value)}\` sans protection\u00a0: le shell interprétera ce que contient cette valeur.`,
      });
    },
  },
  fixes,
};

/** What the call hands to a shell. */
function commandOf({ func, args, keywords }: Call, context: Semantics): Expr | null {
  const callee = context.resolve(func) ?? '';
  // The loop's method, whatever the class of the loop.
  const taker = SHELL_TAKERS.get(callee.replace(/^asyncio\..*\.(?=subprocess_shell$)/, 'asyncio.'));
  if (taker === undefined) return null;
  const shell = keywords.find(({ arg }) => arg === 'shell')?.value;
  const isAsked = shell?.kind === 'Constant' && shell.value === 'True';
  if (taker.ifAsked && !isAsked) return null;
  return args[taker.at] ?? keywords.find(({ arg }) => arg === taker.keyword)?.value ?? null;
}

/** The expression that builds the command: itself, or what its variable is certainly bound to. */
function buildingOf(command: Expr, context: Semantics): Expr {
  const reaching = command.kind === 'Name' ? context.reaching(command) : null;
  const [binding, ...others] = reaching?.bindings ?? [];
  const isAlone = binding?.origin.how === 'assign' && binding.origin.path.length === 0;
  return isAlone && others.length === 0 ? binding.origin.value : command;
}

interface Exposed extends ShellPiece {
  readonly hole: Hole;
}

/** The values that a shell would take for more than one word. */
function exposedIn(building: Expr, context: Semantics): readonly Exposed[] {
  const pieces = piecesOf(building);
  if (pieces === null) return [];
  return asShellReads(pieces).flatMap((read) => {
    const { piece, isCommand } = read;
    if (isText(piece) || isCommand || isShellCode(piece.value)) return [];
    return isHarmless(piece.value, context) ? [] : [{ ...read, hole: piece }];
  });
}

/** Named as a command, it is there for the shell to read. */
function isShellCode(value: Expr): boolean {
  return /(?:^|_)(?:cmd|cmdline|command|commande)s?$/i.test(lastName(value));
}

function lastName(value: Expr): string {
  return value.kind === 'Name' ? value.id : value.kind === 'Attribute' ? value.attr : '';
}

/** Does the value hold nothing that a shell could take for its own: a number, fixed text, something quoted? */
function isHarmless(value: Expr, context: Semantics, depth = 0): boolean {
  if (depth > 8 || value.kind === 'Constant') return true;
  if (/quot|escap|shlex|sanitiz|list2cmdline/i.test(context.text(value))) return true;
  // By their names, constants.
  if (/^(?:[A-Z][A-Z\d_]*|__file__)$/.test(lastName(value))) return true;
  if (context.resolve(value) === 'sys.executable') return true;
  if (every(context.kindOf(value), (k) => k.k === 'instance' && NUMBERS.has(k.cls))) return true;
  const isSafe = (part: Expr) => isHarmless(part, context, depth + 1);
  switch (value.kind) {
    case 'IfExp':
      return isSafe(value.body) && isSafe(value.orelse);
    case 'BoolOp':
      return value.values.every(isSafe);
    case 'Name':
      // A variable of the module is mostly a constant of its own.
      return (context.reaching(value)?.bindings ?? []).every(({ origin }) => {
        if (origin.how === 'for') return itemsOf(origin.iter).every(isSafe);
        return origin.how === 'assign' && origin.path.length === 0 && isSafe(origin.value);
      });
    default: {
      const pieces = piecesOf(value);
      return pieces?.every((piece) => isText(piece) || isSafe(piece.value)) ?? false;
    }
  }
}

const NUMBERS: ReadonlySet<string> = new Set(['builtins.int', 'builtins.float', 'builtins.bool']);

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  const command = node as Expr;
  const building = buildingOf(command, context);
  offers.add('Protéger par `shlex.quote()`', 'safe', (edits) => {
    const exposed = exposedIn(building, context);
    for (const one of exposed) quote(edits, one, building);
    return exposed.some(({ hole }) => MANY.test(lastName(hole.value))) ? 'review' : undefined;
  });
  const call = command.parent;
  if (call?.kind === 'Call' && context.callee(call) === 'asyncio.create_subprocess_shell')
    offers.add('Se passer du shell avec `create_subprocess_exec()`', 'review', (edits) => {
      const words = wordsOf(command, context);
      const isOwn = call.keywords.some(({ arg }) => arg === null || arg === 'executable');
      if (words === null || isOwn || call.args.length > 1) edits.abandon();
      else edits.replace(command, words.join(', '));
      edits.replace(call.func, edits.name('asyncio', 'create_subprocess_exec', call) ?? '');
    });
  return offers.fixes;
}

/** By their names, values that are several words, or that the shell is to expand. */
const MANY =
  /(?:arg|argument|param|paramètre|parametre|opt|option|flag|glob|pattern|motif|file|fichier)s$|glob|pattern|motif|argv/i;
