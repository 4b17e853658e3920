import { describe, expect, it } from 'vitest';
import { forReaders } from '../../server/src/lint/index.ts';

describe('forReaders', () => {
  it('says in words what the fences say to the tests', () => {
    const page = [
      '```python avant cible=3.9',
      'f()  # ATT101',
      '```',
      '',
      '```python après « Ajouter await »',
      'await f()',
      '```',
      '',
      '```python fichier=a.py notebook',
      'x = 1',
      '```',
      '',
      '```sortie depuis=3.12',
      'avant',
      '! Traceback',
      '```',
      '',
      'Une phrase ! Et une autre.',
      '',
    ].join('\n');
    expect(forReaders(page)).toBe(
      [
        '*Pour Python 3.9\u00a0:*',
        '',
        '```python',
        'f()  # ATT101',
        '```',
        '',
        '*Après «\u00a0Ajouter await\u00a0»\u00a0:*',
        '',
        '```python',
        'await f()',
        '```',
        '',
        '*Fichier `a.py`, dans un notebook\u00a0:*',
        '',
        '```python',
        'x = 1',
        '```',
        '',
        '```text',
        'avant',
        'Traceback',
        '```',
        '',
        'Une phrase ! Et une autre.',
        '',
      ].join('\n'),
    );
  });
});
