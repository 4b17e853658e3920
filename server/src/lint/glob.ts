/**
 * Matches paths against patterns written as in a `.gitignore`. No library of this size is worth a
 * dependency of the pure core: the whole language is `*`, `**`, `?`, `[…]`, `{…}` and `\`.
 */

/** Tells whether a path matches. Paths are relative, `/` between folders; a folder's path ends in `/`. */
export type Matcher = (path: string) => boolean;

/**
 * Compiles one pattern (without a leading `!`). Any string is a pattern: an unclosed bracket or
 * brace stands for itself.
 *
 * - without `/` (a last one aside) it is compared with the path's last part, at any depth;
 * - with `/` it is compared with the whole path;
 * - with a last `/` it matches folders alone.
 */
export function compileGlob(pattern: string): Matcher {
  const foldersOnly = pattern.endsWith('/');
  const body = pattern.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');
  const anchored = body.includes('/');
  const expression = new RegExp(`^${translate(body.replace(/^\//, ''))}$`, 'su');
  return (path) => {
    const isFolder = path.endsWith('/');
    if (foldersOnly && !isFolder) return false;
    const bare = isFolder ? path.slice(0, -1) : path;
    return expression.test(anchored ? bare : bare.slice(bare.lastIndexOf('/') + 1));
  };
}

/** A list of patterns, the last that matches decides; `!` before a pattern takes the match back. */
export function compileGlobs(patterns: readonly string[]): Matcher {
  const lastFirst = patterns
    .map((pattern) => ({
      wanted: !pattern.startsWith('!'),
      matches: compileGlob(pattern.replace(/^!/, '')),
    }))
    .reverse();
  return (path) => lastFirst.find(({ matches }) => matches(path))?.wanted ?? false;
}

function translate(pattern: string): string {
  let out = '';
  let depth = 0;
  for (let i = 0; i < pattern.length; ) {
    const rest = pattern.slice(i);
    const folders = /^(?:\*\*\/)+/.exec(rest);
    const set = readSet(rest);
    if (folders && (i === 0 || pattern[i - 1] === '/')) {
      out += '(?:[^/]+/)*';
      i += folders[0].length;
    } else if (rest.startsWith('*')) {
      const stars = /^\*+/.exec(rest)![0].length;
      const whole =
        stars > 1 && (i === 0 || pattern[i - 1] === '/') && i + stars === pattern.length;
      out += whole ? '.+' : '[^/]*';
      i += stars;
    } else if (set) {
      out += `(?!/)${set.expression}`;
      i += set.length;
    } else if (rest[0] === '{' && closes(rest)) {
      depth++;
      out += '(?:';
      i++;
    } else if (depth > 0 && (rest[0] === '}' || rest[0] === ',')) {
      out += rest[0] === ',' ? '|' : ')';
      if (rest[0] === '}') depth--;
      i++;
    } else if (rest[0] === '?') {
      out += '[^/]';
      i++;
    } else {
      const quoted = rest[0] === '\\' && rest.length > 1;
      const character = String.fromCodePoint(rest.codePointAt(quoted ? 1 : 0)!);
      out += character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
      i += character.length + (quoted ? 1 : 0);
    }
  }
  return out;
}

/** The `[…]` that `rest` starts with; a range written backwards makes it ordinary text. */
function readSet(rest: string): { expression: string; length: number } | undefined {
  const set = /^\[([!^]?)(\]?[^\]]*)\]/.exec(rest);
  if (!set) return undefined;
  const expression = `[${set[1] ? '^' : ''}${set[2]!.replace(/[\\\][^|]/g, '\\$&')}]`;
  try {
    new RegExp(expression, 'u');
  } catch {
    return undefined;
  }
  return { expression, length: set[0].length };
}

/** Whether the brace that `rest` starts with is closed. */
function closes(rest: string): boolean {
  let depth = 0;
  for (let i = 0; i < rest.length; i++) {
    if (rest[i] === '\\') i++;
    else if (rest[i] === '{') depth++;
    else if (rest[i] === '}' && --depth === 0) return true;
  }
  return false;
}
