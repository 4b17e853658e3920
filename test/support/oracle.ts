/** Holds what a page says Python prints against what Python prints. */

import { Cells } from '../../server/src/lint/cells.ts';
import type { Fix, TextEdit } from '../../server/src/lint/index.ts';
import { type Example, firstMissingLine, showsSymptom } from './pages.ts';
import { type Run, runProgram, TIME_LIMIT } from './python.ts';

/**
 * The output is the one shown. Each of the `fixes` makes a program that runs to its end without the
 * symptom; it may fail with an error that the faulty program already told.
 */
export async function checkOutput(
  example: Example,
  fixes: readonly Fix[],
  limit = TIME_LIMIT,
): Promise<string[]> {
  const { lines, symptom } = example.output!;
  const run = await runEdited(example, [], limit);
  const faults: string[] = [];
  if (run.status === null) faults.push('the program does not end');
  const missing = firstMissingLine(lines, run.output);
  if (missing !== undefined) faults.push(`« ${missing} » is not in order in\n${run.output}`);
  for (const fix of fixes) {
    const fixed = await runEdited(example, fix.edits, limit);
    const fault = faultOf(fixed, run, symptom);
    if (fault) faults.push(`« ${fix.title} »: ${fault}\n${fixed.output}`);
  }
  return faults;
}

function faultOf(fixed: Run, faulty: Run, symptom: readonly string[]): string | undefined {
  if (fixed.status === null) return 'the program does not end';
  if (showsSymptom(symptom, fixed.output)) return 'the symptom is still there';
  const told = faulty.output.split('\n').includes(lastErrorIn(fixed.output)!);
  return fixed.status === 0 || told ? undefined : 'the program fails otherwise';
}

/** Of a group of exceptions, the last of its members, without the frame that is drawn around it. */
function lastErrorIn(output: string): string | undefined {
  return output
    .split('\n')
    .map((line) => line.replace(/^(?: *\|)? */, ''))
    .filter((line) => line && !line.startsWith('+-'))
    .at(-1);
}

function runEdited(example: Example, edits: readonly TextEdit[], limit: number): Promise<Run> {
  const { text } = new Cells(example.cells).edited(edits);
  const files = new Map([...example.companions, [example.fileName, text]]);
  return runProgram(files, example.fileName, limit);
}
