import { describe, expect, it } from 'vitest';
import { codeSpan, escapeMarkdown, messageMarkdown } from '../../server/src/lint/markdown.ts';

describe('escapeMarkdown', () => {
  it.each([
    ['_x_', '\\_x\\_'],
    ['a * b', 'a \\* b'],
    ['<img src=x>', '\\<img src=x\\>'],
    ['[t](u)', '\\[t\\]\\(u\\)'],
    ['`c`', '\\`c\\`'],
    ['# titre', '\\# titre'],
    ['1. un', '1\\. un'],
    ['a\n\n# b', 'a \\# b'],
    ['&amp;', '\\&amp;'],
    ['https://x.y', 'https&#8203;://x.y'],
  ])('%j', (text, expected) => expect(escapeMarkdown(text)).toBe(expected));
});

describe('codeSpan', () => {
  it.each([
    ['f()', '`f()`'],
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    ['``x', '``` ``x ```'],
    ['a\nb', '`a b`'],
    ['', ''],
  ])('%j', (text, expected) => expect(codeSpan(text)).toBe(expected));
});

describe('messageMarkdown', () => {
  it('keeps code spans and escapes the rest', () => {
    expect(messageMarkdown('La coroutine `_envoyer_()` [n’est] jamais *attendue*.')).toBe(
      'La coroutine `_envoyer_()` \\[n’est\\] jamais \\*attendue\\*.',
    );
  });

  it('escapes a lone backtick', () => {
    expect(messageMarkdown('un ` seul')).toBe('un \\` seul');
  });
});
