/**
 * Our immutable syntax tree, named after Python's own `ast` module (3.8 – 3.14).
 *
 * `start` and `end` are offsets in UTF-16 code units, relative to the start of the chunk that
 * holds the node (see `source.ts`), end exclusive. They cover what CPython's positions cover: a
 * decorated function starts at `def`/`async`, parentheses around an expression are outside it.
 * `parent` is null for the statements at the top of a chunk.
 */

interface Base {
  readonly start: number;
  readonly end: number;
  readonly parent: Node | null;
}

// Statements

export interface FunctionDef extends Base {
  readonly kind: 'FunctionDef' | 'AsyncFunctionDef';
  readonly name: string;
  /** The name token; its length may differ from `name`'s, which is NFKC-normalised. */
  readonly nameStart: number;
  readonly nameEnd: number;
  /** Offset just after the header's colon. */
  readonly headerEnd: number;
  readonly args: Arguments;
  readonly body: readonly Stmt[];
  readonly decorator_list: readonly Expr[];
  readonly returns: Expr | null;
  readonly type_params: readonly TypeParam[];
}

export interface ClassDef extends Base {
  readonly kind: 'ClassDef';
  readonly name: string;
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly headerEnd: number;
  readonly bases: readonly Expr[];
  readonly keywords: readonly Keyword[];
  /** Empty when `cut` is true: the members are then chunks of their own. */
  readonly body: readonly Stmt[];
  readonly cut: boolean;
  readonly decorator_list: readonly Expr[];
  readonly type_params: readonly TypeParam[];
}

export interface Return extends Base {
  readonly kind: 'Return';
  readonly value: Expr | null;
}
export interface Delete extends Base {
  readonly kind: 'Delete';
  readonly targets: readonly Expr[];
}
export interface Assign extends Base {
  readonly kind: 'Assign';
  readonly targets: readonly Expr[];
  readonly value: Expr;
}
export interface TypeAlias extends Base {
  readonly kind: 'TypeAlias';
  readonly name: Expr;
  readonly type_params: readonly TypeParam[];
  readonly value: Expr;
}
export interface AugAssign extends Base {
  readonly kind: 'AugAssign';
  readonly target: Expr;
  readonly op: Operator;
  readonly value: Expr;
}
export interface AnnAssign extends Base {
  readonly kind: 'AnnAssign';
  readonly target: Expr;
  readonly annotation: Expr;
  readonly value: Expr | null;
}
export interface For extends Base {
  readonly kind: 'For' | 'AsyncFor';
  readonly target: Expr;
  readonly iter: Expr;
  readonly body: readonly Stmt[];
  readonly orelse: readonly Stmt[];
  /** Offset of the `for` keyword (`start` is that of `async` in an `AsyncFor`). */
  readonly keywordStart: number;
  readonly headerEnd: number;
}
export interface While extends Base {
  readonly kind: 'While';
  readonly test: Expr;
  readonly body: readonly Stmt[];
  readonly orelse: readonly Stmt[];
  readonly headerEnd: number;
}
export interface If extends Base {
  readonly kind: 'If';
  readonly test: Expr;
  readonly body: readonly Stmt[];
  readonly orelse: readonly Stmt[];
  readonly headerEnd: number;
}
export interface With extends Base {
  readonly kind: 'With' | 'AsyncWith';
  readonly items: readonly WithItem[];
  readonly body: readonly Stmt[];
  /** Offset of the `with` keyword (`start` is that of `async` in an `AsyncWith`). */
  readonly keywordStart: number;
  readonly headerEnd: number;
}
export interface Match extends Base {
  readonly kind: 'Match';
  readonly subject: Expr;
  readonly cases: readonly MatchCase[];
  readonly headerEnd: number;
}
export interface Raise extends Base {
  readonly kind: 'Raise';
  readonly exc: Expr | null;
  readonly cause: Expr | null;
}
export interface Try extends Base {
  readonly kind: 'Try' | 'TryStar';
  readonly body: readonly Stmt[];
  readonly handlers: readonly ExceptHandler[];
  readonly orelse: readonly Stmt[];
  readonly finalbody: readonly Stmt[];
}
export interface Assert extends Base {
  readonly kind: 'Assert';
  readonly test: Expr;
  readonly msg: Expr | null;
}
export interface Import extends Base {
  readonly kind: 'Import';
  readonly names: readonly Alias[];
}
export interface ImportFrom extends Base {
  readonly kind: 'ImportFrom';
  readonly module: string | null;
  readonly names: readonly Alias[];
  readonly level: number;
}
export interface Global extends Base {
  readonly kind: 'Global' | 'Nonlocal';
  readonly names: readonly string[];
}
export interface ExprStmt extends Base {
  readonly kind: 'Expr';
  readonly value: Expr;
}
export interface SimpleStmt extends Base {
  readonly kind: 'Pass' | 'Break' | 'Continue';
}
/**
 * A statement that holds a syntax error, with its block if the error is in its header. Only rules on
 * such errors speak of its text.
 */
