/** From page to page as a person goes: by links within the console, and on as soon as the page stands still. */
import type { Page, Request } from "@playwright/test";

const QUIET_MS = 80;
const LIMIT_MS = 5000;

export class Walk {
  readonly #pending = new Set<Request>();

  constructor(readonly page: Page) {
    // The stream of news never ends.
    page.on("request", (request) => request.resourceType() !== "eventsource" && this.#pending.add(request));
    page.on("requestfinished", (request) => this.#pending.delete(request));
    page.on("requestfailed", (request) => this.#pending.delete(request));
  }

  /** Inside the running console where somebody is logged in, otherwise as a document. */
  async to(url: string): Promise<void> {
    const inside = await this.page.evaluate((wanted) => {
      if (!document.querySelector(".app-root nav") || new URL(wanted).origin !== location.origin) return false;
      const link = document.createElement("a");
      link.href = wanted;
      document.documentElement.append(link);
      link.click();
      link.remove();
      return true;
    }, url);
    if (inside) await this.page.waitForURL(url);
    else await this.page.goto(url);
    await this.settled();
  }

  /** No request is open, there is a heading, nothing moves, and the document has not changed for a moment. */
  async settled(): Promise<void> {
    const end = Date.now() + LIMIT_MS;
    do {
      await this.page.evaluate(
        (quiet) =>
          new Promise<void>((done) => {
            const finish = () => {
              observer.disconnect();
              clearTimeout(limit);
              done();
            };
            const limit = setTimeout(finish, 1500);
            let still = setTimeout(finish, quiet);
            const observer = new MutationObserver(() => {
              clearTimeout(still);
              still = setTimeout(finish, quiet);
            });
            observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
          }),
        QUIET_MS,
      );
      await this.still();
    } while (Date.now() < end && (this.#pending.size > 0 || !(await this.page.locator("h1").count())));
  }

  /** What was asked for is drawn, and no transition is on its way. */
  async still(): Promise<void> {
    for (const frame of this.page.frames()) {
      const drawn = frame.evaluate(async () => {
        const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        const endless = (animation: Animation) => animation.effect?.getComputedTiming().endTime === Infinity;
        await frames();
        await Promise.allSettled(document.getAnimations().filter((one) => one.playState === "running" && !endless(one)).map((one) => one.finished));
        await frames();
      });
      // A frame may go away meanwhile.
      await drawn.catch(() => undefined);
    }
  }
}
