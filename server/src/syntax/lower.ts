import type {
  Arg,
  Arguments,
  BoolOp,
  Call,
  CompareOperator,
  Comprehension,
  Constant,
  Expr,
  Keyword,
  Name,
  Operator,
  Starred,
  UnaryOp,
} from './ast.ts';
import type { StringRun } from './lexer.ts';
import { normalizeName } from './names.ts';
import type { Cursor } from './parse.ts';
import { lowerStrings } from './strings.ts';
import { UNREADABLE } from './unreadable.ts';

/** `pattern as name`, which the grammar takes for an expression anywhere; Python, in patterns. */
export interface AsPattern {
  readonly kind: 'As';
  readonly start: number;
  readonly end: number;
  readonly parent: null;
  readonly value: Expr;
  readonly name: Expr;
}

/** The elements of an expression list. */
export interface Elements {
  readonly elements: readonly Expr[];
  /** Some element, at any depth, is an AsPattern in an Expr's clothes. */
  readonly hasAs: boolean;
  /** `async` stands for a name in it. */
  readonly usesAsync: boolean;
}

/** Turns the grammar's trees into ours, bottom up, for one chunk. */
export class Lowering {
  /** Expressions written between parentheses of their own. */
  readonly parenthesized = new Set<Expr>();
  private shift = 0;
  private hasAs = false;
  private usesAsync = false;

  constructor(
    private readonly types: readonly string[],
    private readonly text: string,
    private readonly strings: ReadonlyMap<number, StringRun>,
  ) {}

  /**
   * Reads the elements of the tuple at the cursor; `shift` added to an index of the tree gives an
   * offset in the chunk. Null when they are not Python.
   */
  readTuple(cursor: Cursor, shift: number): Elements | null {
    this.shift = shift;
    this.hasAs = false;
    this.usesAsync = false;
    const stack: { type: string; kids: Item[] }[] = [];
    try {
      if (this.types[cursor.nodeTypeId] !== 'tuple') return null;
      cursor.gotoFirstChild();
      stack.push({ type: 'tuple', kids: [] });
      for (;;) {
        const type = this.types[cursor.nodeTypeId]!;
        const leaf = LEAVES.has(type) || !cursor.gotoFirstChild();
        if (!leaf) {
          stack.push({ type, kids: [] });
          continue;
        }
        stack.at(-1)!.kids.push(this.leaf(type, cursor));
        while (!cursor.gotoNextSibling()) {
          cursor.gotoParent();
          const { type, kids } = stack.pop()!;
          if (stack.length === 0) return this.elements(kids);
          stack.at(-1)!.kids.push(this.build(type, kids));
        }
      }
    } catch (error) {
      for (; stack.length > 0; stack.pop()) cursor.gotoParent();
      if (error !== UNREADABLE) throw error;
      return null;
    }
  }

  /** Several elements, or one with a comma behind it, make a tuple. */
  tuple(items: readonly Expr[], comma: boolean, start: number, end: number): Expr {
    const [only] = items;
    if (only !== undefined && items.length === 1 && !comma) return only;
    return { kind: 'Tuple', start, end, parent: null, elts: items };
  }

  private elements(kids: Item[]): Elements {
    return { elements: this.sequence(kids), hasAs: this.hasAs, usesAsync: this.usesAsync };
  }

  private leaf(type: string, cursor: Cursor): Item {
    const start = cursor.startIndex + this.shift;
    const end = cursor.endIndex + this.shift;
    return { type, start, end, node: null, kids: NONE };
  }

