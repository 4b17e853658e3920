import type { ServerCapabilities } from 'vscode-languageserver';
import { forReaders, ruleByCode } from '../lint/index.ts';
import type { Session } from './session.ts';

/**
 * Answers `attendu/page` `{ rule }` (a code or a slug) with `{ markdown }`, null when there is no such
 * rule: for clients that show pages themselves.
 */
export function pages(session: Session): ServerCapabilities {
  session.connection.onRequest('attendu/page', ({ rule }: { rule: string }) => {
    const page = ruleByCode(rule)?.page;
    return { markdown: page === undefined ? null : forReaders(page) };
  });
  return {};
}
