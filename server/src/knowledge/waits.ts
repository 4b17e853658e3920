/**
 * What lasts until somebody else does something, with no limit of its own. Read from Python's documentation. Locks
 * and semaphores are left out: what was given back for a while has to be taken again.
 */
export interface OpenWait {
  /** French, after « attend »: what it waits for. */
  readonly until: string;
  /** Only a queue made with a size makes `put` wait. */
  readonly isOfBoundedQueue: boolean;
  /** Can what stands just before it have asked for its end? */
  readonly canBeAskedFor: boolean;
}

/** The wait that awaiting the method of that dotted public name is. */
export function openWait(name: string): OpenWait | undefined {
  return WAITS.get(name);
}

/** May a method of that name be in the table? */
export function isOpenWaitName(name: string): boolean {
  return NAMES.has(name);
}

function entry(
  cls: string,
  methods: string,
  until: string,
  more: Partial<OpenWait> = {},
): readonly (readonly [string, OpenWait])[] {
  const wait = { until, isOfBoundedQueue: false, canBeAskedFor: true, ...more };
  return methods.split(' ').map((method) => [`asyncio.${cls}.${method}`, wait] as const);
}

const WAITS: ReadonlyMap<string, OpenWait> = new Map([
  ...entry('Queue', 'join', 'que toute la file soit traitée'),
  ...entry('Queue', 'get', 'qu’un élément arrive dans la file'),
  ...entry('Queue', 'put', 'qu’une place se libère dans la file', { isOfBoundedQueue: true }),
  ...entry('Event', 'wait', 'que l’évènement se produise'),
  ...entry('Condition', 'wait wait_for', 'qu’une autre tâche la notifie'),
  ...entry('Barrier', 'wait', 'que toutes les tâches soient là'),
  ...entry('StreamReader', 'read readline readexactly readuntil', 'que l’autre bout écrive'),
  // Writing one word more does not make the other end read.
  ...entry('StreamWriter', 'drain', 'que l’autre bout lise', { canBeAskedFor: false }),
  ...entry('subprocess.Process', 'wait communicate', 'que le processus se termine'),
]);

const NAMES = new Set([...WAITS.keys()].map((name) => name.slice(name.lastIndexOf('.') + 1)));