  private build(type: string, kids: Item[]): Item {
    // The grammar binds a star tighter than what follows its operand: `*f()` is not `(*f)()`.
    const first = kids[0]!;
    if (first.type === 'list_splat' && LEFT_OPERANDS.has(type)) {
      const star = first.node as Starred;
      const inner = { ...first, type: 'operand', start: star.value.start, node: star.value };
      const item = this.build(type, [inner, ...kids.slice(1)]);
      const node: Expr = { ...star, end: item.end, value: this.expr(item) };
      return { type: 'list_splat', start: star.start, end: item.end, node, kids: NONE };
    }
    // The grammar takes `f(,)` and `{,}`.
    if (kids[1]?.type === ',' && PUNCTUATION.has(first.type)) throw UNREADABLE;
    const start = first.start;
    const end = kids.at(-1)!.end;
    const node = CARRIERS.has(type) ? null : this.node(type, kids, start, end);
    return { type, start, end, node, kids: node === null || KEPT.has(type) ? kids : NONE };
  }

  private node(type: string, kids: Item[], start: number, end: number): Lowered {
    const span = { start, end, parent: null };
    switch (type) {
      case 'parenthesized_expression': {
        const inner = this.expr(kids[1]!);
        this.parenthesized.add(inner);
        return inner;
      }
      case 'tuple_pattern':
        // For the grammar, any parentheses around a target make a tuple.
        if (kids.length === 3) return this.node('parenthesized_expression', kids, start, end);
        return { kind: 'Tuple', ...span, elts: this.sequence(kids) };
      case 'tuple':
        return { kind: 'Tuple', ...span, elts: this.sequence(kids) };
      case 'list':
      case 'list_pattern':
        return { kind: 'List', ...span, elts: this.sequence(kids) };
      case 'expression_list':
      case 'pattern_list':
        return { kind: 'Tuple', ...span, elts: this.sequence(kids) };
      case 'set':
        return this.fieldsAt(start, kids) ?? { kind: 'Set', ...span, elts: this.sequence(kids) };
      case 'dictionary':
        return this.fieldsAt(start, kids) ?? this.dictionary(kids, span);
      case 'list_comprehension':
      case 'set_comprehension':
      case 'generator_expression': {
        if (this.strings.has(start)) throw UNREADABLE;
        const elt = this.expr(kids[1]!);
        return { kind: COMPREHENSIONS[type], ...span, elt, generators: this.generators(kids) };
      }
      case 'dictionary_comprehension': {
        const { kids: pair } = kids[1]!;
        const generators = this.generators(kids);
        return {
          kind: 'DictComp',
          ...span,
          key: this.expr(pair[0]!),
          value: this.expr(pair[2]!),
          generators,
        };
      }
      case 'for_in_clause':
        return this.comprehension(kids, span);
      case 'list_splat':
      case 'list_splat_pattern':
        return { kind: 'Starred', ...span, value: this.expr(kids[1]!) };
      case 'attribute': {
        const name = kids[2]!;
        return {
          kind: 'Attribute',
          ...span,
          value: this.expr(kids[0]!),
          attr: this.name(name),
          attrStart: name.start,
        };
      }
      case 'subscript':
        return {
          kind: 'Subscript',
          ...span,
          value: this.expr(kids[0]!),
          slice: this.subscript(kids),
        };
      case 'slice': {
        const bounds: (Expr | null)[] = [null];
        for (const kid of kids) {
          if (kid.type === ':') bounds.push(null);
          else bounds[bounds.length - 1] = this.expr(kid);
        }
        const [lower = null, upper = null, step = null] = bounds;
        return { kind: 'Slice', ...span, lower, upper, step };
      }
      case 'call':
        return this.call(kids, span);
      case 'keyword_argument':
        return { kind: 'keyword', ...span, arg: this.name(kids[0]!), value: this.expr(kids[2]!) };
      case 'dictionary_splat':
        return { kind: 'keyword', ...span, arg: null, value: this.expr(kids[1]!) };
      case 'await':
        return this.await(kids, span);
      case 'unary_operator':
        return {
          kind: 'UnaryOp',
          ...span,
          op: kids[0]!.type as UnaryOp['op'],
          operand: this.expr(kids[1]!),
        };
      case 'not_operator':
        return { kind: 'UnaryOp', ...span, op: 'not', operand: this.expr(kids[1]!) };
      case 'binary_operator':
        return {
          kind: 'BinOp',
          ...span,
          left: this.expr(kids[0]!),
          op: this.source(kids[1]!) as Operator,
          right: this.expr(kids[2]!),
        };
      case 'boolean_operator':
        return this.booleanOperator(kids, span);
      case 'comparison_operator':
        return this.comparison(kids, span);
      case 'conditional_expression':
        return {
          kind: 'IfExp',
          ...span,
          body: this.expr(kids[0]!),
          test: this.expr(kids[2]!),
          orelse: this.expr(kids[4]!),
        };
      case 'named_expression':
        return {
          kind: 'NamedExpr',
          ...span,
          target: this.expr(kids[0]!) as Name,
          value: this.expr(kids[2]!),
        };
      case 'lambda':
        return this.lambda(kids, span);
      case 'yield': {
        const value = kids.length > 1 ? this.expr(kids.at(-1)!) : null;
        return kids[1]?.type === 'from'
          ? { kind: 'YieldFrom', ...span, value: value! }
          : { kind: 'Yield', ...span, value };
      }
      case 'as_pattern':
        this.hasAs = true;
        return {
          kind: 'As',
          ...span,
          value: this.expr(kids[0]!),
          name: this.expr(kids[2]!),
        };
      case 'as_pattern_target':
        return this.expr(kids[0]!);
      default:
        throw UNREADABLE;
    }
  }

