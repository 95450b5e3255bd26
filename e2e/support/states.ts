/** The states in which a page is looked at: a language, an empty workspace, a server that fails. */
import type { BrowserContext, Page } from "@playwright/test";
import { freePort, Server, setUp, temporary } from "./server.ts";
import { logIn, PASSWORD } from "./world.ts";

const EMAIL = "ada@empty.example";

/** A workspace with one administrator and nothing else. */
export class Empty {
  #state: Awaited<ReturnType<BrowserContext["storageState"]>> | undefined;

  private constructor(readonly server: Server) {}

  static async make(): Promise<Empty> {
    const dir = temporary();
    setUp(dir, EMAIL, PASSWORD);
    return new Empty(await new Server(dir, await freePort()).start());
  }

  async admin(browser: import("@playwright/test").Browser, options: Parameters<import("@playwright/test").Browser["newContext"]>[0]): Promise<BrowserContext> {
    if (!this.#state) {
      const context = await browser.newContext();
      await logIn(await context.newPage(), this.server.url, EMAIL);
      this.#state = await context.storageState();
      await context.close();
    }
    return browser.newContext({ baseURL: this.server.url, storageState: this.#state, ...options });
  }

  stop = () => this.server.remove();
}

/** The language of whoever is logged in, saved as they would save it. */
export async function speak(page: Page, url: string, language: string): Promise<void> {
  await page.goto(`${url}/me`);
  const status = await page.evaluate(async (wanted) => {
    const me = await (await fetch("/v1/me")).json();
    const headers = { "content-type": "application/json", "x-csrf-token": me.csrf_token };
    return (await fetch("/v1/me", { method: "PATCH", headers, body: JSON.stringify({ language: wanted }) })).status;
  }, language);
  if (status !== 200) throw new Error(`The language could not be saved: ${status}`);
  await page.evaluate((wanted) => localStorage.setItem("countersign.language", wanted), language);
}

/** From now on the server fails, but for saying who is logged in. */
export async function fail(page: Page): Promise<void> {
  await page.route(/\/v1\/(?!me$|live)/, (route) =>
    route.fulfill({
      status: 500,
      contentType: "application/problem+json",
      json: {
        type: "urn:countersign:problem:internal", title: "Something went wrong", status: 500, code: "internal",
        detail: "The server could not do this.", hint: "Try again; if it happens again, send the request id to whoever runs the server.",
        request_id: "req_0123456789abcdef01234567", errors: [],
      },
    }),
  );
}
