/** Starts the VS Code server with an extension installed from its package. */

import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { installVscode } from './install.ts';

/** A running VS Code server, with user data of its own. */
export interface VscodeServer {
  /** Such as `http://127.0.0.1:40321`. */
  url: string;
  /** Holds settings, logs and installed extensions; removed by {@link stop}. */
  dataDir: string;
  /** Ends the server and all that it started. */
  stop(): void;
}

/** An editor reduced to the code and to what the extension says about it. */
const SETTINGS = {
  'chat.disableAIFeatures': true,
  'editor.hover.above': false,
  'editor.minimap.enabled': false,
  // The French apostrophe is not an attack.
  'editor.unicodeHighlight.ambiguousCharacters': false,
  'files.autoSave': 'off',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

/**
 * Starts a server on a free port, with an extension installed from its package.
 * @param underTest lets a page choose the extension and the tests to run; notifications then stay
 *   out of sight.
 */
export async function startServer(vsix: string, underTest = false): Promise<VscodeServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'attendu-vscode-'));
  const user = join(dataDir, 'data', 'User');
  mkdirSync(user, { recursive: true });
  writeFileSync(join(user, 'settings.json'), JSON.stringify(SETTINGS));
  const program = [installVscode(), '--server-data-dir', dataDir, '--accept-server-license-terms'];
  execFileSync(process.execPath, [...program, '--install-extension', vsix], { stdio: 'pipe' });
  const options = [
    '--host=127.0.0.1',
    '--port=0',
    '--without-connection-token',
    '--disable-telemetry',
    ...(underTest ? ['--enable-smoke-test-driver'] : []),
  ];
  // A group of its own: the server's extension hosts end with it.
  const server = spawn(process.execPath, [...program, ...options], { detached: true });
  const stop = () => {
    process.off('exit', stop);
    try {
      process.kill(-server.pid!, 'SIGKILL');
    } catch {
      server.kill(); // No process groups here, or none left.
    }
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  process.on('exit', stop);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit());

  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    const read = (text: Buffer) => {
      output += text;
      const port = /listening on (\d+)/.exec(output);
      if (port) resolve(`http://127.0.0.1:${port[1]}`);
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`VS Code stopped (${code}):\n${output}`)));
  });
  return { url, dataDir, stop };
}

/** Copies a folder where it may be edited at will until the server stops; returns the copy's path. */
export function borrow(server: VscodeServer, folder: string): string {
  const copy = join(server.dataDir, 'borrowed', basename(folder));
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** Folder of the extension that {@link startServer} installed from its package. */
export function installedExtension(server: VscodeServer, id: string): string {
  const extensions = join(server.dataDir, 'extensions');
  const name = readdirSync(extensions).find((entry) => entry.startsWith(`${id}-`));
  if (!name) throw new Error(`${id} is not installed in ${extensions}.`);
  return join(extensions, name);
}
