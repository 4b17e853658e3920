import { type Semantics, scopesOf } from '../semantics/index.ts';
import type { Call, Expr, ExprStmt, Name, Node } from '../syntax/index.ts';
import page from './journalisation-reseau.md';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import { callName } from './wording.ts';

export const journalisationReseau: Rule = {
  code: 'ATT214',
  slug: 'journalisation-reseau',
  level: 'hint',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      if (!/Handler$/.test(lastName(call.func))) return;
      const callee = context.callee(call) ?? '';
      if (!HANDLERS.has(callee) || (DATAGRAMS.has(callee) && isLocal(call))) return;
      if (!context.fileImports('asyncio') || QUEUED.some((name) => isMentioned(name, context)))
        return;
      if (!isInstalled(call, context)) return;
      context.report({
        at: call,
        message: `\`${callName(call, context)}\` envoie chaque message par le réseau au moment où il est écrit\u00a0: dans une coroutine, la boucle d’évènements attend la fin de l’envoi.`,
      });
    },
  },
  fixes,
};

const HANDLERS: ReadonlySet<string> = new Set([
  'logging.handlers.SMTPHandler',
  'logging.handlers.HTTPHandler',
  'logging.handlers.SocketHandler',
  'logging.handlers.DatagramHandler',
  'logging.handlers.SysLogHandler',
]);

/** These only wait for the address to be found. */
const DATAGRAMS: ReadonlySet<string> = new Set([
  'logging.handlers.DatagramHandler',
  'logging.handlers.SysLogHandler',
]);

/** What shows that messages go through a queue. */
const QUEUED = ['QueueHandler', 'QueueListener'] as const;

function lastName(func: Expr): string {
  return func.kind === 'Attribute' ? func.attr : func.kind === 'Name' ? func.id : '';
}

/** Is there no address to find: none given, a path, this machine, a number? */
function isLocal({ args, keywords }: Call): boolean {
  const given = args[0] ?? keywords.find(({ arg }) => arg === 'address' || arg === 'host')?.value;
  if (given === undefined) return true;
  const host = given.kind === 'Tuple' ? given.elts[0] : given;
  return (
    host?.kind === 'Constant' &&
    (host.value === null || /^(?:\/.*|localhost|[\d.]+|[\da-f:]*:[\da-f:]*)$/i.test(host.value))
  );
}

function isMentioned(name: string, context: Semantics): boolean {
  return (
    context.chunk.text.includes(name) ||
    context.isAttributeReadAnywhere(name) ||
    context.isNameReadElsewhere(name)
  );
}

/** Is it given to a logger, there or under the name that holds it? */
function isInstalled(call: Call, context: Semantics): boolean {
  if (isAdded(call)) return true;
  const name = holderOf(call);
  if (name === null) return false;
  const isHere = (scopesOf(context.chunk).nameReads.get(name) ?? []).some(isAdded);
  return isHere || context.isNameUsedElsewhere(name, 'adds the handler', isAdded);
}

/** The argument of `logger.addHandler(…)`. */
function isAdded(handler: Node): boolean {
  const call = handler.parent;
  return (
    call?.kind === 'Call' &&
    call.func.kind === 'Attribute' &&
    call.func.attr === 'addHandler' &&
    call.args[0] === handler
  );
}

/** `sortie = SMTPHandler(…)`. */
function holderOf({ parent, start }: Call): string | null {
  const [target] = parent?.kind === 'Assign' && parent.targets.length === 1 ? parent.targets : [];
  return target?.kind === 'Name' && target.start < start ? target.id : null;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const added = additionsOf(call, context);
  const adding = added[0]?.parent?.parent as ExprStmt | undefined;
  const offers = new Offers(context);
  if (added.length !== 1 || adding?.kind !== 'Expr') return [];
  offers.add('Passer par une file et un `QueueListener`', 'review', (edits) => {
    const { file } = context;
    const of = (name: string) =>
      call.func.kind === 'Attribute'
        ? `${context.text(call.func.value)}.${name}`
        : `${edits.name('logging.handlers', name, adding)}`;
    const [throughQueue, fromQueue] = [of('QueueHandler'), of('QueueListener')];
    const queue = edits.freshName('file_du_journal', adding);
    const listener = edits.freshName('ecouteur', adding);
    const handler = file.at(adding).text(added[0]!);
    edits.insertLinesBefore(adding, [
      `${queue} = ${edits.name('queue', 'SimpleQueue', adding)}()`,
      `${listener} = ${fromQueue}(${queue}, ${handler}, respect_handler_level=True)`,
    ]);
    edits.replace(added[0]!, `${throughQueue}(${queue})`);
    edits.insertLinesAfter(adding, [
      `${listener}.start()`,
      `${edits.name('atexit', 'register', adding)}(${listener}.stop)`,
    ]);
  });
  return offers.fixes;
}

/** Where the handler is given to a logger in the file. */
function additionsOf(call: Call, { file }: FixContext): readonly (Call | Name)[] {
  if (isAdded(call)) return [call];
  const name = holderOf(call);
  return file.table.source.chunks.flatMap(({ chunk }) =>
    (scopesOf(chunk).nameReads.get(name ?? '') ?? []).filter(isAdded),
  );
}
