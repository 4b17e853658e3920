/**
 * What hands a whole line to a shell, after https://docs.python.org/3/library/asyncio-subprocess.html,
 * https://docs.python.org/3/library/subprocess.html and https://docs.python.org/3/library/os.html.
 */

export interface ShellTaker {
  /** Where the command stands, by position and by name. */
  readonly at: number;
  readonly keyword: string;
  /** Only with `shell=True`. */
  readonly ifAsked: boolean;
}

/** By public name; of a method, the class of the receiver is left out. */
export const SHELL_TAKERS: ReadonlyMap<string, ShellTaker> = new Map<string, ShellTaker>([
  ['asyncio.create_subprocess_shell', { at: 0, keyword: 'cmd', ifAsked: false }],
  ['asyncio.subprocess_shell', { at: 1, keyword: 'cmd', ifAsked: false }],
  ['os.system', { at: 0, keyword: 'command', ifAsked: false }],
  ['os.popen', { at: 0, keyword: 'cmd', ifAsked: false }],
  ['subprocess.getoutput', { at: 0, keyword: 'cmd', ifAsked: false }],
  ['subprocess.getstatusoutput', { at: 0, keyword: 'cmd', ifAsked: false }],
  ...['run', 'call', 'check_call', 'check_output', 'Popen'].map((name): [string, ShellTaker] => [
    `subprocess.${name}`,
    { at: 0, keyword: 'args', ifAsked: true },
  ]),
]);

/** Words that only a shell understands as the first of a command: there is no program of that name. */
export const SHELL_BUILTINS: ReadonlySet<string> = new Set(
  '. : alias bg cd eval exec exit export fg hash jobs read readonly return set shift source trap type ulimit umask unalias unset wait'.split(
    ' ',
  ),
);
