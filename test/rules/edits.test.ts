/** What several insertions at one place give. The fixes of the pages show all the rest. */

import { expect, it } from 'vitest';
import { applyEdits } from '../../server/src/lint/fixes.ts';
import { Edits } from '../../server/src/rules/edits.ts';
import { Facts, FileSemantics, projectDoor } from '../../server/src/semantics/index.ts';
import { loadParser } from '../support/parser.ts';

const parser = await loadParser();

it('extends an import whatever is put below it', () => {
  const text = 'from contextlib import suppress\n\nf()\n';
  const facts = new Facts(projectDoor);
  facts.setFile('/m.py', { source: parser.parse(text), notebook: false, target: [3, 13] });
  const file = new FileSemantics(facts, '/m.py');
  const last = file.table.source.chunks.at(-1)!.chunk.body[0]!;
  const edits = new Edits(file);
  expect(edits.name('types', 'MethodType', last)).toBe('MethodType');
  expect(edits.name('contextlib', 'aclosing', last)).toBe('aclosing');
  expect(applyEdits(text, edits.result)).toBe(
    'from contextlib import suppress, aclosing\nfrom types import MethodType\n\nf()\n',
  );
});
