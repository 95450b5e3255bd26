import { describe, expect, it } from "vitest";
import { linked, linkify } from "../src/shared/linkify";
import { safeUrl } from "../src/shared/dom";

const links = (text: string) => linkify(text).flatMap((piece) => (typeof piece === "string" ? [] : [piece.text]));
const whole = (text: string) =>
  linkify(text)
    .map((piece) => (typeof piece === "string" ? piece : piece.text))
    .join("");

describe("linkify", () => {
  it.each([
    ["see https://a.example/x.", ["https://a.example/x"]],
    ["(https://a.example/x)", ["https://a.example/x"]],
    ["https://a.example/wiki/A_(b) and http://b.example!", ["https://a.example/wiki/A_(b)", "http://b.example"]],
    ["«https://a.example/ü?q=1&r=2#z»", ["https://a.example/ü?q=1&r=2#z"]],
    ["https://a.example/<b>", ["https://a.example/"]],
    ['https://a.example/"onclick="x', ["https://a.example/"]],
  ])("%s", (text, expected) => {
    expect(links(text)).toEqual(expected);
    expect(whole(text)).toBe(text);
  });

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt://x.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "https://",
    "https:///x",
    "https://bank.example@evil.example/",
    "https://user:pass@evil.example/",
    "ftp://a.example",
    "www.a.example",
    "blob:https://a.example/x",
    "<a href=https>",
  ])("leaves %s alone", (text) => {
    expect(links(text)).toEqual([]);
    expect(whole(text)).toBe(text);
  });

  it("ends a link where marks would reorder or hide part of it", () => {
    expect(links("https://a.example/\u202egpj.exe")).toEqual(["https://a.example/"]);
    expect(links("https://a.example/\u200bx")).toEqual(["https://a.example/"]);
  });

  it("makes elements, never markup", () => {
    const box = document.createElement("div");
    box.append(...linked('<img src=x onerror=alert(1)> https://a.example/?"><script>alert(1)</script>'));
    expect(box.querySelectorAll("img, script")).toHaveLength(0);
    expect(box.querySelector("a")!.rel).toBe("noopener noreferrer nofollow");
    expect(box.querySelector("a")!.target).toBe("_blank");
  });

  it("takes long texts in linear time", () => {
    const began = performance.now();
    linkify("https://".repeat(5000));
    linkify(`https://a.example/${"(".repeat(4000)}`);
    linkify(`https://a.example/${")".repeat(4000)}`);
    expect(performance.now() - began).toBeLessThan(1500);
  });
});

describe("safeUrl", () => {
  it("lets http and https pass and nothing else", () => {
    expect(safeUrl("https://t.me/bot?start=WDJB")).toBe("https://t.me/bot?start=WDJB");
    for (const bad of ["javascript:alert(1)", " javascript:alert(1)", "//evil.example", "/x", "tg://x", null, undefined, 5, {}, "https://a@b.example", "java\nscript:x"]) {
      expect(safeUrl(bad)).toBeUndefined();
    }
  });
});
