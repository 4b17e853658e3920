/** What stands in a function's own body. */
import {
  type ClassDef,
  type Expr,
  type FunctionDef,
  type Lambda,
  type Node,
  type Return,
  SKIP,
  walk,
  type Yield,
} from '../syntax/index.ts';

export interface BodyFacts {
  readonly returns: readonly Return[];
  readonly yields: readonly (Yield | Extract<Expr, { kind: 'YieldFrom' }>)[];
  readonly isStub: boolean;
  /** Some statement of it cannot be read. */
  readonly isDamaged: boolean;
}

const bodies = new WeakMap<FunctionDef, BodyFacts>();

/** What stands in the function's own body, inner functions and classes left out. */
export function bodyFacts(node: FunctionDef): BodyFacts {
  let facts = bodies.get(node);
  if (facts === undefined) {
    const returns: Return[] = [];
    const yields: BodyFacts['yields'][number][] = [];
    let isDamaged = false;
    walk(node.body, (n) => {
      if (isUnreadable(n)) isDamaged = true;
      else if (n.kind === 'Return') returns.push(n);
      else if (n.kind === 'Yield' || n.kind === 'YieldFrom') yields.push(n);
      return opensFunctionOrClass(n) ? SKIP : undefined;
    });
    facts = { returns, yields, isStub: node.body.every(isStubStatement), isDamaged };
    bodies.set(node, facts);
  }
  return facts;
}

/** A statement that may say anything: not even what was meant is known. */
export function isUnreadable(node: Node): boolean {
  return node.kind === 'ErrorStmt' && node.parts.length === 0;
}

function opensFunctionOrClass(node: {
  readonly kind: string;
}): node is FunctionDef | Lambda | ClassDef {
  return ['FunctionDef', 'AsyncFunctionDef', 'Lambda', 'ClassDef'].includes(node.kind);
}

function isStubStatement(statement: FunctionDef['body'][number]): boolean {
  if (statement.kind === 'Pass') return true;
  if (statement.kind === 'Expr') return statement.value.kind === 'Constant';
  if (statement.kind !== 'Raise' || statement.exc === null) return false;
  const raised = statement.exc.kind === 'Call' ? statement.exc.func : statement.exc;
  return raised.kind === 'Name' && raised.id === 'NotImplementedError';
}
