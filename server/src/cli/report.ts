/** What the checking of one file gives to those who write it out. */
import type { Finding, Fix } from '../lint/index.ts';
import type { Target } from './collect.ts';
import type { Places } from './places.ts';

export interface FileReport {
  readonly target: Target;
  readonly places: Places;
  readonly findings: readonly ReportedFinding[];
}

export interface ReportedFinding {
  readonly finding: Finding;
  readonly fixes: readonly Fix[];
  readonly related: readonly ReportedPlace[];
}

/** A related place, in any file. */
export interface ReportedPlace {
  readonly shown: string;
  readonly places: Places;
  readonly start: number;
  readonly end: number;
  /** French. */
  readonly message: string;
}
