/** The suite's way in, as VS Code expects it: loaded inside an extension host, then `run()`. */

import { runAll } from './harness.ts';
import './extension.ts';

export const run = runAll;