export interface ErrorStmt extends Base {
  readonly kind: 'ErrorStmt';
  /**
   * Empty, but for two recognised mistakes: `async name(…):` holds the AsyncFunctionDef that was
   * meant, and a statement that uses `async` as a module or a member (`async.sleep(1)`, `asyncio.async(f())`)
   * the statement that Python would read if `async` were a name. What stands in the block of one is judged as usual.
   */
  readonly parts: readonly Stmt[];
}

export type Stmt =
  | FunctionDef
  | ClassDef
  | Return
  | Delete
  | Assign
  | TypeAlias
  | AugAssign
  | AnnAssign
  | For
  | While
  | If
  | With
  | Match
  | Raise
  | Try
  | Assert
  | Import
  | ImportFrom
  | Global
  | ExprStmt
  | SimpleStmt
  | ErrorStmt;

// Expressions

export interface BoolOp extends Base {
  readonly kind: 'BoolOp';
  readonly op: 'and' | 'or';
  readonly values: readonly Expr[];
}
export interface NamedExpr extends Base {
  readonly kind: 'NamedExpr';
  readonly target: Name;
  readonly value: Expr;
}
export interface BinOp extends Base {
  readonly kind: 'BinOp';
  readonly left: Expr;
  readonly op: Operator;
  readonly right: Expr;
}
export interface UnaryOp extends Base {
  readonly kind: 'UnaryOp';
  readonly op: 'not' | '-' | '+' | '~';
  readonly operand: Expr;
}
export interface Lambda extends Base {
  readonly kind: 'Lambda';
  readonly args: Arguments;
  readonly body: Expr;
}
export interface IfExp extends Base {
  readonly kind: 'IfExp';
  readonly test: Expr;
  readonly body: Expr;
  readonly orelse: Expr;
}
export interface Dict extends Base {
  readonly kind: 'Dict';
  /** A null key is a `**mapping` entry. */
  readonly keys: readonly (Expr | null)[];
  readonly values: readonly Expr[];
}
export interface ListComp extends Base {
  readonly kind: 'ListComp' | 'SetComp' | 'GeneratorExp';
  readonly elt: Expr;
  readonly generators: readonly Comprehension[];
}
export interface DictComp extends Base {
  readonly kind: 'DictComp';
  readonly key: Expr;
  readonly value: Expr;
  readonly generators: readonly Comprehension[];
}
export interface Await extends Base {
  readonly kind: 'Await';
  readonly value: Expr;
}
export interface Yield extends Base {
  readonly kind: 'Yield';
  readonly value: Expr | null;
}
export interface YieldFrom extends Base {
  readonly kind: 'YieldFrom';
  readonly value: Expr;
}
export interface Compare extends Base {
  readonly kind: 'Compare';
  readonly left: Expr;
  readonly ops: readonly CompareOperator[];
  readonly comparators: readonly Expr[];
}
export interface Call extends Base {
  readonly kind: 'Call';
  readonly func: Expr;
  readonly args: readonly Expr[];
  readonly keywords: readonly Keyword[];
  /** Offset of the opening parenthesis of the argument list. */
  readonly openParen: number;
}
export interface JoinedStr extends Base {
  readonly kind: 'JoinedStr' | 'TemplateStr';
  readonly values: readonly Expr[];
}
export interface FormattedValue extends Base {
  readonly kind: 'FormattedValue' | 'Interpolation';
  readonly value: Expr;
  /** 's', 'r', 'a' or null. */
  readonly conversion: string | null;
  readonly format_spec: JoinedStr | null;
}
export interface Constant extends Base {
  readonly kind: 'Constant';
  readonly type: 'str' | 'bytes' | 'int' | 'float' | 'complex' | 'bool' | 'None' | 'Ellipsis';
  /**
   * str: the decoded text, adjacent literals joined (null when it holds an escape we do not decode:
   * `\N{…}`); bool: 'True'/'False'; numbers and bytes: the source text.
   */
  readonly value: string | null;
}
export interface Attribute extends Base {
  readonly kind: 'Attribute';
  readonly value: Expr;
  readonly attr: string;
  readonly attrStart: number;
}
export interface Subscript extends Base {
  readonly kind: 'Subscript';
  readonly value: Expr;
  readonly slice: Expr;
}
export interface Starred extends Base {
  readonly kind: 'Starred';
  readonly value: Expr;
}
export interface Name extends Base {
  readonly kind: 'Name';
  readonly id: string;
}
export interface List extends Base {
  readonly kind: 'List' | 'Tuple' | 'Set';
  readonly elts: readonly Expr[];
}
export interface Slice extends Base {
  readonly kind: 'Slice';
  readonly lower: Expr | null;
  readonly upper: Expr | null;
  readonly step: Expr | null;
}

