/** Whether something that somebody wrote became more than text, wherever it is shown. */
import type { BrowserContext, Page } from "@playwright/test";
import { type Payload, PAYLOADS } from "./payloads.ts";

const AT_ONCE = 12;

/** Tells when a payload ran, in whatever frame of whatever page, and what it left in the document. */
export class Detector {
  readonly ran = new Set<number>();
  readonly dialogs: string[] = [];

  /** From the first line of every document on: every node and attribute that ever comes, however short it stays. */
  static async on(context: BrowserContext): Promise<Detector> {
    const detector = new Detector();
    await context.addInitScript(() => {
      Object.defineProperty(window, "__owned", { configurable: false, get: () => undefined, set: (id) => console.log(`owned ${id}`) });
      const shown = new Set<number>();
      const wrong = new Set<string>();
      Object.defineProperty(window, "detected", { value: { shown, wrong } });
      // The page's own names may be shadowed by a payload's.
      const { getAttributeNames, getAttribute, querySelectorAll } = Element.prototype;
      const read = (text: string | null) => {
        for (const [, id] of (text ?? "").matchAll(/__owned=(\d+)/g)) shown.add(Number(id));
      };
      const attribute = (node: Element, name: string) => {
        const value = getAttribute.call(node, name) ?? "";
        if (/^on/i.test(name)) wrong.add(`<${node.localName} ${name}>`);
        if (name === "srcdoc") wrong.add(`<${node.localName} srcdoc>`);
        // As a browser reads a scheme: without control characters and spaces.
        if (/^(href|src|action|formaction|data|xlink:href)$/i.test(name) && /^(javascript|vbscript|view-source|feed|data:(?!,$|image\/(png|svg\+xml;base64))):?/i.test(value.replace(/[\x00-\x20]/g, ""))) wrong.add(`<${node.localName} ${name}="${value.slice(0, 80)}">`);
        if (/^(title|aria-label|placeholder|alt|value)$/.test(name)) read(value);
      };
      const element = (node: Element) => {
        if (/^(marquee|object|embed|base|applet|math|frameset|xmp|plaintext|listing|mglyph|foreignobject|animate|set|x|audio|video)$/i.test(node.localName)) wrong.add(`<${node.localName}>`);
        if (/^(script|style)$/.test(node.localName) && /__owned/.test(node.textContent ?? "")) wrong.add(`<${node.localName}> with a payload`);
        for (const name of getAttributeNames.call(node)) attribute(node, name);
      };
      const tree = (node: Node) => {
        if (node instanceof Element) {
          element(node);
          for (const one of querySelectorAll.call(node, "*")) element(one);
        }
        read(node.textContent);
      };
      const watch = (root: Node) =>
        new MutationObserver((records) => {
          for (const record of records) {
            if (record.type === "attributes") attribute(record.target as Element, record.attributeName!);
            else if (record.type === "characterData") read(record.target.textContent);
            else record.addedNodes.forEach(tree);
          }
        }).observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
      watch(document);
      const attach = Element.prototype.attachShadow;
      Element.prototype.attachShadow = function (init) {
        const root = attach.call(this, init);
        watch(root);
        return root;
      };
    });
    context.on("console", (message) => {
      const id = /^owned (\d+)$/.exec(message.text())?.[1];
      if (id) detector.ran.add(Number(id));
    });
    context.on("dialog", (dialog) => (detector.dialogs.push(dialog.message()), void dialog.dismiss().catch(() => undefined)));
    return detector;
  }

  readonly found: string[] = [];

  /** Which payloads were shown since the last look, in all frames; what a payload made is noted. */
  async look(page: Page, place: string): Promise<number[]> {
    const all: number[] = [];
    for (const frame of page.frames()) {
      const seen = await frame.evaluate(() => {
        const { shown, wrong } = (window as any).detected as { shown: Set<number>; wrong: Set<string> };
        for (const field of document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")) for (const [, id] of field.value.matchAll(/__owned=(\d+)/g)) shown.add(Number(id));
        const answer = { shown: [...shown], wrong: [...wrong] };
        shown.clear();
        wrong.clear();
        return answer;
      }).catch(() => ({ shown: [], wrong: [] }));
      this.found.push(...seen.wrong.map((what) => `${place}: ${what} in ${frame.url()}`));
      all.push(...seen.shown);
    }
    return all;
  }
}

/** A few at a time, in their order. */
export async function each<T>(list: readonly T[], work: (one: T, at: number) => Promise<unknown>): Promise<void> {
  const left = [...list.entries()];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let next = left.shift(); next; next = left.shift()) await work(next[1], next[0]);
  }));
}

/** What the API takes as text: no NUL, no lone surrogate, and no longer than the field. */
export const cut = (payload: Payload, length = 20_000) => payload.text.replaceAll("\u0000", "").slice(0, length);
/** Those in which the number can be read. */
export const legible = () => PAYLOADS.filter((payload) => payload.text.includes(`__owned=${payload.id}`));