  /** The expression of an item, which must be one, and no `*expression`. */
  private expr(item: Item): Expr {
    const expression = this.element(item);
    if (expression.kind === 'Starred') throw UNREADABLE;
    return expression;
  }

  private element(item: Item): Expr {
    const { type, start, end } = item;
    if (item.node !== null) {
      if (!('kind' in item.node) || NOT_EXPRESSIONS.has(item.node.kind)) throw UNREADABLE;
      return item.node as Expr;
    }
    const span = { start, end, parent: null };
    switch (type) {
      case 'identifier':
        return { kind: 'Name', ...span, id: this.name(item) };
      case 'string': {
        const run = this.strings.get(start);
        const value = run && lowerStrings(this.text, run, () => unreachable());
        return value ?? unreadable();
      }
      case 'integer':
      case 'float':
        return this.number(item);
      case 'true':
      case 'false':
        return { kind: 'Constant', ...span, type: 'bool', value: this.source(item) };
      case 'none':
        return { kind: 'Constant', ...span, type: 'None', value: null };
      case 'ellipsis':
        return { kind: 'Constant', ...span, type: 'Ellipsis', value: null };
      default:
        throw UNREADABLE;
    }
  }

  private source({ start, end }: Item): string {
    return this.text.slice(start, end);
  }

  private name(item: Item): string {
    if (item.type !== 'identifier') throw UNREADABLE;
    const source = this.source(item);
    if (source === 'await') throw UNREADABLE;
    if (source === 'async') this.usesAsync = true;
    return normalizeName(source);
  }

  private number(item: Item): Constant {
    const { start, end } = item;
    const value = this.source(item);
    const type = NUMBER_TYPES.find(([pattern]) => pattern.test(value))?.[1];
    if (type === undefined) throw UNREADABLE;
    return { kind: 'Constant', start, end, parent: null, type, value };
  }

  /** The expressions between commas. */
  private sequence(kids: readonly Item[]): Expr[] {
    // A `yield` among others needs parentheses.
    if (kids.some((kid) => kid.type === 'yield')) throw UNREADABLE;
    return kids.filter((kid) => !PUNCTUATION.has(kid.type)).map((kid) => this.element(kid));
  }

  private subscript(kids: Item[]): Expr {
    const items = kids.slice(2, -1);
    const elts = this.sequence(items);
    const last = items.at(-1)!;
    const [only] = elts;
    if (only === undefined) throw UNREADABLE;
    if (items.length === 1 && only.kind !== 'Starred') return only;
    return { kind: 'Tuple', start: items[0]!.start, end: last.end, parent: null, elts };
  }

