import { isProjectId, type Semantics } from '../semantics/index.ts';
import {
  type Attribute,
  ancestors,
  type ClassDef,
  type ExceptHandler,
  type Expr,
  type Raise,
  SKIP,
  type Stmt,
  type Try,
  walk,
} from '../syntax/index.ts';
import { followGroup, isGroupClass, isOfEveryGroup } from './exception-groups.ts';
import page from './groupe-d-exceptions-mal-traite.md';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';

export const groupeDExceptionsMalTraite: Rule = {
  code: 'ATT314',
  slug: 'groupe-d-exceptions-mal-traite',
  level: 'warning',
  since: [3, 11],
  peers: ['ASYNC123', 'ASYNC126', 'ASYNC400'],
  page,
  handlers: {
    Try: checkBlind,
    ExceptHandler(handler, context) {
      const isStar = handler.parent?.kind === 'TryStar';
      if (handler.name === null || handler.type === null) return;
      const types = handler.type.kind === 'Tuple' ? handler.type.elts : [handler.type];
      if (!isStar && !types.every((type) => isGroupClass(type, context))) return;
      followGroup(handler, (node, roleOf) => {
        if (node.kind === 'Raise') {
          if (node.exc !== null && roleOf(node.exc) === 'member') reportMember(node, context);
        } else if (isStar && roleOf(node.value) === 'group') checkAttribute(node, handler, context);
      });
    },
    ClassDef: checkClass,
  },
  fixes,
};

/** An `except` around nothing but groups of tasks, whose errors always come in a group. */
function checkBlind(node: Try, context: RuleContext): void {
  if (!node.body.some((one) => one.kind === 'AsyncWith')) return;
  if (!node.body.every((one) => isGroupOfTasks(one, context) || isQuiet(one))) return;
  const [first] = node.handlers;
  if (first?.type == null || !neverCatches(first.type, context)) return;
  context.report({
    at: first.type,
    message: `\`except ${context.text(first.type)}\` ne s’exécutera jamais\u00a0: les erreurs d’un groupe de tâches arrivent réunies dans un \`ExceptionGroup\`.`,
  });
}

function isGroupOfTasks(statement: Stmt, context: Semantics): boolean {
  // What comes before the group, in its statement or in a class of its own, raises by itself.
  const [item] = statement.kind === 'AsyncWith' ? statement.items : [];
  const kind = item?.context_expr.kind === 'Call' ? context.kindOf(item.context_expr) : null;
  return kind?.k === 'instance' && kind.cls === 'asyncio.taskgroups.TaskGroup';
}

/** Certainly raises nothing. */
function isQuiet(statement: Stmt): boolean {
  if (statement.kind === 'Pass' || /FunctionDef$/.test(statement.kind)) return true;
  const { kind } = statement;
  if (kind !== 'Assign' && kind !== 'AnnAssign' && kind !== 'Expr') return false;
  let isPlain = true;
  walk([statement], ({ kind: k }) => {
    if (!PLAIN.has(k)) isPlain = false;
  });
  return isPlain;
}

const PLAIN: ReadonlySet<string> = new Set([
  'Assign',
  'AnnAssign',
  'Expr',
  'Name',
  'Constant',
  'List',
  'Tuple',
  'Dict',
  'Set',
]);

/** Is it an exception, no group, that a group of tasks never lets out alone? */
function neverCatches(type: Expr, context: Semantics): boolean {
  if (type.kind === 'Tuple')
    return type.elts.length > 0 && type.elts.every((one) => neverCatches(one, context));
  const name = context.resolve(type);
  if (name === undefined || isGroupClass(type, context) || ALONE.test(name)) return false;
  const kind = context.kindOf(type);
  if (kind.k === 'known') return /(?:Error|Exception|Timeout)$/.test(name);
  const isGroup = (cls: string) => context.derives(cls, 'builtins.BaseExceptionGroup');
  return (
    kind.k === 'class' && context.derives(kind.cls, 'builtins.Exception') && !isGroup(kind.cls)
  );
}

/** These come out of a group of tasks as they are, or catch groups too. */
const ALONE =
  /(?:^|\.)(?:Exception|BaseException|CancelledError|KeyboardInterrupt|SystemExit|GeneratorExit)$/;

function reportMember(node: Raise, context: RuleContext): void {
  for (const around of ancestors(node)) {
    if (around.kind === 'ExceptHandler') break;
    // `if len(e.exceptions) == 1:`
    if (
      (around.kind === 'If' || around.kind === 'While') &&
      /\blen\(/.test(context.text(around.test))
    )
      return;
  }
  context.report({
    at: node,
    level: 'information',
    message: `\`${context.text(node)}\` ne lève qu’une des exceptions du groupe\u00a0: les autres ne seront traitées par personne.`,
  });
}

function checkAttribute(node: Attribute, handler: ExceptHandler, context: RuleContext): void {
  if (isOfEveryGroup(node.attr)) return;
  const clause = context.text(handler);
  // Set, or asked about, there.
  if (context.isAttributeSetAnywhere(node.attr) || /\b(?:has|get|set)attr\(/.test(clause)) return;
  context.report({
    at: node,
    message: `Un groupe d’exceptions n’a pas d’attribut \`${node.attr}\`\u00a0: sous \`except*\`, \`${handler.name}\` est un \`ExceptionGroup\`, dont \`exceptions\` contient les erreurs.`,
  });
}

/** A group of one's own that splitting turns into a plain one. */
function checkClass(node: ClassDef, context: RuleContext): void {
  const classes = node.bases.map((base) => (base.kind === 'Subscript' ? base.value : base));
  const others = classes.filter((base) => !isGroupClass(base, context));
  if (others.length === classes.length) return;
  if (others.some((base) => context.kindOf(base).k !== 'class')) return;
  const cls = context.idOf(node);
  if (cls === undefined) return;
  const derive = context.member({ k: 'instance', cls, args: [] }, 'derive');
  if (derive?.k === 'function' && isProjectId(derive.fn)) return;
  context.report({
    at: node,
    level: 'information',
    span: { start: node.nameStart, end: node.nameEnd },
    message: `\`${node.name}\` ne définit pas \`derive()\`\u00a0: \`except*\`, \`split()\` et \`subgroup()\` en feront un simple \`ExceptionGroup\`.`,
  });
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const around = node.parent?.kind === 'ExceptHandler' ? node.parent.parent : null;
  if (around?.kind !== 'Try' || !around.handlers.every((one) => mayBeStarred(one, context)))
    return [];
  const offers = new Offers(context);
  offers.add('Écrire `except*`', 'review', (edits) => {
    for (const { start } of around.handlers)
      edits.replaceRange(around, start, start + 'except'.length, 'except*');
  });
  return offers.fixes;
}

/** Can it be written `except*`: it names no group, is not left by a jump, asks a group for nothing that it lacks? */
function mayBeStarred(handler: ExceptHandler, context: Semantics): boolean {
  if (handler.type === null) return false;
  const types = handler.type.kind === 'Tuple' ? handler.type.elts : [handler.type];
  let may = !types.some((type) => isGroupClass(type, context));
  walk(handler.body, (node) => {
    if (/FunctionDef$|^Lambda$/.test(node.kind)) return SKIP;
    if (node.kind === 'Return' || node.kind === 'Break' || node.kind === 'Continue') may = false;
    return undefined;
  });
  followGroup(handler, (node, roleOf) => {
    if (node.kind === 'Attribute' && roleOf(node.value) === 'group' && !isOfEveryGroup(node.attr))
      may = false;
  });
  return may;
}
