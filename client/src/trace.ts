import * as vscode from 'vscode';

/**
 * The client traces only into a log whose level is "trace", a level that an extension cannot set.
 * This log claims that level while `attendu.trace.server` asks for traces, and writes them at a
 * level that shows.
 */
export function traceLog(
  log: vscode.LogOutputChannel,
): vscode.Disposable & { channel: vscode.LogOutputChannel } {
  const changed = new vscode.EventEmitter<vscode.LogLevel>();
  const level = () => (isTracing() ? vscode.LogLevel.Trace : log.logLevel);
  const channel: vscode.LogOutputChannel = Object.create(log, {
    logLevel: { get: level },
    onDidChangeLogLevel: { value: changed.event },
    trace: { value: (message: string) => (isTracing() ? log.info(message) : log.trace(message)) },
  });
  const watches = vscode.Disposable.from(
    changed,
    log.onDidChangeLogLevel(() => changed.fire(level())),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('attendu.trace.server')) changed.fire(level());
    }),
  );
  return { channel, dispose: () => watches.dispose() };
}

function isTracing(): boolean {
  return vscode.workspace.getConfiguration('attendu').get('trace.server', 'off') !== 'off';
}
