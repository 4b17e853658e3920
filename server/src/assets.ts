import { readFile } from 'node:fs/promises';

/** The parser's two WebAssembly modules. */
export interface Assets {
  readonly runtimeWasm: Uint8Array;
  readonly grammarWasm: Uint8Array;
}

/** Reads them where the build puts them: beside the running script. */
export async function readAssets(): Promise<Assets> {
  const [runtimeWasm, grammarWasm] = await Promise.all(
    ['web-tree-sitter.wasm', 'tree-sitter-python.wasm'].map((name) =>
      readFile(new URL(name, import.meta.url)),
    ),
  );
  return { runtimeWasm: runtimeWasm!, grammarWasm: grammarWasm! };
}
