import { describe, expect, it } from 'vitest';
import { readNotebook } from '../../server/src/cli/notebook.ts';
import { workshop } from './support.ts';

const { write, read, run } = workshop();

/** As Jupyter writes them: one space of indentation, a line of source a line. */
const JUPYTER = `{
 "cells": [
  {
   "cell_type": "markdown",
   "metadata": {},
   "source": [
    "# Été \\u00e9 😀"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": 1.0,
   "metadata": {"a" : [ ]},
   "outputs": [{"text": "]}\\"source\\": [", "data": {"source": ["x"]}}],
   "source": [
    "async def envoyer():\\n",
    "    return \\"é \\u00e9\\"\\n"
   ]
  },
  {
   "cell_type": "code",
   "source": [
    "envoyer()"
   ]
  }
 ],
 "metadata": {"language_info": {"name": "python"}},
 "nbformat": 4,
 "nbformat_minor": 5
}
`;

describe('readNotebook', () => {
  it('gives the code cells', () => {
    expect(readNotebook(JUPYTER)?.sources).toEqual([
      'async def envoyer():\n    return "é é"\n',
      'envoyer()',
    ]);
  });

  it('gives the same text back, byte for byte', () => {
    const notebook = readNotebook(JUPYTER)!;
    expect(notebook.withSources(notebook.sources)).toBe(JUPYTER);
  });

  it('changes the source of the changed cells alone, in its form', () => {
    const notebook = readNotebook(JUPYTER)!;
    expect(notebook.withSources([notebook.sources[0]!, 'import x\n\nawait envoyer("é")'])).toBe(
      JUPYTER.replace(
        '    "envoyer()"',
        '    "import x\\n",\n    "\\n",\n    "await envoyer(\\"é\\")"',
      ),
    );
    expect(notebook.withSources(['x\ny', notebook.sources[1]!])).toContain(
      '   "source": [\n    "x\\n",\n    "y"\n   ]',
    );
    expect(notebook.withSources(['', ''])).toContain('"source": []');
  });

  it.each([
    ['{"cells":[{"cell_type":"code","source":"a"}]}', 'b\nc', '"source":"b\\nc"'],
    ['{"cells":[{"cell_type":"code","source":["a"]}]}', 'b\nc', '"source":["b\\n", "c"]'],
    ['{"cells":[{"cell_type":"code","source":["a","b"]}]}', 'b\nc', '"source":["b\\n","c"]'],
    ['{"cells":[{"cell_type":"code","source":[]}]}', 'b', '"source":["b"]'],
    ['{"cells":[{"cell_type":"code","source":["a"]}]}', 'é', '"source":["\\u00e9"]'],
    ['{"worksheets":[{"cells":[{"cell_type":"code","input":["a"]}]}]}', 'b', '"input":["b"]'],
  ])('%s', (text, source, expected) => {
    const after = readNotebook(text)!.withSources([source]);
    expect(after).toContain(expected);
    expect(readNotebook(after)!.sources).toEqual([source]);
  });

  it('leaves other languages alone', () => {
    const text =
      '{"cells":[{"cell_type":"code","source":["a"]}],"metadata":{"kernelspec":{"language":"R"}}}';
    expect(readNotebook(text)?.sources).toEqual([]);
  });

  it.each(['', '{', '[]', '3', '{"cells":3}', 'x = 1', `${'['.repeat(50_000)}`])(
    'refuses %.20j',
    (text) => {
      expect(readNotebook(text)).toBeUndefined();
    },
  );
});

describe('attendu check', () => {
  it('corrects a notebook in place', () => {
    write('n.ipynb', JUPYTER);
    expect(run(['check', 'n.ipynb']).stdout).toContain('n.ipynb:cellule 2:1:1  ATT101 erreur');
    const { stdout } = run(['check', '--diff', 'n.ipynb']);
    expect(stdout).toContain('-    "envoyer()"\n+    "await envoyer()"\n');
    expect(run(['check', '--fix', 'n.ipynb']).status).toBe(0);
    expect(read('n.ipynb')).toBe(JUPYTER.replace('"envoyer()"', '"await envoyer()"'));
  });

  it('passes over what is not a notebook', () => {
    write('n.ipynb', 'x = 1');
    expect(run(['check', 'n.ipynb'])).toMatchObject({
      status: 0,
      stderr: 'n.ipynb\u00a0: ce n’est pas un notebook Jupyter, non vérifié.\n',
    });
  });
});
