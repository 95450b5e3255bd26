/** Listens to every page of a test: script errors, console errors and policy violations fail it. */
import { type Browser, type BrowserContext, type ConsoleMessage, expect, type Page } from "@playwright/test";

export class Watch {
  readonly complaints: string[] = [];
  readonly #forgiven: RegExp[] = [];
  readonly #browser: Browser;
  readonly #original: Browser["newContext"];

  constructor(browser: Browser) {
    this.#browser = browser;
    this.#original = browser.newContext.bind(browser);
    browser.newContext = async (options) => {
      const context = await this.#original(options);
      this.#follow(context);
      return context;
    };
  }

  /** What this test provokes. */
  forgive(...patterns: RegExp[]): void {
    this.#forgiven.push(...patterns);
  }

  stop(): void {
    this.#browser.newContext = this.#original;
  }

  verify(): void {
    expect(this.complaints.filter((line) => !this.#forgiven.some((pattern) => pattern.test(line)))).toEqual([]);
  }

  #follow(context: BrowserContext): void {
    const page = (page: Page) => {
      page.on("pageerror", (error) => this.complaints.push(`${page.url()} ${error.message}`));
      page.on("console", (message: ConsoleMessage) => {
        if (message.type() === "error") this.complaints.push(`${page.url()} ${message.text()} ${message.location().url}`);
      });
    };
    context.on("page", page);
    // The console says it too, but not for every frame.
    void context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
    });
  }
}
