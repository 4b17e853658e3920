import type { Semantics } from '../semantics/index.ts';
import { type Call, type Name, SKIP, type With, walk } from '../syntax/index.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import { enclosing, groupOpenedBy, isRepeatedBy } from './task-group.ts';
import page from './taskgroup-pour-une-tache.md';
import { callName } from './wording.ts';

export const taskgroupPourUneTache: Rule = {
  code: 'ATT313',
  slug: 'taskgroup-pour-une-tache',
  level: 'hint',
  since: [3, 11],
  peers: ['ASYNC112', 'S7513'],
  page,
  handlers: {
    AsyncWith(node, context) {
      const group = groupOpenedBy(node, context);
      if (group?.optional_vars?.kind !== 'Name') return;
      const start = onlyStart(group.optional_vars, node, context);
      if (start === null || waitsElsewhere(node)) return;
      const [coroutine] = start.args;
      const what = coroutine?.kind === 'Call' ? callName(coroutine, context) : 'sa coroutine';
      context.report({
        at: node,
        span: { start: node.start, end: group.end },
        message: `Ce groupe ne lance qu’une tâche\u00a0: attendre \`${what}\` suffirait.`,
      });
    },
  },
  fixes,
};

/** The one use of the group, where it starts a task, once; null when there are others. */
function onlyStart(name: Name, node: With, context: Semantics): Call | null {
  const scope = context.scopeAround(name);
  // The name may be that of other groups too, in their own blocks.
  const isHere = (read: Name) => node.start <= read.start && read.end <= node.end;
  const [use, ...others] = context.reads(name.id, scope).filter(isHere);
  const call = use?.parent?.kind === 'Attribute' ? use.parent.parent : null;
  if (others.length > 0 || use === undefined || call?.kind !== 'Call') return null;
  const { parent } = use;
  const starts =
    parent?.kind === 'Attribute' && parent.attr === 'create_task' && call.func === parent;
  // A name, or a context, is what a task is for.
  if (!starts || call.args.length !== 1 || call.keywords.length > 0) return null;
  for (const { around, child } of enclosing(call)) {
    if (around === node) return call;
    if (isRepeatedBy(around, child) || /Comp$|^GeneratorExp$/.test(around.kind)) return null;
  }
  return null;
}

/** Does the block wait for something too, so that both go on together? Or does somebody wait within it? */
function waitsElsewhere(node: With): boolean {
  let waits = false;
  walk(node.body, ({ kind }) => {
    if (/^(?:Async)?FunctionDef$|^Lambda$/.test(kind)) return SKIP;
    if (/^(?:Await|AsyncFor|AsyncWith|Yield)$/.test(kind)) waits = true;
    return undefined;
  });
  return waits;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const around = node as With;
  const [statement, ...others] = around.body;
  const call = statement?.kind === 'Expr' ? statement.value : null;
  if (others.length > 0 || around.items.length > 1 || call?.kind !== 'Call') return [];
  const offers = new Offers(context);
  // Errors come out of a group in a group.
  const isAlone = !/ExceptionGroup|except\s*\*/.test(context.file.text);
  offers.add('Attendre la coroutine sans groupe', isAlone ? 'safe' : 'review', (edits) =>
    edits.reduce(around, call.args[0]!, 'await '),
  );
  return offers.fixes;
}
