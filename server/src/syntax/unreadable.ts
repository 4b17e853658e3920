/**
 * Thrown when a line or a tree is not Python, though the lexer or the grammar took it, and caught where
 * a statement is made. One for all: it says nothing but that, and is cheap.
 */
export const UNREADABLE = new Error('not Python');
