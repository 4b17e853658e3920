/** Whether code expects the error that a finding would announce. */
import type { Semantics } from '../semantics/index.ts';
import { ancestors, type Call, type Expr, holds, type Node, walk } from '../syntax/index.ts';

/**
 * Does a `try`, or a `with` such as `pytest.raises(…)`, name the error around the node, in its function?
 * `error` may be several, `A|B`.
 */
export function isErrorExpected(node: Node, error: string, context: Semantics): boolean {
  const names = (type: Expr | null, pattern: RegExp) => {
    const types = type?.kind === 'Tuple' ? type.elts : [type];
    return types.some((t) => {
      const name = t?.kind === 'Name' ? t.id : t?.kind === 'Attribute' ? t.attr : '';
      return pattern.test(name);
    });
  };
  const itself = new RegExp(`^(?:${error})$`);
  const orWider = new RegExp(`^(?:${error}|(?:Base)?Exception)$`);
  const enclosing = context.functionAround(node);
  let child = node;
  for (const parent of ancestors(node)) {
    if (parent === enclosing) break;
    if (parent.kind === 'Try' && holds(parent.body, child))
      if (parent.handlers.some(({ type }) => names(type, itself))) return true;
    if (parent.kind === 'With' && holds(parent.body, child))
      if (parent.items.some(({ context_expr: e }) => isCallOf(e, (arg) => names(arg, orWider))))
        return true;
    child = parent;
  }
  return false;
}

/** Does the function around ask one of these (`inspect.isawaitable`, `hasattr`) about the expression? */
export function isAskedAbout(expr: Expr, questions: RegExp, context: Semantics): boolean {
  const around = context.functionAround(expr)?.body;
  const body = Array.isArray(around)
    ? around
    : around === undefined
      ? context.chunk.body
      : [around];
  let subjects = subjectsIn.get(body);
  if (subjects === undefined) subjectsIn.set(body, (subjects = findSubjects(body, context)));
  return subjects.get(context.text(expr))?.some((name) => questions.test(name)) ?? false;
}

/** The names of what is called about each expression, by how this is written. */
type Subjects = ReadonlyMap<string, readonly string[]>;

/** Read once a function: a long one asks at each of its lines. */
const subjectsIn = new WeakMap<readonly Node[], Subjects>();

function findSubjects(body: readonly Node[], context: Semantics): Subjects {
  const subjects = new Map<string, string[]>();
  walk(body, (node) => {
    if (node.kind !== 'Call' || node.args[0] === undefined) return;
    const { func } = node;
    const name = func.kind === 'Attribute' ? func.attr : func.kind === 'Name' ? func.id : '';
    const written = context.text(node.args[0]);
    const names = subjects.get(written);
    if (names === undefined) subjects.set(written, [name]);
    else if (!names.includes(name)) names.push(name);
  });
  return subjects;
}

function isCallOf(expr: Expr, holds: (arg: Expr) => boolean): expr is Call {
  return expr.kind === 'Call' && expr.args.some(holds);
}

/** Does the code look which Python runs it, or what that Python has? */
export function isVersionAsked(node: Node, context: Semantics): boolean {
  if (context.isAttributeReadAnywhere('version_info')) return true;
  if (context.isNameReadElsewhere('version_info')) return true;
  for (const parent of ancestors(node)) {
    const isChoice = parent.kind === 'If' || parent.kind === 'IfExp';
    if (isChoice && /version|attr\(|py_?\d|HAS_/i.test(context.text(parent.test))) return true;
  }
  return false;
}
