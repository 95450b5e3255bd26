import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { choose, direction, fill, override, SHIPPED } from "../src/shared/i18n";

const read = (product: string, language: string) => JSON.parse(readFileSync(`src/${product}/phrases/${language}.json`, "utf8")) as Record<string, string>;
const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

describe.each(["widget", "webchat"])("%s", (product) => {
  const english = read(product, "en");

  it("is in every language and no other", () => {
    expect(readdirSync(`src/${product}/phrases`).sort()).toEqual(SHIPPED.map((language) => `${language}.json`).sort());
  });

  it.each(SHIPPED.filter((language) => language !== "en"))("%s is complete", (language) => {
    const phrases = read(product, language);
    expect(Object.keys(phrases).sort()).toEqual(Object.keys(english).sort());
    for (const [key, text] of Object.entries(phrases)) {
      expect(text.trim(), key).not.toBe("");
      expect(places(text), key).toEqual(places(english[key]!));
      expect(text, key).not.toMatch(/[<>]/);
    }
  });

  it("has no phrase that nothing uses", () => {
    const files = readdirSync(`src/${product}`).filter((file) => file.endsWith(".ts"));
    const source = files.map((file) => readFileSync(`src/${product}/${file}`, "utf8")).join("\n");
    for (const key of Object.keys(english)) expect(source, key).toMatch(new RegExp(`\\b${key}\\b`));
  });
});

describe("choosing", () => {
  it("meets the first wish it can", () => {
    expect(choose(["fr-CA", "de"], ["en", "de", "fr"], "en")).toBe("fr");
    expect(choose(["xx", "PL"], ["en", "pl"], "en")).toBe("pl");
    expect(choose(["pt"], ["en", "pt-BR"], "en")).toBe("pt-BR");
    expect(choose(["xx", ""], ["en"], "sv")).toBe("sv");
  });

  it("knows which way to write", () => {
    expect([direction("ar"), direction("ar-EG"), direction("he"), direction("en"), direction("arn")]).toEqual(["rtl", "rtl", "rtl", "ltr", "ltr"]);
  });
});

describe("filling and overriding", () => {
  it("isolates what it fills in and leaves the unknown", () => {
    expect(fill("to {name} {x}", { name: "{x}" })).toBe("to \u2068{x}\u2069 {x}");
  });

  it("takes the company's words for keys we know", () => {
    const ours = { a: "A", b: "B" };
    expect(override(ours, { de: { a: "X", c: "no", b: 5 } }, "de")).toEqual({ a: "X", b: "B" });
    expect(override(ours, { a: "X", b: "  " }, "de")).toEqual({ a: "X", b: "B" });
    for (const bad of [null, undefined, 5, "a", { de: null }]) expect(override(ours, bad, "de")).toEqual(ours);
  });
});
