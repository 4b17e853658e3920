import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Assets } from '../../server/src/assets.ts';

const root = join(import.meta.dirname, '../..');

/** The parser's WebAssembly modules as this checkout has them, built or not. */
export function readAssets(): Assets {
  return {
    runtimeWasm: readFileSync(join(root, 'node_modules/web-tree-sitter/web-tree-sitter.wasm')),
    grammarWasm: readFileSync(join(root, 'grammars/tree-sitter-python.wasm')),
  };
}
