/**
 * What a rule is. Read this first, then any rule: each is a plain value whose handlers look at one
 * node and report, and whose fixes are built later, when somebody asks for them.
 */

import type { FileSemantics, PythonVersion, Question, Semantics } from '../semantics/index.ts';
import type { Node, NodeKind, NodeOf } from '../syntax/index.ts';
import type { Edits } from './edits.ts';

/** `off`: only when asked for by its code or by `ALL`. */
export type Level = 'error' | 'warning' | 'information' | 'hint' | 'off';

export interface Rule {
  /** Stable public name: settings, suppressions, addresses. */
  readonly code: string;
  readonly slug: string;
  readonly level: Level;
  /** The rule is silent when the target Python is older. */
  readonly since?: PythonVersion;
  readonly tags?: readonly ('unnecessary' | 'deprecated')[];
  /** Equivalent codes of other tools; a `# noqa` that names one silences this rule too. */
  readonly peers: readonly string[];
  /** Codes of more specific rules: where one of them speaks, this one is silent. */
  readonly yieldsTo?: readonly string[];
  /** The rule is on what Python cannot read: no other may report anything that starts there. */
  readonly ofDamage?: true;
  /** The French page (`<slug>.md`), which is also the rule's test. */
  readonly page: string;
  readonly handlers: Handlers;
  /** The repairs of a finding of this rule, best first. */
  readonly fixes?: (finding: FoundNode, context: FixContext) => readonly Fix[];
}

export type Handlers = {
  readonly [K in NodeKind]?: (node: NodeOf<K>, context: RuleContext) => void;
};

/** What a handler is given: meaning, and the way to speak. Lives for the judging of one chunk. */
export interface RuleContext extends Semantics {
  report(finding: Report): void;
}

export interface Report {
  /** The node in question, that `fixes` will be given again. */
  readonly at: Node;
  /** What is underlined, when not the whole node. Offsets in the chunk. */
  readonly span?: { readonly start: number; readonly end: number };
  /** One French sentence: what is wrong here, naming the function in question. */
  readonly message: string;
  readonly related?: readonly Related[];
  /** Overrides the rule's level for this finding. */
  readonly level?: Exclude<Level, 'off'>;
  /** Facts that `fixes` will need and that the node does not tell. Plain JSON. */
  readonly data?: FindingData;
}

export type FindingData = Readonly<Record<string, string | number | boolean | null>>;

export interface Related {
  /** A place in the chunk being judged, or a definition anywhere (see `Semantics.definition`). */
  readonly at: Node | Definition;
  readonly message: string;
}

/** A definition named symbolically, so that a finding outlives edits around what it points at. */
export interface Definition {
  readonly definition: string;
  /** Not its name but, in its body, the place where it leads on (see `Semantics.site`). */
  readonly leads?: { readonly question: Question; readonly to: string };
}

/** A finding brought back to the node it was reported at, in the document as it is now. */
export interface FoundNode {
  readonly node: Node;
  readonly message: string;
  readonly data: FindingData;
}

/** What `fixes` is given: meaning, as for handlers, then the whole file, and edit builders. */
export interface FixContext extends Semantics {
  readonly file: FileSemantics;
  /** A fresh, empty set of edits for one fix. */
  edits(): Edits;
}

export interface Fix {
  /** French, imperative-like infinitive: « Ajouter `await` ». */
  readonly title: string;
  /** `safe`: meaning is kept or only the bug goes; taken by « tout corriger ». */
  readonly applicability: 'safe' | 'review';
  readonly edits: readonly TextEdit[];
}

/** Offsets in the file's text (UTF-16 code units, end exclusive). */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}
