/** Exception groups, and what is taken out of them in the clause that caught one. */
import { isProjectId, type Semantics } from '../semantics/index.ts';
import {
  type Attribute,
  type ExceptHandler,
  type Expr,
  type Raise,
  SKIP,
  walk,
} from '../syntax/index.ts';

/** Is that the class of groups itself, or its backport's? */
export function isGroupClass(type: Expr, context: Semantics): boolean {
  const written = type.kind === 'Attribute' ? type.attr : type.kind === 'Name' ? type.id : '';
  const name = context.resolve(type) ?? written;
  return !isProjectId(name) && /(?:^|\.)(?:Base)?ExceptionGroup$/.test(name);
}

/** What an expression is, of the group that a clause caught. */
type Role = 'group' | 'members' | 'member';

/** Follows the names that hold the group, or what is in it, from line to line of the clause. */
export function followGroup(
  handler: ExceptHandler,
  visit: (node: Raise | Attribute, roleOf: (expr: Expr) => Role | null) => void,
): void {
  const roles = new Map<string, Role>();
  if (handler.name !== null) roles.set(handler.name, 'group');
  const roleOf = (expr: Expr): Role | null => {
    switch (expr.kind) {
      case 'Name':
        return roles.get(expr.id) ?? null;
      case 'Attribute':
        return expr.attr === 'exceptions' && isOne(roleOf(expr.value)) ? 'members' : null;
      case 'Subscript':
        if (roleOf(expr.value) !== 'members') return null;
        return expr.slice.kind === 'Slice' ? 'members' : 'member';
      case 'Call': {
        const isPart = expr.func.kind === 'Attribute' && expr.func.attr === 'subgroup';
        return isPart && roleOf((expr.func as Attribute).value) === 'group' ? 'group' : null;
      }
      default:
        return null;
    }
  };
  const bind = (target: Expr, role: Role | null) => {
    if (target.kind === 'Tuple' || target.kind === 'List')
      for (const one of target.elts) bind(one, role);
    if (target.kind !== 'Name') return;
    if (role === null) roles.delete(target.id);
    else roles.set(target.id, role);
  };
  walk(handler.body, (node) => {
    switch (node.kind) {
      case 'FunctionDef':
      case 'AsyncFunctionDef':
      case 'ClassDef':
      case 'Lambda':
        return SKIP;
      case 'ExceptHandler':
        // It has the name to itself.
        return node.name !== null && roles.has(node.name) ? SKIP : undefined;
      case 'Assign': {
        const [target, ...others] = node.targets;
        const parts =
          others.length === 0 && target?.kind === 'Tuple' && isSplit(node.value, roleOf);
        for (const one of node.targets)
          bind(one, parts ? 'group' : one.kind === 'Name' ? roleOf(node.value) : null);
        break;
      }
      case 'AnnAssign':
        bind(node.target, node.value === null ? null : roleOf(node.value));
        break;
      case 'NamedExpr':
        bind(node.target, roleOf(node.value));
        break;
      case 'For':
      case 'AsyncFor':
        bind(node.target, roleOf(node.iter) === 'members' ? 'member' : null);
        break;
      case 'withitem':
        if (node.optional_vars !== null) bind(node.optional_vars, null);
        break;
      case 'Raise':
      case 'Attribute':
        visit(node, roleOf);
        break;
    }
    return undefined;
  });
}

function isOne(role: Role | null): boolean {
  return role === 'group' || role === 'member';
}

/** `a, b = groupe.split(…)`: two groups. */
function isSplit(value: Expr, roleOf: (expr: Expr) => Role | null): boolean {
  return (
    value.kind === 'Call' &&
    value.func.kind === 'Attribute' &&
    value.func.attr === 'split' &&
    roleOf(value.func.value) === 'group'
  );
}

/** Does every exception group have the attribute? */
export function isOfEveryGroup(attr: string): boolean {
  return attr.startsWith('__') || ATTRIBUTES.has(attr);
}

const ATTRIBUTES: ReadonlySet<string> = new Set([
  'message',
  'exceptions',
  'subgroup',
  'split',
  'derive',
  'args',
  'with_traceback',
  'add_note',
]);
