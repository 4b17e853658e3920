import { isMainGuard, type Semantics } from '../semantics/index.ts';
import { ancestors, type Call, type Expr, type Keyword, type Node } from '../syntax/index.ts';
import page from './mode-debogage-laisse.md';
import { Offers, removeStatement } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import { isTestCode } from './test-code.ts';
import { callName } from './wording.ts';

export const modeDebogageLaisse: Rule = {
  code: 'ATT509',
  slug: 'mode-debogage-laisse',
  level: 'hint',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      const at = debugOption(call, context) ?? debugMethod(call, context);
      if (at === undefined || isChosen(call) || isTestCode(context)) return;
      context.report({
        at: call,
        span: at,
        message: `\`${callName(call, context)}\` laisse le mode débogage d’asyncio toujours actif\u00a0: il ralentit le programme en production.`,
      });
    },
  },
  fixes,
};

/** `debug=True` */
function debugOption(call: Call, context: Semantics): Keyword | undefined {
  const option = call.keywords.find(({ arg, value }) => arg === 'debug' && isTrue(value));
  const takesIt =
    option !== undefined && /^asyncio\.(?:run|Runner)$/.test(context.callee(call) ?? '');
  return takesIt ? option : undefined;
}

/** `loop.set_debug(True)` */
function debugMethod(call: Call, context: Semantics): Call | undefined {
  if (call.func.kind !== 'Attribute' || call.func.attr !== 'set_debug') return undefined;
  const [value = call.keywords[0]?.value] = call.args;
  const isSet = value !== undefined && isTrue(value);
  return isSet && /^asyncio\.(?:\w+\.)*set_debug$/.test(context.callee(call) ?? '')
    ? call
    : undefined;
}

function isTrue({ kind, ...value }: Expr): boolean {
  return kind === 'Constant' && 'value' in value && value.value === 'True';
}

/** Under a condition, somebody asked for it; `if __name__ == "__main__"` is none. */
function isChosen(node: Node): boolean {
  let child = node;
  for (const parent of ancestors(node)) {
    if (parent.kind === 'IfExp' || parent.kind === 'Match') return true;
    if (parent.kind === 'If' && parent.test !== child && !isMainGuard(parent.test)) return true;
    child = parent;
  }
  return false;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  if (node.kind !== 'Call') return offers.fixes;
  const option = debugOption(node, context);
  if (option === undefined) {
    const { parent } = node;
    if (parent?.kind === 'Expr')
      offers.add(REMOVE, 'safe', (edits) => removeStatement(edits, parent));
    return offers.fixes;
  }
  offers.add(REMOVE, 'safe', (edits) => {
    const parts = [...node.args, ...node.keywords].sort((a, b) => a.start - b.start);
    const place = parts.indexOf(option);
    const [before, after] = [parts[place - 1], parts[place + 1]];
    const start = before?.end ?? option.start;
    const end = before === undefined ? (after?.start ?? option.end) : option.end;
    if (context.chunk.text.slice(start, end).includes('#')) edits.abandon();
    edits.replaceRange(node, start, end, '');
  });
  return offers.fixes;
}

const REMOVE = 'Retirer le mode débogage';
