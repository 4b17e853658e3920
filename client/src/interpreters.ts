import * as vscode from 'vscode';

/** Which Python a folder of the workspace uses. */
export interface Interpreter {
  /** URI of the folder; empty when none is open. */
  readonly folder: string;
  /** URI of the interpreter, or of its environment's folder. */
  readonly path: string;
}

/** What we use of what the extension `ms-python.python` exports, where there is one. */
interface PythonExtension {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

/** The interpreters that the user selected in VS Code's Python support; none without it. */
export class Interpreters implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** Fires when {@link current} may give something else. */
  readonly onDidChange = this.changed.event;
  private readonly watches: vscode.Disposable[] = [this.changed];
  private python: PythonExtension['environments'];

  constructor() {
    const look = () => this.python === undefined && void this.find();
    this.watches.push(
      vscode.extensions.onDidChange(look),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.changed.fire()),
    );
    look();
  }

  /** For each folder of the workspace, what is known at this instant. */
  current(): Interpreter[] {
    const folders = vscode.workspace.workspaceFolders?.map(({ uri }) => uri) ?? [undefined];
    return folders.flatMap((folder) => {
      const path = this.pathFor(folder);
      return path === undefined ? [] : [{ folder: folder?.toString() ?? '', path }];
    });
  }

  dispose(): void {
    for (const watch of this.watches) watch.dispose();
  }

  private async find(): Promise<void> {
    try {
      const extension = vscode.extensions.getExtension<PythonExtension>('ms-python.python');
      const { environments } = (await extension?.activate()) ?? {};
      if (environments === undefined || this.python !== undefined) return;
      this.watches.push(environments.onDidChangeActiveEnvironmentPath(() => this.changed.fire()));
      this.python = environments;
      this.changed.fire();
    } catch {
      // It is a help, not a need.
    }
  }

  private pathFor(folder: vscode.Uri | undefined): string | undefined {
    try {
      const path = this.python?.getActiveEnvironmentPath(folder).path;
      // A bare `python` stands for whatever the shell finds: that is no knowledge.
      return path && /[\\/]/.test(path) ? vscode.Uri.file(path).toString() : undefined;
    } catch {
      return undefined;
    }
  }
}
