import { describe, expect, it } from 'vitest';
import { essenceOf } from '../../server/src/lint/essence.ts';
import { rules } from '../../server/src/lint/index.ts';

const PAGE = `# Titre \`f()\`

Une phrase.
Qui continue.

## Ce qui se passe

Un paragraphe.

\`\`\`python avant
# pas un titre

f()  # ATT101
\`\`\`

${'Un autre paragraphe trop long.\n'.repeat(9)}
## Pourquoi c’est un piège

Rien pour le survol.

## Comment corriger

Écrivez \`await\`.
`;

describe('essenceOf', () => {
  it('keeps title, sentence, explanation and repair', () => {
    expect(essenceOf({ code: 'ATT101', slug: 'essai', page: PAGE }, 'file:///pages/essai.md')).toBe(
      [
        '**Titre `f()`** (ATT101)',
        'Une phrase.\nQui continue.',
        '**Ce qui se passe** — Un paragraphe.',
        '```python\n# pas un titre\n\nf()  # ATT101\n```',
        '**Comment corriger** — Écrivez `await`.',
        '[Page de la règle](file:///pages/essai.md)',
      ].join('\n\n'),
    );
  });

  it('is short for every rule, and closes its fences', () => {
    for (const rule of rules) {
      const text = essenceOf(rule);
      expect(text.split('\n').length, rule.slug).toBeLessThanOrEqual(30);
      expect((text.match(/^```/gm) ?? []).length % 2, rule.slug).toBe(0);
      expect(text).not.toContain('Page de la règle');
      expect(text, rule.slug).not.toMatch(/\s:(?:$|\n\n\*\*)/);
    }
  });
});
