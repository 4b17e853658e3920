/**
 * The core's public face: everything `lsp/` and `cli/` may use.
 *
 * Paths are opaque strings with `/` between folders: the command line gives file paths, the language
 * server URIs. All offsets are UTF-16 code units in the document's text; a notebook's text is its
 * code cells joined (see `Cells`).
 */

export { ruleByCode, rules } from '../rules/index.ts';
export type { Fix, Level, Rule, TextEdit } from '../rules/rule.ts';
export type { Environments, PythonVersion } from '../semantics/index.ts';
export { environmentOf } from '../semantics/index.ts';
export { lineAt, lineStartsOf, ParserAborted } from '../syntax/index.ts';
export type { CellPosition } from './cells.ts';
export { Cells } from './cells.ts';
export type { Configuration, ConfigurationProblem } from './configuration.ts';
export { readTarget } from './configuration.ts';
export type { Hunk } from './diff.ts';
export { diffLines } from './diff.ts';
export type { Finding, RelatedPlace } from './finding.ts';
export { forReaders } from './reading.ts';
export { names } from './selection.ts';
export type { FileAccess, FixedText, Hover, WorkspaceOptions } from './workspace.ts';
export { Workspace } from './workspace.ts';
