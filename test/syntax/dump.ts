import type { Node, SourceFile, Stmt } from '../../server/src/syntax/index.ts';

/** Python's `_fields` of each kind, but for what our trees leave out. */
const FIELDS: Readonly<Record<string, string>> = {
  FunctionDef: 'name args body decorator_list returns type_params',
  AsyncFunctionDef: 'name args body decorator_list returns type_params',
  ClassDef: 'name bases keywords body decorator_list type_params',
  Return: 'value',
  Delete: 'targets',
  Assign: 'targets value',
  TypeAlias: 'name type_params value',
  AugAssign: 'target op value',
  AnnAssign: 'target annotation value',
  For: 'target iter body orelse',
  AsyncFor: 'target iter body orelse',
  While: 'test body orelse',
  If: 'test body orelse',
  With: 'items body',
  AsyncWith: 'items body',
  Match: 'subject cases',
  Raise: 'exc cause',
  Try: 'body handlers orelse finalbody',
  TryStar: 'body handlers orelse finalbody',
  Assert: 'test msg',
  Import: 'names',
  ImportFrom: 'module names level',
  Global: 'names',
  Nonlocal: 'names',
  Expr: 'value',
  Pass: '',
  Break: '',
  Continue: '',
  BoolOp: 'op values',
  NamedExpr: 'target value',
  BinOp: 'left op right',
  UnaryOp: 'op operand',
  Lambda: 'args body',
  IfExp: 'test body orelse',
  Dict: 'keys values',
  Set: 'elts',
  ListComp: 'elt generators',
  SetComp: 'elt generators',
  DictComp: 'key value generators',
  GeneratorExp: 'elt generators',
  Await: 'value',
  Yield: 'value',
  YieldFrom: 'value',
  Compare: 'left ops comparators',
  Call: 'func args keywords',
  FormattedValue: 'value conversion format_spec',
  JoinedStr: 'values',
  Attribute: 'value attr',
  Subscript: 'value slice',
  Starred: 'value',
  Name: 'id',
  List: 'elts',
  Tuple: 'elts',
  Slice: 'lower upper step',
  comprehension: 'target iter ifs is_async',
  ExceptHandler: 'type name body',
  arguments: 'posonlyargs args vararg kwonlyargs kw_defaults kwarg defaults',
  arg: 'arg annotation',
  keyword: 'arg value',
  alias: 'name asname',
  withitem: 'context_expr optional_vars',
  match_case: 'pattern guard body',
  TypeVar: 'name bound default_value',
  ParamSpec: 'name default_value',
  TypeVarTuple: 'name default_value',
  MatchValue: 'value',
  MatchSingleton: 'value',
  MatchSequence: 'patterns',
  MatchMapping: 'keys patterns rest',
  MatchClass: 'cls patterns kwd_attrs kwd_patterns',
  MatchStar: 'name',
  MatchAs: 'pattern name',
  MatchOr: 'patterns',
};

/** Kinds without positions in Python's tree. */
const UNPLACED = new Set(['arguments', 'comprehension', 'withitem', 'match_case']);
/** Fields of ours that hold words which Python's tree holds as nodes or values, not strings. */
const BARE = new Set(['op', 'ops', 'is_async', 'level', 'MatchSingleton.value']);
const OFFSETS = [
  'start',
  'end',
  'nameStart',
  'nameEnd',
  'headerEnd',
  'keywordStart',
  'openParen',
  'attrStart',
];

/** The statements of a whole file, with offsets in the file; a copy without `parent`. */
export function moduleOf(file: SourceFile): Stmt[] {
  const body: Stmt[] = [];
  const bodies: Stmt[][] = [];
  for (const { chunk, start, parent } of file.chunks) {
    const statements = chunk.body.map((statement) => shifted(statement, start) as Stmt);
    const own = statements.at(-1);
    bodies.push(chunk.role === 'class' && own?.kind === 'ClassDef' ? (own.body as Stmt[]) : []);
    (parent < 0 ? body : bodies[parent]!).push(...statements);
    const end = statements.at(-1)?.end;
    // A class ends with its last member.
    for (let at = parent; at >= 0 && end !== undefined; at = file.chunks[at]!.parent) {
      const holder = file.chunks[at]!.parent < 0 ? body : bodies[file.chunks[at]!.parent]!;
      Object.assign(holder.at(-1)!, { end });
    }
  }
  return body;
}

function shifted(value: unknown, by: number): unknown {
  if (Array.isArray(value)) return value.map((item) => shifted(item, by));
  if (value === null || typeof value !== 'object') return value;
  const copy: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) {
    if (key === 'parent') continue;
    copy[key] = OFFSETS.includes(key) ? (field as number) + by : shifted(field, by);
  }
  return copy;
}

/** What `dump_ast.py` prints for the same tree. */
export function dump(body: readonly Stmt[], text: string): string {
  const out: string[] = [];
  const write = (value: unknown, field: string, string: Node | null): void => {
    if (Array.isArray(value)) {
      out.push('[');
      for (const item of value) {
        write(item, field, string);
        out.push(',');
      }
      out.push(']');
    } else if (value === null || value === undefined) out.push('None');
    else if (typeof value === 'boolean') out.push(value ? 'True' : 'False');
    else if (typeof value !== 'object') {
      out.push(BARE.has(field) ? String(value) : quote(String(value)));
    } else {
      const node = value as Node;
      out.push(`(${node.kind}`);
      out.push(string || UNPLACED.has(node.kind) ? ' ~' : ` ${node.start} ${node.end}`);
      if (node.kind === 'Constant') {
        out.push(` ${node.type}`);
        if (node.type === 'str') {
          out.push(` ${namesCharacter(string ?? node, text) ? '?' : quote(node.value!)}`);
        } else if (node.type === 'bool') out.push(` ${node.value}`);
      } else {
        const inside = string ?? (node.kind === 'JoinedStr' ? node : null);
        for (const name of FIELDS[node.kind]?.split(' ') ?? ['?']) {
          if (name === '') continue;
          out.push(' ');
          const key = node.kind === 'MatchSingleton' ? 'MatchSingleton.value' : name;
          write((node as unknown as Record<string, unknown>)[name], key, inside);
        }
      }
      out.push(')');
    }
  };
  write(body, '', null);
  return out.join('');
}

function quote(value: string): string {
  return JSON.stringify(value).replace(
    /[^ -~]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Whether the lines of a literal name a character: we do not carry the names of characters. */
function namesCharacter({ start, end }: Node, text: string): boolean {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const to = text.indexOf('\n', end);
  return text.slice(from, to < 0 ? text.length : to).includes('\\N{');
}