  private dictionary(kids: Item[], span: Span): Expr {
    const keys: (Expr | null)[] = [];
    const values: Expr[] = [];
    for (const kid of kids) {
      if (kid.type === 'pair') {
        keys.push(this.expr(kid.kids[0]!));
        values.push(this.expr(kid.kids[2]!));
      } else if (kid.type === 'dictionary_splat') {
        keys.push(null);
        values.push((kid.node as Keyword).value);
      } else if (!PUNCTUATION.has(kid.type)) throw UNREADABLE;
    }
    return { kind: 'Dict', ...span, keys, values };
  }

  private generators(kids: Item[]): Comprehension[] {
    const generators: (Comprehension & { ifs: Expr[] })[] = [];
    for (const kid of kids) {
      if (kid.type === 'for_in_clause') generators.push(kid.node as (typeof generators)[number]);
      else if (kid.type === 'if_clause') {
        const last = generators.at(-1)!;
        last.ifs.push(this.expr(kid.kids[1]!));
        Object.assign(last, { end: kid.end });
      }
    }
    return generators;
  }

  private comprehension(kids: Item[], span: Span): Comprehension {
    const inAt = kids.findIndex((kid) => kid.type === 'in');
    // Python 2 allowed several iterables.
    if (kids.length !== inAt + 2) throw UNREADABLE;
    return {
      kind: 'comprehension',
      ...span,
      target: this.expr(kids[inAt - 1]!),
      iter: this.expr(kids[inAt + 1]!),
      ifs: [],
      is_async: kids[0]!.type === 'async',
    };
  }

  private call(kids: Item[], span: Span): Call {
    const list = kids[1]!;
    const args: Expr[] = [];
    const keywords: Keyword[] = [];
    if (list.type === 'generator_expression') args.push(this.expr(list));
    for (const kid of list.kids) {
      if (PUNCTUATION.has(kid.type)) continue;
      if (kid.type === 'keyword_argument' || kid.type === 'dictionary_splat') {
        keywords.push(kid.node as Keyword);
        continue;
      }
      const arg = this.element(kid);
      // Only `*rest` may follow a keyword argument, nothing positional `**rest`.
      if (keywords.length > 0 && arg.kind !== 'Starred') throw UNREADABLE;
      if (arg.kind === 'Starred' && keywords.some((keyword) => keyword.arg === null)) {
        throw UNREADABLE;
      }
      args.push(arg);
    }
    return {
      kind: 'Call',
      ...span,
      func: this.expr(kids[0]!),
      args,
      keywords,
      openParen: list.start,
    };
  }

  /** The grammar reads `await a ** b` as `await (a ** b)`; Python, as `(await a) ** b`. */
  private await(kids: Item[], span: Span): Expr {
    const item = kids[1]!;
    const value = this.expr(item);
    if (item.type === 'binary_operator' && value.kind === 'BinOp' && value.op === '**') {
      const left = item.kids[0]!;
      return {
        ...value,
        start: span.start,
        left: this.await([kids[0]!, left], { ...span, end: left.end }),
      };
    }
    if (item.type !== 'parenthesized_expression' && !PRIMARIES.has(value.kind)) throw UNREADABLE;
    return { kind: 'Await', ...span, value };
  }

  private booleanOperator(kids: Item[], span: Span): Expr {
    const op = kids[1]!.type as BoolOp['op'];
    const left = this.expr(kids[0]!);
    const right = this.expr(kids[2]!);
    if (kids[0]!.type === 'boolean_operator' && left.kind === 'BoolOp' && left.op === op) {
      // Extended in place: a chain of n operators must not cost n².
      (left.values as Expr[]).push(right);
      return Object.assign(left, { end: span.end });
    }
    return { kind: 'BoolOp', ...span, op, values: [left, right] };
  }

