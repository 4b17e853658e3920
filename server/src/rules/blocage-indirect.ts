import { isProjectId, type Question, splitProjectId } from '../semantics/index.ts';
import { type Attribute, type Call, type Expr, type Node, walk } from '../syntax/index.ts';
import { isAskedBefore, NOT_EMPTY } from './at-once.ts';
import page from './blocage-indirect.md';
import { blockingAt } from './blocking.ts';
import {
  type BlockingChain,
  blockingChain,
  namesAlong,
  placesAlong,
  verbFor,
} from './blocking-chain.ts';
import { isFixture, onLoop } from './on-loop.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { offerThread } from './to-thread.ts';
import { callName, exprName } from './wording.ts';

export const blocageIndirect: Rule = {
  code: 'ATT209',
  slug: 'blocage-indirect',
  level: 'warning',
  peers: ['EVL001', 'ASYNC200T'],
  yieldsTo: ['ATT111', 'ATT213'],
  page,
  handlers: {
    Call: check,
    For: check,
    comprehension: check,
    withitem(item, context) {
      // What the call that makes the manager leads to is told already.
      const { context_expr: manager } = item;
      if (manager.kind !== 'Call' || blockingChain(manager, context) === undefined)
        check(item, context);
    },
    Attribute: check,
  },
  fixes,
};

function check(node: Node, context: RuleContext): void {
  const on = onLoop(node, context);
  if (on === undefined) return;
  const chain = blockingChain(node, context);
  if (chain === undefined || isReady(node, chain, context)) return;
  const subject = subjectOf(node, context);
  const verb = chain.isUnlikely ? 'peut bloquer' : 'bloque';
  context.report({
    at: subject.at,
    message: `${subject.says} ${verb} la boucle d’évènements\u00a0: ${subject.who} ${told(namesAlong(chain, context))}.`,
    related: placesAlong(chain, context),
    ...((chain.isBrief || chain.isUnlikely || isFixture(on.fn, context)) && {
      level: 'information',
    }),
  });
}

/** `self._suivant()`, whose `self.file.get()` finds something: who calls it has looked. */
function isReady(node: Node, { what, through }: BlockingChain, context: RuleContext): boolean {
  const isOwn = what.startsWith('self.') && through.length === 1;
  return (
    isOwn && context.text(node).startsWith('self.') && isAskedBefore(what, NOT_EMPTY, node, context)
  );
}

/** « appelle `a()`, qui appelle `b()` »; the middle of a long way is left to the related places. */
function told(names: readonly string[]): string {
  const steps = names.map((name) => `${verbFor(name)} \`${name}\``);
  if (names.length <= 6) return steps.join(', qui ');
  return `${steps.slice(0, 3).join(', qui ')}, et ainsi de suite jusqu’à \`${names.at(-1)}\``;
}

/** What the finding is about, and who begins the chain. */
function subjectOf(node: Node, context: RuleContext) {
  switch (node.kind) {
    case 'Call': {
      const callee = context.kindOf(node.func);
      // `list(lire())`: the generator is what is told of.
      if (callee.k === 'class' && !isProjectId(callee.cls))
        return throughOf(node.args[0]!, context);
      const who = callee.k === 'class' ? 'son initialisation' : 'elle';
      return { at: node, says: `\`${callName(node, context)}\``, who };
    }
    case 'withitem': {
      const shown = exprName(node.context_expr, context);
      return { at: node, says: `\`with ${shown}\``, who: 'ce gestionnaire' };
    }
    case 'For':
    case 'comprehension':
      return throughOf(node.iter, context);
    default:
      return {
        at: node,
        says: `Lire \`${exprName(node as Attribute, context)}\``,
        who: 'cette propriété',
      };
  }
}

function throughOf(generator: Expr, context: RuleContext) {
  const says = `Parcourir \`${exprName(generator, context)}\``;
  return { at: generator, says, who: 'ce générateur' };
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  // Of `list(lire())`, it is the call that goes through the generator.
  for (const call of [node, node.parent]) {
    const chain = call?.kind === 'Call' ? blockingChain(call, context) : undefined;
    if (call?.kind !== 'Call' || chain === undefined) continue;
    if (context.reach(chain.through[0]!, STAYS) === undefined)
      offerThread(offers, call, isPlain(call, chain.through, context) ? 'safe' : 'review');
    break;
  }
  return offers.fixes;
}

/** What a thread other than the loop's may not do. */
const STAYS: Question = {
  key: 'stays on the thread of the loop',
  found(call, inside) {
    const name = inside.callee(call);
    const isLoops = name !== undefined && /^_?asyncio\b/.test(name);
    return isLoops || blockingAt(call, inside)?.group.isBoundToThread ? name : undefined;
  },
  counts: () => true,
};

/** Functions of a module that write nothing but their own variables can run beside everything else. */
function isPlain(call: Call, through: readonly string[], context: FixContext): boolean {
  const callee = context.kindOf(call.func);
  return (
    callee.k === 'function' &&
    through.every(
      (id) =>
        !splitProjectId(id).qualname.includes('.') &&
        !context.summary(id, 'writes a global variable', (fn) => {
          let writes = false;
          walk(fn.body, ({ kind }) => {
            if (kind === 'Global') writes = true;
          });
          return writes;
        }),
    )
  );
}
