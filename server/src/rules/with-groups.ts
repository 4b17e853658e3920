/** The repair of `with` statements whose managers do not all open the same way. */
import type { With } from '../syntax/index.ts';
import type { Edits } from './edits.ts';

/** Opens each manager with the keyword that it needs; each group of a kind has, in turn, its own statement. */
export function openEach(edits: Edits, statement: With, isAsync: readonly boolean[]): void {
  const { items, body, keywordStart } = statement;
  if (isAsync[0] && statement.kind === 'With') edits.insertBefore(statement, 'async ');
  if (!isAsync[0] && statement.kind === 'AsyncWith')
    edits.replaceRange(statement, statement.start, keywordStart, '');
  const cuts = items.flatMap((_, at) => (at > 0 && isAsync[at] !== isAsync[at - 1] ? [at] : []));
  let indent = edits.indentOf(statement);
  for (const at of cuts) {
    const [start, end] = [items[at - 1]!.end, items[at]!.start];
    const { chunk, start: base } = edits.file.placeOf(statement);
    // In parentheses or on several lines, the managers would have to be moved.
    const isPlain = /^with[ \t]+[^(\s].*$/.test(chunk.text.slice(keywordStart, start));
    if (!isPlain || !/^[ \t]*,[ \t]*$/.test(chunk.text.slice(start, end))) {
      edits.abandon();
      return;
    }
    indent += edits.indentUnit;
    const keyword = isAsync[at] ? 'async with' : 'with';
    edits.replaceRange(statement, start, end, `:\n${indent}${keyword} `);
    edits.indentBelow(base + statement.headerEnd, body);
  }
}
