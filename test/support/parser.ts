import { readFile } from 'node:fs/promises';
import { PythonParser } from '../../server/src/syntax/index.ts';

const ROOT = new URL('../../', import.meta.url);

/** A parser with the WebAssembly files of this checkout. */
export async function loadParser(): Promise<PythonParser> {
  const [runtime, grammar] = await Promise.all([
    readFile(new URL('node_modules/web-tree-sitter/web-tree-sitter.wasm', ROOT)),
    readFile(new URL('grammars/tree-sitter-python.wasm', ROOT)),
  ]);
  return PythonParser.create(runtime, grammar);
}
