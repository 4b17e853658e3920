/** What the shell is told. */
export const NOTHING_FOUND = 0;
export const FOUND = 1;
/** Something could not be done: a wrong option, a missing path, an unreadable file, a wrong setting. */
export const FAILED = 2;

/** Stops the command; the message, French, goes to standard error. */
export class CommandError extends Error {}
