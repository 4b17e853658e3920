import * as vscode from 'vscode';
import type { Service, Status } from './service.ts';

interface Look {
  detail: string;
  severity: vscode.LanguageStatusSeverity;
  command: vscode.Command;
}

const showLog: vscode.Command = { command: 'attendu.showOutput', title: 'Afficher le journal' };

const LOOKS: Record<Status, Look> = {
  starting: {
    detail: 'démarrage…',
    severity: vscode.LanguageStatusSeverity.Information,
    command: showLog,
  },
  running: {
    detail: 'en marche',
    severity: vscode.LanguageStatusSeverity.Information,
    command: showLog,
  },
  stopped: {
    detail: 'arrêté après plusieurs échecs',
    severity: vscode.LanguageStatusSeverity.Error,
    command: { command: 'attendu.restart', title: 'Redémarrer' },
  },
  off: {
    detail: 'désactivé par vos réglages',
    severity: vscode.LanguageStatusSeverity.Warning,
    command: {
      command: 'workbench.action.openSettings',
      title: 'Ouvrir le réglage',
      arguments: ['attendu.enable'],
    },
  },
};

/** Shows the server's state in the language status of Python documents, until disposed. */
export function showStatus(service: Service): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('attendu.status', { language: 'python' });
  item.name = 'Attendu';
  item.text = 'Attendu';
  const show = (status: Status) => {
    Object.assign(item, LOOKS[status]);
    item.busy = status === 'starting';
  };
  show(service.status);
  return vscode.Disposable.from(item, service.onDidChangeStatus(show));
}
