/**
 * A user's visit to the editor, checked at each step: the finding is underlined, explained,
 * repaired; the server may die. It is a test, and it takes the pictures of the documentation.
 */

import { readdirSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { User } from './user.ts';

/** Where the visit goes: a file, and a line that holds one finding that has a safe fix. */
export interface Sight {
  file: string;
  /** Text of the faulty line, and what becomes of it. */
  before: string;
  after: string;
  code: string;
  fix: string;
}

/** Where the faulty line is brought, in pixels: what comes before and what pops up after both show. */
const LINE_HEIGHT = 300;

/** A step of the visit; it throws when the editor does not do as it should. */
export interface Step {
  name: string;
  run(): Promise<void>;
}

/** Saves what the page shows under a name. */
export type Shoot = (name: string) => Promise<void>;

/**
 * The steps of a visit, to be run in order in a page where the workbench is loading.
 * @param shoot is called where there is something worth a picture.
 */
export function visit(page: Page, sight: Sight, shoot: Shoot = async () => {}): Step[] {
  const user = new User(page);
  return [
    {
      name: `opening ${sight.file} underlines the faulty line`,
      async run() {
        await user.open(sight.file);
        await user.seeUnderlined(sight.before);
        await user.scroll(sight.before, LINE_HEIGHT);
      },
    },
    {
      name: 'hovering it explains it in French, with the rule’s code',
      async run() {
        const popup = await user.hover(await user.seeUnderlined(sight.before));
        await user.eventually(async () => {
          expect((await popup.textContent()) ?? '', [sight.code, 'attendu', /[éèàê]/]);
        });
        await shoot('survol');
        await user.rest();
      },
    },
    {
      name: 'the link of the hover opens the rule’s page',
      async run() {
        const popup = await user.hover(await user.seeUnderlined(sight.before));
        await popup.getByText('Page de la règle').first().click();
        await user.eventually(async () => {
          const texts = page.frames().map((frame) => frame.locator('body').innerText());
          expect((await Promise.all(texts)).join('\n'), ['Pourquoi c’est un piège']);
        });
        // The page is painted a little after it is loaded.
        await page.waitForTimeout(1000);
        await shoot('page');
        await page.keyboard.press('Control+W');
        await user.seeUnderlined(sight.before);
      },
    },
    {
      name: 'the Problems panel lists it',
      async run() {
        const lines = await user.toggleProblems();
        await user.eventually(async () => {
          expect((await lines.allTextContents()).join('\n'), [sight.file, sight.code, 'attendu']);
        });
        await shoot('problemes');
        await user.toggleProblems();
        await lines.first().waitFor({ state: 'hidden' });
      },
    },
    {
      name: 'Ctrl+. offers the fix, which repairs the line',
      async run() {
        const fixes = await user.quickFixes(await user.seeUnderlined(sight.before));
        const fix = fixes.filter({ hasText: sight.fix }).first();
        await fix.waitFor();
        await shoot('correction');
        await fix.click();
        await user.line(sight.after).waitFor();
        await user.seeClean(sight.after);
        await shoot('apres');
      },
    },
  ];
}

/**
 * What follows a visit when the server's processes can be found, on Linux: it is killed.
 * @param extension folder that the server runs from.
 */
export function killings(page: Page, sight: Sight, extension: string): Step[] {
  const user = new User(page);
  return [
    {
      name: 'a server that dies comes back by itself',
      async run() {
        await page.keyboard.press('Control+Z');
        await user.seeUnderlined(sight.before);
        const [first] = serverProcesses(extension);
        if (!first) throw new Error('no server is running');
        process.kill(first, 'SIGKILL');
        await user.eventually(async () => {
          const [next] = serverProcesses(extension);
          if (!next || next === first) throw new Error('the server has not come back');
        });
        await user.seeUnderlined(sight.before);
      },
    },
    {
      name: 'one that dies too often says so in French, and restarts when told to',
      async run() {
        const notice = user
          .notifications()
          .filter({ hasText: 'Le serveur d’Attendu s’est arrêté' });
        await user.eventually(async () => {
          for (const pid of serverProcesses(extension)) process.kill(pid, 'SIGKILL');
          await notice.waitFor({ timeout: 100 });
        });
        await user.seeClean(sight.before);
        await notice.getByText('Redémarrer', { exact: true }).click();
        await user.seeUnderlined(sight.before);
      },
    },
  ];
}

function expect(text: string, parts: (string | RegExp)[]): void {
  for (const part of parts) {
    const found = typeof part === 'string' ? text.includes(part) : part.test(text);
    if (!found) throw new Error(`${part} is not in « ${text} »`);
  }
}

/** Identifiers of the language servers run from a folder. */
function serverProcesses(folder: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!pid) return false;
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return command.includes(`${folder}/dist/server.cjs`);
      } catch {
        return false; // It ended meanwhile.
      }
    });
}