  private comparison(kids: Item[], span: Span): Expr {
    const ops: CompareOperator[] = [];
    const comparators: Expr[] = [];
    for (let i = 1; i < kids.length; i += 2) {
      const op = kids[i]!.type;
      if (op === '<>') throw UNREADABLE;
      ops.push(op as CompareOperator);
      comparators.push(this.expr(kids[i + 1]!));
    }
    return { kind: 'Compare', ...span, left: this.expr(kids[0]!), ops, comparators };
  }

  private lambda(kids: Item[], span: Span): Expr {
    const list = kids.find((kid) => kid.type === 'lambda_parameters');
    const parameters: Parameter[] = [];
    for (const kid of list?.kids ?? NONE)
      if (kid.type !== ',') parameters.push(this.parameter(kid));
    const at = list ?? { start: kids[0]!.end, end: kids[0]!.end };
    return {
      kind: 'Lambda',
      ...span,
      args: makeArguments(parameters, at.start, at.end),
      body: this.expr(kids.at(-1)!),
    };
  }

  private parameter(item: Item): Parameter {
    const { type, kids } = item;
    const star = STARS[type] ?? '';
    const name = type === 'identifier' ? item : kids[star === '' ? 0 : 1];
    if (type === 'keyword_separator' || type === 'positional_separator') {
      return { star, arg: null, default: null };
    }
    if (name === undefined || !PARAMETERS.has(type)) throw UNREADABLE;
    const arg: Arg = {
      kind: 'arg',
      start: name.start,
      end: name.end,
      parent: null,
      arg: this.name(name),
      annotation: null,
    };
    return { star, arg, default: type === 'default_parameter' ? this.expr(kids[2]!) : null };
  }

  /** The f-string that the lexer wrote as the set of its fields' expressions. */
  private fieldsAt(start: number, kids: Item[]): Expr | null {
    const run = this.strings.get(start);
    if (run === undefined) return null;
    const elements = this.sequence(kids);
    let next = 0;
    const value = lowerStrings(this.text, run, (field) => {
      const from = next;
      while (next < elements.length && elements[next]!.start < field.expressionEnd) next++;
      const own = elements.slice(from, next);
      const [first] = own;
      if (first === undefined) throw UNREADABLE;
      const source = this.text.slice(field.start + 1, field.expressionEnd);
      const comma = /,\s*$/.test(source);
      if (first.kind === 'Starred' && own.length === 1 && !comma) throw UNREADABLE;
      const { yields, expressionEnd: end } = field;
      const inner = this.tuple(own, comma, first.start, end);
      if (yields === null) return inner;
      const { start } = yields;
      const kind = yields.from ? 'YieldFrom' : 'Yield';
      // A bare `yield` is read as a name in its place.
      return {
        kind,
        start,
        end,
        parent: null,
        value: first.start === start ? null : inner,
      } as Expr;
    });
    return value ?? unreadable();
  }
}

/** A parameter as written; a lone `*` or `/` has no `arg`. */
export interface Parameter {
  readonly star: '' | '*' | '**' | '/';
  readonly arg: Arg | null;
  readonly default: Expr | null;
}

/** Sorts parameters as Python does; throws UNREADABLE when their order is not allowed. */
export function makeArguments(
  parameters: readonly Parameter[],
  start: number,
  end: number,
): Arguments {
  let posonlyargs: Arg[] = [];
  let args: Arg[] = [];
  const kwonlyargs: Arg[] = [];
  const kw_defaults: (Expr | null)[] = [];
  const defaults: Expr[] = [];
  let vararg: Arg | null = null;
  let kwarg: Arg | null = null;
  let starred = false;
  for (const parameter of parameters) {
    const { star, arg } = parameter;
    if (kwarg !== null) throw UNREADABLE;
    if (star === '/') {
      if (starred || posonlyargs.length > 0 || args.length === 0) throw UNREADABLE;
      posonlyargs = args;
      args = [];
    } else if (star === '*') {
      if (starred) throw UNREADABLE;
      starred = true;
      vararg = arg;
    } else if (star === '**') kwarg = arg;
    else if (starred) {
      kwonlyargs.push(arg!);
      kw_defaults.push(parameter.default);
    } else {
      if (parameter.default !== null) defaults.push(parameter.default);
      else if (defaults.length > 0) throw UNREADABLE;
      args.push(arg!);
    }
  }
  if (starred && vararg === null && kwonlyargs.length === 0) throw UNREADABLE;
  return {
    kind: 'arguments',
    start,
    end,
    parent: null,
    posonlyargs,
    args,
    vararg,
    kwonlyargs,
    kw_defaults,
    kwarg,
    defaults,
  };
}

