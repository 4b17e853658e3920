import type { FindingData, Level } from '../rules/rule.ts';

/** A finding ready to be shown. Numbers and strings only. */
export interface Finding {
  readonly path: string;
  readonly code: string;
  readonly slug: string;
  readonly level: Exclude<Level, 'off'>;
  readonly tags: readonly ('unnecessary' | 'deprecated')[];
  /** French, one sentence. */
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly related: readonly RelatedPlace[];
  readonly data: FindingData;
}

export interface RelatedPlace {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly message: string;
}
