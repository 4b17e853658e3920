/** What a user does in the workbench, with a keyboard and a mouse. */

import type { Locator, Page } from 'playwright-core';

/** A point of the page, in CSS pixels. */
export interface Point {
  x: number;
  y: number;
}

/** What is underlined; hints, shown as dots, excepted. */
const SQUIGGLES = ['error', 'warning', 'info'].map((level) => `.squiggly-${level}`).join(', ');

/** A user in front of an open workbench. */
export class User {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens a file of the workspace in the editor. */
  async open(file: string): Promise<void> {
    await this.page.locator('.monaco-workbench .part.editor').waitFor();
    const picker = this.page.locator('.quick-input-widget');
    // The workbench shows before it listens to the keyboard.
    await this.eventually(async () => {
      await this.page.keyboard.press('Control+P');
      await picker.waitFor({ timeout: 500 });
    });
    await this.page.keyboard.type(file);
    await picker.locator('.monaco-list-row', { hasText: file }).first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator('.tab.active', { hasText: file }).waitFor();
    await this.page.locator('.view-line').first().waitFor();
  }

  /** The line of code that holds `text`, in view. */
  line(text: string): Locator {
    // The editor draws spaces as no-break spaces.
    const pattern = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '[ \u00a0]');
    return this.page.locator('.view-line', { hasText: new RegExp(pattern) }).first();
  }

  /** Scrolls down until the line that holds `text` is at most at `height` pixels, or the text ends. */
  async scroll(text: string, height: number): Promise<void> {
    const line = this.line(text);
    await line.hover();
    let y = Number.POSITIVE_INFINITY;
    for (;;) {
      const now = (await line.boundingBox())?.y;
      if (now === undefined || now <= height || now === y) return;
      y = now;
      await this.page.mouse.wheel(0, 100);
      await this.page.waitForTimeout(200);
    }
  }

  /** Middle of what is underlined first on the line that holds `text`, if anything is. */
  async underlined(text: string): Promise<Point | undefined> {
    return this.line(text).evaluate((line, selector) => {
      const { top, bottom } = line.getBoundingClientRect();
      return [...document.querySelectorAll(selector)]
        .map((squiggle) => squiggle.getBoundingClientRect())
        .map((box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 }))
        .find(({ y }) => top < y && y < bottom);
    }, SQUIGGLES);
  }

  /** Waits until something is underlined on the line that holds `text`; returns its middle. */
  seeUnderlined(text: string): Promise<Point> {
    return this.eventually(async () => {
      const point = await this.underlined(text);
      if (!point) throw new Error(`nothing is underlined on « ${text} »`);
      return point;
    });
  }

  /** Waits until nothing is underlined any more on the line that holds `text`. */
  seeClean(text: string): Promise<void> {
    return this.eventually(async () => {
      if (await this.underlined(text)) throw new Error(`« ${text} » is underlined`);
    });
  }

  /** Rests the mouse on a point of the code and returns what then pops up. */
  async hover({ x, y }: Point): Promise<Locator> {
    const popup = this.page.locator('.monaco-hover:not(.hidden) .monaco-hover-content').first();
    await this.eventually(async () => {
      await this.page.mouse.move(x + 200, y + 200);
      await this.page.mouse.move(x, y, { steps: 4 });
      await popup.waitFor({ timeout: 2_000 });
    });
    return popup;
  }

  /** Moves the mouse away from the code. */
  async rest(): Promise<void> {
    await this.page.mouse.move(10, 10);
    await this.page.locator('.monaco-hover:not(.hidden) .monaco-hover-content').first().waitFor({
      state: 'hidden',
    });
  }

  /** Clicks on a point of the code, asks for quick fixes and returns their list. */
  async quickFixes({ x, y }: Point): Promise<Locator> {
    await this.page.mouse.click(x, y);
    await this.rest();
    await this.page.keyboard.press('Control+.');
    const fixes = this.page.locator('.action-widget .monaco-list-row.action');
    await fixes.first().waitFor();
    return fixes;
  }

  /** Shows or hides the Problems panel; returns its lines, those of files included. */
  async toggleProblems(): Promise<Locator> {
    await this.page.keyboard.press('Control+Shift+M');
    return this.page.locator('.markers-panel .monaco-list-row');
  }

  /** The lines of the Problems panel, as text, once they have not changed for a second. */
  async readProblems(): Promise<string[]> {
    const lines = await this.toggleProblems();
    await lines.first().waitFor();
    let last: string[] = [];
    for (;;) {
      const texts = await lines.allInnerTexts();
      if (texts.join() === last.join()) break;
      last = texts;
      await this.page.waitForTimeout(1_000);
    }
    return last.map((text) => text.replace(/\s+/g, ' ').trim());
  }

  /** The notifications on display. */
  notifications(): Locator {
    return this.page.locator('.notification-toast');
  }

  /** Tries again for 20 seconds at most; throws the last error. */
  async eventually<T>(attempt: () => Promise<T>): Promise<T> {
    const end = Date.now() + 20_000;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (Date.now() > end) throw error;
        await this.page.waitForTimeout(200);
      }
    }
  }
}
