import type { ServerCapabilities } from 'vscode-languageserver';
import type { Session } from './session.ts';

/** Answers `attendu/counters` with how much work was done so far: for tests and figures. */
export function counters(session: Session): ServerCapabilities {
  session.connection.onRequest('attendu/counters', () => session.workspace.counters);
  return {};
}