type Lowered = Expr | AsPattern | Comprehension | Keyword;
/** A node of the grammar's tree whose children are lowered. */
interface Item {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  /** Null for leaves, made into nodes only where they are used, and for carriers. */
  readonly node: Lowered | null;
  /** The children of carriers: what has no node of its own in Python's tree. */
  readonly kids: readonly Item[];
}
interface Span {
  readonly start: number;
  readonly end: number;
  readonly parent: null;
}

const NONE: readonly Item[] = [];
/** Not entered, though some have children. */
const LEAVES = new Set([
  'identifier',
  'string',
  'not in',
  'is not',
  'keyword_separator',
  'positional_separator',
]);
const PUNCTUATION = new Set(['(', ')', '[', ']', '{', '}', ',']);
const CARRIERS = new Set([
  'argument_list',
  'pair',
  'if_clause',
  'lambda_parameters',
  'default_parameter',
  'dictionary_splat_pattern',
]);
/** Nodes whose children are looked at once more, by `await` and `lambda`. */
const KEPT = new Set(['binary_operator', 'list_splat_pattern']);
const NOT_EXPRESSIONS = new Set(['comprehension', 'keyword']);
const LEFT_OPERANDS = new Set(['attribute', 'subscript', 'call', 'binary_operator']);
const COMPREHENSIONS = {
  list_comprehension: 'ListComp',
  set_comprehension: 'SetComp',
  generator_expression: 'GeneratorExp',
} as const;
const PRIMARIES = new Set([
  'Name',
  'Attribute',
  'Call',
  'Subscript',
  'Constant',
  'JoinedStr',
  'TemplateStr',
  'List',
  'Tuple',
  'Set',
  'Dict',
  'ListComp',
  'SetComp',
  'DictComp',
  'GeneratorExp',
]);
const STARS: Readonly<Record<string, Parameter['star']>> = {
  keyword_separator: '*',
  positional_separator: '/',
  list_splat_pattern: '*',
  dictionary_splat_pattern: '**',
};
const PARAMETERS = new Set([
  'identifier',
  'default_parameter',
  'list_splat_pattern',
  'dictionary_splat_pattern',
]);
const DIGITS = '\\d(?:_?\\d)*';
const POINT_FLOAT = `(?:${DIGITS}\\.(?:${DIGITS})?|\\.${DIGITS})`;
const EXPONENT = `e[-+]?${DIGITS}`;
const NUMBER_TYPES: readonly (readonly [RegExp, Constant['type']])[] = [
  [/^(?:0x(?:_?[\da-f])+|0o(?:_?[0-7])+|0b(?:_?[01])+|[1-9](?:_?\d)*|0(?:_?0)*)$/i, 'int'],
  [new RegExp(`^(?:${POINT_FLOAT}(?:${EXPONENT})?|${DIGITS}${EXPONENT})$`, 'i'), 'float'],
  [new RegExp(`^(?:${POINT_FLOAT}|${DIGITS})(?:${EXPONENT})?j$`, 'i'), 'complex'],
];

function unreadable(): never {
  throw UNREADABLE;
}
function unreachable(): never {
  throw new Error('a plain literal has no fields');
}
