/** Annotations written as strings: `"Client | None"`, `"list[Task[int]]"`. */
import type { Expr, Name } from '../syntax/index.ts';

/**
 * Reads the text of an annotation: dotted names, subscripts, `|` and `None`. The nodes belong to no chunk: their
 * offsets are those of `at`. Null for anything else.
 */
export function readAnnotation(
  text: string,
  at: Expr,
): { readonly expr: Expr; readonly names: readonly Name[] } | null {
  const tokens = text.match(/[\p{L}_][\p{L}\p{N}_]*|\.\.\.|[.[\],|]|\S/gu) ?? [];
  const span = { start: at.start, end: at.end, parent: at.parent };
  const names: Name[] = [];
  let next = 0;

  function union(): Expr | null {
    let left = primary();
    while (left !== null && tokens[next] === '|') {
      next++;
      const right = primary();
      left = right && { kind: 'BinOp', ...span, left, op: '|', right };
    }
    return left;
  }

  function primary(): Expr | null {
    const token = tokens[next++] ?? '';
    if (token === '...') return { kind: 'Constant', ...span, type: 'Ellipsis', value: null };
    if (token === 'None') return { kind: 'Constant', ...span, type: 'None', value: null };
    if (token === '[') {
      // The parameters of a `Callable`.
      const elts = tokens[next] === ']' ? [] : elements();
      return elts === null || tokens[next++] !== ']' ? null : { kind: 'List', ...span, elts };
    }
    if (!/^[\p{L}_]/u.test(token)) return null;
    const name: Name = { kind: 'Name', ...span, id: token };
    names.push(name);
    let expr: Expr = name;
    for (;;) {
      if (tokens[next] === '.') {
        const attr = tokens[next + 1] ?? '';
        if (!/^[\p{L}_]/u.test(attr)) return null;
        next += 2;
        expr = { kind: 'Attribute', ...span, value: expr, attr, attrStart: at.start };
      } else if (tokens[next] === '[') {
        next++;
        const slice = list();
        if (slice === null || tokens[next++] !== ']') return null;
        expr = { kind: 'Subscript', ...span, value: expr, slice };
      } else return expr;
    }
  }

  function list(): Expr | null {
    const elts = elements();
    if (elts === null) return null;
    return elts.length === 1 ? elts[0]! : { kind: 'Tuple', ...span, elts };
  }

  function elements(): Expr[] | null {
    const elts: Expr[] = [];
    do {
      const element = union();
      if (element === null) return null;
      elts.push(element);
    } while (tokens[next] === ',' && next++ >= 0);
    return elts;
  }

  // As deep as a human would write it.
  const depth = tokens.filter((token) => token === '[').length;
  const expr = depth > 20 ? null : union();
  return expr === null || next < tokens.length ? null : { expr, names };
}
