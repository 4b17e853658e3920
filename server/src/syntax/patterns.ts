import type { BinOp, Expr, Node, Pattern } from './ast.ts';
import type { AsPattern } from './lower.ts';
import { UNREADABLE } from './unreadable.ts';

/**
 * The pattern that an expression spells: patterns are written like the values they match. Throws
 * UNREADABLE. Recursive, but brackets, whose depth is bounded, are all that nests patterns.
 */
export function toPattern(expression: Expr | AsPattern, parenthesized: ReadonlySet<Expr>): Pattern {
  const { start, end } = expression;
  const span = { start, end, parent: null };
  const convert = (inner: Expr) => toPattern(inner, parenthesized);
  switch (expression.kind) {
    case 'As': {
      const { name } = expression;
      if (name.kind !== 'Name' || name.id === '_') throw UNREADABLE;
      return { kind: 'MatchAs', ...span, pattern: convert(expression.value), name: name.id };
    }
    case 'Name':
      return {
        kind: 'MatchAs',
        ...span,
        pattern: null,
        name: expression.id === '_' ? null : expression.id,
      };
    case 'Starred': {
      const name = expression.value;
      if (name.kind !== 'Name') throw UNREADABLE;
      return { kind: 'MatchStar', ...span, name: name.id === '_' ? null : name.id };
    }
    case 'Constant': {
      const { type } = expression;
      if (type === 'Ellipsis') throw UNREADABLE;
      if (type === 'None') return { kind: 'MatchSingleton', ...span, value: 'None' };
      if (type === 'bool') {
        return { kind: 'MatchSingleton', ...span, value: expression.value as 'True' | 'False' };
      }
      return { kind: 'MatchValue', ...span, value: expression };
    }
    case 'Attribute':
      if (!isDotted(expression)) throw UNREADABLE;
      return { kind: 'MatchValue', ...span, value: expression };
    case 'UnaryOp':
      if (!isSignedNumber(expression)) throw UNREADABLE;
      return { kind: 'MatchValue', ...span, value: expression };
    case 'BinOp': {
      if (expression.op !== '|') {
        if (!isComplex(expression)) throw UNREADABLE;
        return { kind: 'MatchValue', ...span, value: expression };
      }
      const alternatives: Expr[] = [];
      let rest: Expr = expression;
      while (
        rest.kind === 'BinOp' &&
        rest.op === '|' &&
        (rest === expression || !parenthesized.has(rest))
      ) {
        alternatives.unshift(rest.right);
        rest = rest.left;
      }
      alternatives.unshift(rest);
      return { kind: 'MatchOr', ...span, patterns: alternatives.map(convert) };
    }
    case 'List':
    case 'Tuple':
      return { kind: 'MatchSequence', ...span, patterns: expression.elts.map(convert) };
    case 'Dict': {
      const keys: Expr[] = [];
      const patterns: Pattern[] = [];
      let rest: string | null = null;
      for (const [i, key] of expression.keys.entries()) {
        const value = expression.values[i]!;
        if (rest !== null) throw UNREADABLE;
        if (key !== null) {
          const { kind } = convert(key);
          if (kind !== 'MatchValue' && kind !== 'MatchSingleton') throw UNREADABLE;
          keys.push(key);
          patterns.push(convert(value));
        } else if (value.kind === 'Name' && value.id !== '_') rest = value.id;
        else throw UNREADABLE;
      }
      return { kind: 'MatchMapping', ...span, keys, patterns, rest };
    }
    case 'Call':
      if (!isDotted(expression.func)) throw UNREADABLE;
      return {
        kind: 'MatchClass',
        ...span,
        cls: expression.func,
        patterns: expression.args.map(convert),
        kwd_attrs: expression.keywords.map((keyword) => keyword.arg ?? reject()),
        kwd_patterns: expression.keywords.map((keyword) => convert(keyword.value)),
      };
    default:
      throw UNREADABLE;
  }
}

function isDotted(expression: Expr): boolean {
  let at: Node = expression;
  while (at.kind === 'Attribute') at = at.value;
  return at.kind === 'Name';
}

/** A number, its sign before it if any. */
function isSignedNumber(expression: Expr, types = NUMBERS): boolean {
  const number = expression.kind === 'UnaryOp' ? expression.operand : expression;
  if (expression.kind === 'UnaryOp' && expression.op !== '-') return false;
  return number.kind === 'Constant' && types.has(number.type);
}

/** `1 + 2j`, `-1.5 - 2j` … */
function isComplex({ left, op, right }: BinOp): boolean {
  if (op !== '+' && op !== '-') return false;
  return isSignedNumber(left, REALS) && right.kind === 'Constant' && right.type === 'complex';
}

const REALS: ReadonlySet<string> = new Set(['int', 'float']);
const NUMBERS: ReadonlySet<string> = new Set(['int', 'float', 'complex']);

function reject(): never {
  throw UNREADABLE;
}
