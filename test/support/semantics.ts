/** Meaning of a text, and the nodes to ask it of. */

import {
  type ChunkSemantics,
  Facts,
  FileSemantics,
  projectDoor,
} from '../../server/src/semantics/index.ts';
import { type Node, type PythonParser, walk } from '../../server/src/syntax/index.ts';

/** A node, and meaning as its chunk sees it. */
export interface Placed<N extends Node> {
  readonly node: N;
  readonly semantics: ChunkSemantics;
}

/** The nodes of the text that satisfy the predicate, in source order. */
export function nodesOf<N extends Node>(
  parser: PythonParser,
  code: string,
  is: (node: Node) => node is N,
  notebook = false,
): Placed<N>[] {
  const path = '/m.py';
  const facts = new Facts(projectDoor);
  facts.setFile(path, { source: parser.parse(code), notebook, target: [3, 13] });
  const file = new FileSemantics(facts, path);
  const found: Placed<N>[] = [];
  for (const { chunk } of file.table.source.chunks)
    walk(chunk.body, (node) => {
      if (is(node)) found.push({ node, semantics: file.of(chunk) });
    });
  return found;
}