export type Expr =
  | BoolOp
  | NamedExpr
  | BinOp
  | UnaryOp
  | Lambda
  | IfExp
  | Dict
  | ListComp
  | DictComp
  | Await
  | Yield
  | YieldFrom
  | Compare
  | Call
  | JoinedStr
  | FormattedValue
  | Constant
  | Attribute
  | Subscript
  | Starred
  | Name
  | List
  | Slice;

export type Operator =
  | '+'
  | '-'
  | '*'
  | '@'
  | '/'
  | '%'
  | '**'
  | '<<'
  | '>>'
  | '|'
  | '^'
  | '&'
  | '//';
export type CompareOperator =
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'is'
  | 'is not'
  | 'in'
  | 'not in';

// Everything else

export interface Comprehension extends Base {
  readonly kind: 'comprehension';
  readonly target: Expr;
  readonly iter: Expr;
  readonly ifs: readonly Expr[];
  readonly is_async: boolean;
}
export interface ExceptHandler extends Base {
  readonly kind: 'ExceptHandler';
  readonly type: Expr | null;
  readonly name: string | null;
  readonly body: readonly Stmt[];
  readonly headerEnd: number;
}
export interface Arguments extends Base {
  readonly kind: 'arguments';
  readonly posonlyargs: readonly Arg[];
  readonly args: readonly Arg[];
  readonly vararg: Arg | null;
  readonly kwonlyargs: readonly Arg[];
  readonly kw_defaults: readonly (Expr | null)[];
  readonly kwarg: Arg | null;
  readonly defaults: readonly Expr[];
}
export interface Arg extends Base {
  readonly kind: 'arg';
  readonly arg: string;
  readonly annotation: Expr | null;
}
export interface Keyword extends Base {
  readonly kind: 'keyword';
  /** Null for `**mapping`. */
  readonly arg: string | null;
  readonly value: Expr;
}
export interface Alias extends Base {
  readonly kind: 'alias';
  /** Dotted name, or `*`. */
  readonly name: string;
  readonly asname: string | null;
}
export interface WithItem extends Base {
  readonly kind: 'withitem';
  readonly context_expr: Expr;
  readonly optional_vars: Expr | null;
}
export interface MatchCase extends Base {
  readonly kind: 'match_case';
  readonly pattern: Pattern;
  readonly guard: Expr | null;
  readonly body: readonly Stmt[];
  readonly headerEnd: number;
}
export interface TypeParam extends Base {
  readonly kind: 'TypeVar' | 'ParamSpec' | 'TypeVarTuple';
  readonly name: string;
  readonly bound: Expr | null;
  readonly default_value: Expr | null;
}

// Patterns

export interface MatchValue extends Base {
  readonly kind: 'MatchValue';
  readonly value: Expr;
}
export interface MatchSingleton extends Base {
  readonly kind: 'MatchSingleton';
  readonly value: 'None' | 'True' | 'False';
}
export interface MatchSequence extends Base {
  readonly kind: 'MatchSequence' | 'MatchOr';
  readonly patterns: readonly Pattern[];
}
export interface MatchMapping extends Base {
  readonly kind: 'MatchMapping';
  readonly keys: readonly Expr[];
  readonly patterns: readonly Pattern[];
  readonly rest: string | null;
}
export interface MatchClass extends Base {
  readonly kind: 'MatchClass';
  readonly cls: Expr;
  readonly patterns: readonly Pattern[];
  readonly kwd_attrs: readonly string[];
  readonly kwd_patterns: readonly Pattern[];
}
export interface MatchStar extends Base {
  readonly kind: 'MatchStar';
  readonly name: string | null;
}
export interface MatchAs extends Base {
  readonly kind: 'MatchAs';
  /** Null pattern and null name: the wildcard `_`. */
  readonly pattern: Pattern | null;
  readonly name: string | null;
}

export type Pattern =
  | MatchValue
  | MatchSingleton
  | MatchSequence
  | MatchMapping
  | MatchClass
  | MatchStar
  | MatchAs;

export type Node =
  | Stmt
  | Expr
  | Comprehension
  | ExceptHandler
  | Arguments
  | Arg
  | Keyword
  | Alias
  | WithItem
  | MatchCase
  | TypeParam
  | Pattern;

export type NodeKind = Node['kind'];
/** The node type of a kind: `NodeOf<'AsyncWith'>` is `With`. */
export type NodeOf<K extends NodeKind> = FindByKind<Node, K>;
type FindByKind<N, K> = N extends { readonly kind: infer NK } ? (K extends NK ? N : never) : never;
