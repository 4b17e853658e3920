/** Test code, where what would be strange elsewhere is often the point. */
import type { Semantics } from '../semantics/index.ts';

/** Is the file made of tests, by where it stands or what it imports? */
export function isTestCode(context: Semantics): boolean {
  return (
    /(?:^|\/)tests\/|(?:^|\/)(?:test_[^/]*|[^/]*_tests?|conftest)\.py$/.test(context.path) ||
    context.fileImports('pytest') ||
    context.fileImports('unittest')
  );
}
