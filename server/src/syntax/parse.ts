import { Language, Parser } from 'web-tree-sitter';

/** The WebAssembly runtime aborted: nothing of it can be used any more. */
export class ParserAborted extends Error {
  override readonly name = 'ParserAborted';
}

let runtime: Promise<void> | undefined;

/** Once a process: two starts at the same time would leave two memories, and pointers into the wrong one. */
function startRuntime(wasmBinary: Uint8Array): Promise<void> {
  // Named, lest it be looked for beside a script whose address may be no place (`blob:`).
  runtime ??= Parser.init({ wasmBinary, locateFile: (name: string) => name });
  return runtime;
}

/** A place in the grammar's tree; the part of tree-sitter's cursor that we use. */
export interface Cursor {
  readonly nodeTypeId: number;
  readonly startIndex: number;
  readonly endIndex: number;
  gotoFirstChild(): boolean;
  gotoNextSibling(): boolean;
  gotoParent(): boolean;
}

/**
 * Reads an expression at the cursor, which stands on a tuple whose elements are those of the
 * expression, and leaves the cursor there. `shift` added to an index of the tree gives an offset
 * from the start of the expression's text. Null when the tree is not Python.
 */
export type ReadTuple<T> = (cursor: Cursor, index: number, shift: number) => T | null;

/** tree-sitter's Python grammar, asked only about expressions. No tree outlives a call. */
export class Grammar {
  /** Names of the node types, by their numbers. */
  readonly types: readonly string[];

  private constructor(private readonly parser: Parser) {
    this.types = parser.language!.types;
  }

  static async create(runtimeWasm: Uint8Array, grammarWasm: Uint8Array): Promise<Grammar> {
    await startRuntime(runtimeWasm);
    const parser = new Parser();
    parser.setLanguage(await Language.load(grammarWasm));
    return new Grammar(parser);
  }

  /**
   * Reads expressions (of one line each, brackets balanced); null stands for those with an error.
   *
   * They are parsed together, which is much faster than one by one. An error makes the others
   * unreliable, hence the halving: what comes out for one expression depends on its text only.
   */
  read<T>(texts: readonly string[], readTuple: ReadTuple<T>): (T | null)[] {
    const results: (T | null)[] = new Array(texts.length).fill(null);
    const pending: [from: number, to: number][] = [[0, texts.length]];
    for (let range = pending.pop(); range !== undefined; range = pending.pop()) {
      const [from, to] = range;
      if (from === to || this.readRange(texts, from, to, readTuple, results) || to - from === 1) {
        continue;
      }
      const middle = (from + to) >>> 1;
      pending.push([from, middle], [middle, to]);
    }
    return results;
  }

  private readRange<T>(
    texts: readonly string[],
    from: number,
    to: number,
    readTuple: ReadTuple<T>,
    results: (T | null)[],
  ): boolean {
    const starts: number[] = [];
    let joined = '';
    for (let i = from; i < to; i++) {
      starts.push(joined.length + BEFORE.length);
      const text = texts[i]!;
      joined += BEFORE + text + (text.endsWith(',') ? AFTER_COMMA : AFTER);
    }
    try {
      const tree = this.parser.parse(joined)!;
      const cursor = tree.walk();
      try {
        if (tree.rootNode.hasError || !hasOneTupleEach(cursor, starts)) return false;
        cursor.gotoFirstChild();
        for (let i = from; i < to; i++) {
          cursor.gotoFirstChild();
          cursor.gotoNextSibling();
          results[i] = readTuple(cursor, i, -starts[i - from]!);
          cursor.gotoParent();
          cursor.gotoNextSibling();
        }
        return true;
      } finally {
        cursor.delete();
        tree.delete();
      }
    } catch (error) {
      if (
        error instanceof Error &&
        (error.name === 'RuntimeError' || /^abort/i.test(error.message))
      )
        throw new ParserAborted(error.message, { cause: error });
      throw error;
    }
  }
}

// As the operand of `return`, a parenthesis cannot be the target of an assignment, which spares
// the parser from following both readings.
const BEFORE = 'return(';
const AFTER = ',)\n';
const AFTER_COMMA = ')\n';

/** Whether each text made one statement of its own; error recovery may join two lines silently. */
function hasOneTupleEach(cursor: Cursor, starts: readonly number[]): boolean {
  if (!cursor.gotoFirstChild()) return false;
  let count = 0;
  let same = true;
  do {
    same &&= cursor.startIndex === (starts[count] ?? -1) - BEFORE.length;
    count++;
  } while (cursor.gotoNextSibling());
  cursor.gotoParent();
  return same && count === starts.length;
}
