/** The way from function to function, for related information. */
import { type Reached, shortName } from '../semantics/index.ts';
import type { Related } from './rule.ts';

/** What was reached, one function after the other. */
export function chain({ what, through }: Reached): readonly Related[] {
  return [...calls(through), ...through.slice(-1).map((last) => calling(last, what))];
}

/** Each function that calls the next. */
export function calls(through: readonly string[]): readonly Related[] {
  return through.slice(1).map((callee, i) => calling(through[i]!, `${shortName(callee)}()`));
}

function calling(definition: string, called: string): Related {
  return { at: { definition }, message: `\`${shortName(definition)}()\` appelle \`${called}\`.` };
}
