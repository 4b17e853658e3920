import type { Node, NodeKind, NodeOf } from './ast.ts';
import type { Chunk } from './source.ts';

/** The fields of each kind that hold nodes, in source order where a kind allows it. */
const FIELDS: { readonly [K in NodeKind]: readonly Exclude<keyof NodeOf<K>, 'kind' | 'parent'>[] } =
  {
    FunctionDef: ['decorator_list', 'type_params', 'args', 'returns', 'body'],
    AsyncFunctionDef: ['decorator_list', 'type_params', 'args', 'returns', 'body'],
    ClassDef: ['decorator_list', 'type_params', 'bases', 'keywords', 'body'],
    Return: ['value'],
    Delete: ['targets'],
    Assign: ['targets', 'value'],
    TypeAlias: ['name', 'type_params', 'value'],
    AugAssign: ['target', 'value'],
    AnnAssign: ['target', 'annotation', 'value'],
    For: ['target', 'iter', 'body', 'orelse'],
    AsyncFor: ['target', 'iter', 'body', 'orelse'],
    While: ['test', 'body', 'orelse'],
    If: ['test', 'body', 'orelse'],
    With: ['items', 'body'],
    AsyncWith: ['items', 'body'],
    Match: ['subject', 'cases'],
    Raise: ['exc', 'cause'],
    Try: ['body', 'handlers', 'orelse', 'finalbody'],
    TryStar: ['body', 'handlers', 'orelse', 'finalbody'],
    Assert: ['test', 'msg'],
    Import: ['names'],
    ImportFrom: ['names'],
    Global: [],
    Nonlocal: [],
    Expr: ['value'],
    Pass: [],
    Break: [],
    Continue: [],
    ErrorStmt: ['parts'],
    BoolOp: ['values'],
    NamedExpr: ['target', 'value'],
    BinOp: ['left', 'right'],
    UnaryOp: ['operand'],
    Lambda: ['args', 'body'],
    IfExp: ['body', 'test', 'orelse'],
    Dict: ['keys', 'values'],
    ListComp: ['elt', 'generators'],
    SetComp: ['elt', 'generators'],
    GeneratorExp: ['elt', 'generators'],
    DictComp: ['key', 'value', 'generators'],
    Await: ['value'],
    Yield: ['value'],
    YieldFrom: ['value'],
    Compare: ['left', 'comparators'],
    Call: ['func', 'args', 'keywords'],
    JoinedStr: ['values'],
    TemplateStr: ['values'],
    FormattedValue: ['value', 'format_spec'],
    Interpolation: ['value', 'format_spec'],
    Constant: [],
    Attribute: ['value'],
    Subscript: ['value', 'slice'],
    Starred: ['value'],
    Name: [],
    List: ['elts'],
    Tuple: ['elts'],
    Set: ['elts'],
    Slice: ['lower', 'upper', 'step'],
    comprehension: ['target', 'iter', 'ifs'],
    ExceptHandler: ['type', 'body'],
    arguments: ['posonlyargs', 'args', 'defaults', 'vararg', 'kwonlyargs', 'kw_defaults', 'kwarg'],
    arg: ['annotation'],
    keyword: ['value'],
    alias: [],
    withitem: ['context_expr', 'optional_vars'],
    match_case: ['pattern', 'guard', 'body'],
    TypeVar: ['bound', 'default_value'],
    ParamSpec: ['bound', 'default_value'],
    TypeVarTuple: ['bound', 'default_value'],
    MatchValue: ['value'],
    MatchSingleton: [],
    MatchSequence: ['patterns'],
    MatchOr: ['patterns'],
    MatchMapping: ['keys', 'patterns'],
    MatchClass: ['cls', 'patterns', 'kwd_patterns'],
    MatchStar: [],
    MatchAs: ['pattern'],
  };

/** Kinds whose fields may alternate in the source: `{a: b, c: d}`, `f(a, k=b, *c)`. */
const INTERLEAVED: ReadonlySet<NodeKind> = new Set([
  'Dict',
  'Call',
  'ClassDef',
  'arguments',
  'MatchMapping',
]);

type Child = Node | null | readonly (Node | null)[];

/** A node's children, in the order of the source. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  const holder = node as unknown as Readonly<Record<string, Child>>;
  for (const field of FIELDS[node.kind]) {
    const value = holder[field];
    if (Array.isArray(value)) {
      for (const child of value) if (child !== null) children.push(child);
    } else if (value != null) children.push(value as Node);
  }
  if (INTERLEAVED.has(node.kind) && !areOrdered(children))
    children.sort((a, b) => a.start - b.start);
  return children;
}

function areOrdered(nodes: readonly Node[]): boolean {
  for (let i = 1; i < nodes.length; i++) if (nodes[i]!.start < nodes[i - 1]!.start) return false;
  return true;
}

/** What `enter` may answer: do not go into this node. */
export const SKIP = Symbol('skip');

/**
 * Visits nodes and all they hold, in source order, whatever the depth. `enter` is called before a
 * node's children, which it may `SKIP`; `leave` after them (after `enter`, when skipped).
 */
export function walk(
  roots: Node | readonly Node[],
  enter: (node: Node) => unknown,
  leave?: (node: Node) => void,
): void {
  /** What is still to be entered; above a null, a node to leave. */
  const stack: (Node | null)[] = [];
  const push = (nodes: readonly Node[]) => {
    for (let i = nodes.length - 1; i >= 0; i--) stack.push(nodes[i]!);
  };
  push(Array.isArray(roots) ? roots : [roots as Node]);
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (top === null) {
      leave!(stack.pop()!);
      continue;
    }
    const skipped = enter(top) === SKIP;
    if (leave) stack.push(top, null);
    if (!skipped) push(childrenOf(top));
  }
}

/** The innermost node of a chunk that covers a range (offsets in the chunk), of a kind if given. */
export function nodeAt<K extends NodeKind = NodeKind>(
  chunk: Chunk,
  start: number,
  end: number,
  kind?: K,
): NodeOf<K> | null {
  let found: Node | null = null;
  walk(chunk.body, (node) => {
    // An `arguments` node may be empty and decorators stand before their statement's start.
    const covers = node.start <= start && end <= node.end;
    if (covers && (kind === undefined || node.kind === kind)) found = node;
    return covers || hasDecorators(node) ? undefined : SKIP;
  });
  return found;
}

/** The nodes around a node, innermost first. */
export function* ancestors(node: Node): Generator<Node> {
  for (let at = node.parent; at !== null; at = at.parent) yield at;
}

/** Is the node one of the block's statements, or inside one? Told by where it stands, so the same for blocks of any length. */
export function holds(block: readonly Node[], { start, end }: Node): boolean {
  const first = block[0];
  return first !== undefined && first.start <= start && end <= block.at(-1)!.end;
}

function hasDecorators(node: Node): boolean {
  return 'decorator_list' in node && node.decorator_list.length > 0;
}
