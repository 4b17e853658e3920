import { LIMITERS } from '../knowledge/async-io.ts';
import type { Semantics } from '../semantics/index.ts';
import type { Call, Expr, FunctionDef, Name } from '../syntax/index.ts';
import page from './boucle-de-taches-sans-limite.md';
import { type FanOut, fanOutOf } from './fan-out.ts';
import { opensFreely } from './free-io.ts';
import { offerSemaphore } from './offer-semaphore.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import { isTestCode } from './test-code.ts';
import { exprName } from './wording.ts';

export const boucleDeTachesSansLimite: Rule = {
  code: 'ATT323',
  slug: 'boucle-de-taches-sans-limite',
  level: 'off',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      const fn = context.functionAround(call);
      if (fn?.kind !== 'AsyncFunctionDef' || !mayFanOut(call)) return;
      const fanOut = fanOutOf(call, context);
      const unbounded = fanOut?.over.find((one) => isUnbounded(one, context));
      if (fanOut === null || unbounded === undefined || isTestCode(context)) return;
      if (isWorker(fanOut, context) || isLimitedElsewhere(fn, context)) return;
      const opened = opensFreely(fanOut.called, fanOut.made, context);
      if (opened === null) return;
      const started = `${exprName(fanOut.called, context)}()`;
      const over = context.text(unbounded).replace(/\s+/g, ' ');
      const each = over.length <= 40 && !over.includes('`') ? ` de \`${over}\`` : '';
      context.report({
        at: call,
        message: `\`${started}\` est lancée pour tous les éléments${each} à la fois\u00a0: rien ne limite le nombre de ${opened}.`,
      });
    },
  },
  fixes,
};

function mayFanOut({ func, args }: Call): boolean {
  const name = func.kind === 'Attribute' ? func.attr : func.kind === 'Name' ? func.id : '';
  return args.length > 0 && STARTING.test(name);
}

/** By the names of asyncio; another name that an import gives to one of them is left out. */
const STARTING = /^(?:gather|wait|as_completed|create_task|ensure_future)$/;

/** May the iterable hold any number of items, as far as anything tells? */
function isUnbounded(over: Expr, context: Semantics): boolean {
  switch (over.kind) {
    case 'Name':
      return !BATCH.test(over.id) && isUnboundedName(over, context);
    case 'Await':
      return over.value.kind === 'Call' && !BATCH.test(exprName(over.value, context));
    case 'Call':
      return isUnboundedCall(over, context);
    case 'ListComp':
    case 'SetComp':
    case 'GeneratorExp':
    case 'DictComp':
      return over.generators.every(({ iter }) => isUnbounded(iter, context));
    default:
      // Literals, slices, and what an object holds: as many as somebody put there.
      return false;
  }
}

/** A parameter, or what this function made. */
function isUnboundedName(name: Name, context: Semantics): boolean {
  const bindings = context.reaching(name)?.bindings ?? [];
  const fn = context.functionAround(name);
  const isCompared =
    fn !== null && new RegExp(`\\blen\\(${name.id}\\) *(?:[<>]|==)`).test(context.text(fn));
  return (
    !isCompared &&
    bindings.length > 0 &&
    bindings.every(({ origin }) => {
      if (origin.how === 'parameter') return true;
      if (origin.how !== 'assign' || origin.path.length > 0) return false;
      const { value } = origin;
      const isFilled = value.kind === 'List' && value.elts.length === 0 && isGrown(name, context);
      return isFilled || (value.parent !== name.parent && isUnbounded(value, context));
    })
  );
}

/** `adresses.append(…)` */
function isGrown(name: Name, context: Semantics): boolean {
  const { holder } = context.reaching(name)!;
  return context
    .reads(name.id, holder)
    .some(({ parent }) => parent?.kind === 'Attribute' && /^(?:append|extend)$/.test(parent.attr));
}

function isUnboundedCall(call: Call, context: Semantics): boolean {
  const { func, args } = call;
  const [first, second] = args;
  if (func.kind === 'Attribute') {
    const isView = args.length === 0 && /^(?:items|keys|values|copy)$/.test(func.attr);
    return isView ? isUnbounded(func.value, context) : !BATCH.test(func.attr);
  }
  if (func.kind !== 'Name' || BATCH.test(func.id)) return false;
  if (func.id === 'range') {
    const last = second ?? first;
    return last?.kind !== 'Constant' || Number(last.value?.replaceAll('_', '')) > SMALL;
  }
  if (func.id === 'zip') return args.length > 0 && args.every((arg) => isUnbounded(arg, context));
  if (VIEWS.test(func.id)) return first !== undefined && isUnbounded(first, context);
  return true;
}

const SMALL = 100;

const VIEWS = /^(?:enumerate|sorted|reversed|list|tuple|set|frozenset|dict|iter)$/;

/** What is already cut into pieces, or comes with one message. */
const BATCH = /batch|chunk|slice|group|islice|sample|lot|tranche|paquet|partition|attachment/i;

/** `worker(queue)`: as many as are wanted, that take turns. */
function isWorker({ called, made }: FanOut, context: Semantics): boolean {
  if (/work|consum|travail|ouvrier/i.test(exprName(called, context))) return true;
  return made.args.some((arg) => {
    const kind = context.kindOf(arg);
    return kind.k === 'instance' && context.derives(kind.cls, 'asyncio.Queue');
  });
}

/** By a semaphore that is handed on, the limits of the client, or a package for that. */
function isLimitedElsewhere(fn: FunctionDef, context: Semantics): boolean {
  if (/semaphore|limiter|throttl/i.test(context.text(fn))) return true;
  if (/\b(?:TCPConnector|Limits)\(/.test(context.chunk.text)) return true;
  const isUsed = (name: string) =>
    context.isNameReadElsewhere(name) || context.isAttributeReadAnywhere(name);
  return isUsed('TCPConnector') || isUsed('Limits') || LIMITERS.some((p) => context.fileImports(p));
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  const fanOut = fanOutOf(node as Call, context);
  if (fanOut !== null) offerSemaphore(offers, fanOut);
  return offers.fixes;
}
