import { stdlibModule } from '../knowledge/stdlib.ts';

/** Where a module's meaning comes from. */
export type FoundModule =
  | { readonly where: 'project'; readonly path: string }
  | { readonly where: 'stdlib'; readonly name: string };

/** The one door through which modules are looked up. */
export interface ModuleDoor {
  /**
   * @param name dotted, without the leading dots of a relative import
   * @param level how many leading dots
   * @param from path of the importing module
   */
  find(name: string, level: number, from: string): FoundModule | undefined;
}

export const stdlibDoor: ModuleDoor = {
  find(name, level) {
    return level === 0 && stdlibModule(name) !== undefined ? { where: 'stdlib', name } : undefined;
  },
};
