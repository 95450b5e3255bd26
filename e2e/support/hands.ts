/** A person without a mouse. */
import { expect, type Locator, type Page } from "@playwright/test";
import { PASSWORD, type World } from "./world.ts";

/** As far as anybody would go with Tab. */
const STEPS = 80;

export class Hands {
  readonly longest = { steps: 0, to: "" };

  constructor(readonly page: Page) {}

  press = (...names: string[]) => names.reduce((before, name) => before.then(() => this.page.keyboard.press(name)), Promise.resolve());
  type = (text: string) => this.page.keyboard.type(text);

  /** With Tab alone, and where one gets to can be seen. */
  async to(target: Locator, back = false): Promise<void> {
    await target.first().waitFor();
    for (let steps = 0; steps <= STEPS; steps++) {
      // A list that is read anew may take an element away and bring it back.
      const isThere = await target.first().evaluate((node) => node === document.activeElement, undefined, { timeout: 3000 });
      if (isThere) {
        if (steps > this.longest.steps) Object.assign(this.longest, { steps, to: String(target) });
        const seen = await target.first().evaluate((node) => {
          const style = getComputedStyle(node);
          const label = node.closest("label");
          const around = [style, ...(label ? [getComputedStyle(label)] : [])];
          return around.some((one) => (one.outlineStyle !== "none" && parseFloat(one.outlineWidth) > 0) || one.boxShadow !== "none");
        });
        expect(seen, `focus can be seen on ${target}`).toBe(true);
        return;
      }
      await this.press(back ? "Shift+Tab" : "Tab");
    }
    throw new Error(`${target} is not reached with ${STEPS} presses of Tab.`);
  }

  async push(target: Locator): Promise<void> {
    await this.to(target);
    await this.press("Enter");
  }

  /** Opens a menu and walks to an entry with the arrows. */
  async choose(menu: Locator, entry: RegExp | string): Promise<void> {
    await this.push(menu);
    const wanted = this.page.getByRole("menuitem", { name: entry }).or(this.page.getByRole("menuitemradio", { name: entry }));
    await wanted.first().waitFor();
    for (let n = 0; n < 40; n++) {
      if (await wanted.first().evaluate((node) => node === document.activeElement)) return this.press("Enter");
      await this.press("ArrowDown");
    }
    throw new Error(`${entry} is not reached with the arrows.`);
  }

  async write(field: Locator, text: string): Promise<void> {
    await this.to(field);
    await this.press("Control+a");
    await this.type(text);
  }

  async logIn(world: World, email: string): Promise<void> {
    await this.page.goto(`${world.server.url}/log-in`);
    await this.write(this.page.getByLabel("E-mail"), email);
    await this.write(this.page.getByLabel("Password"), PASSWORD);
    await this.press("Enter");
    await this.page.waitForURL(/\/inbox/);
    // The address is there before the page that hears the keys.
    await this.page.getByRole("navigation", { name: "Main" }).waitFor();
  }
}

/** No mouse: a press of one would be a defect of the test. */
export async function withoutMouse(page: Page): Promise<void> {
  await page.addInitScript(() => addEventListener("mousedown", () => console.error("somebody pressed a mouse button"), true));
}
