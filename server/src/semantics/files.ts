/** The core's only way to files: injected, asynchronous, by opaque path. */
export interface FileAccess {
  /** The file's text, or undefined when there is none. */
  read(path: string): Promise<string | undefined>;
  /** Names in a folder, those of folders ending in `/`; undefined when there is no such folder. */
  list(folder: string): Promise<readonly string[] | undefined>;
}
