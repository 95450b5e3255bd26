import { describe, expect, it } from "vitest";
import jsqr from "jsqr";
import { Countdown, lifetime, minutes } from "../src/widget/countdown";
import { contrast, onAccent, parse } from "../src/shared/theme";
import { matrix } from "../src/widget/qr";

describe("countdown", () => {
  const set = (seconds: number) => {
    const clock = { at: 1000, day: 1e12, now: () => clock.at, wall: () => clock.day };
    return { clock, countdown: new Countdown(seconds, clock) };
  };

  it("counts time that passed, not what the page's clock says", () => {
    const { clock, countdown } = set(300);
    expect(countdown.left).toBe(300);
    clock.at += 240_001;
    clock.day += 240_001;
    expect(countdown.left).toBe(60);
    clock.at += 60_000;
    expect(countdown.left).toBe(0);
    clock.at += 9e9;
    expect(countdown.left).toBe(0);
  });

  it("is not fooled by sleep or by a clock set back", () => {
    const { clock, countdown } = set(300);
    clock.day += 200_000;
    expect(countdown.left).toBe(100);
    clock.day -= 1e10;
    clock.at += 250_000;
    expect(countdown.left).toBe(50);
  });

  it("writes minutes", () => {
    expect([minutes(300), minutes(65), minutes(9), minutes(0)]).toEqual(["5:00", "1:05", "0:09", "0:00"]);
  });

  it("takes the life from what the server gave", () => {
    expect(lifetime({ lifetime_secs: 120 })).toBe(120);
    expect(lifetime({ issued_at: "2026-11-21T10:00:00Z", expires_at: "2026-11-21T10:10:00Z" })).toBe(600);
    expect(lifetime({})).toBe(300);
  });
});

describe("QR code", () => {
  it.each([
    "https://t.me/acmebank_bot?start=WDJB-MJHT-KLPX",
    "a",
    "https://wa.me/49301234567?text=" + encodeURIComponent("Мій код: WDJB-MJHT-KLPX"),
    "https://messenger.example/c/" + "x".repeat(40),
    "https://messenger.example/c/" + "y".repeat(80),
    "https://messenger.example/c/" + "z".repeat(120),
    "https://messenger.example/c/" + "w".repeat(180),
    "https://пример.example/привіт",
  ])("can be read: %s", (text) => {
    const grid = matrix(text)!;
    const scale = 4;
    const size = (grid.length + 8) * scale;
    const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
    grid.forEach((row, y) =>
      row.forEach((dark, x) => {
        if (!dark) return;
        for (let dy = 0; dy < scale; dy++) for (let dx = 0; dx < scale; dx++) pixels.fill(0, (((y + 4) * scale + dy) * size + (x + 4) * scale + dx) * 4, (((y + 4) * scale + dy) * size + (x + 4) * scale + dx) * 4 + 3);
      }),
    );
    expect(jsqr(pixels, size, size)?.data).toBe(text);
  });

  it("refuses what does not fit", () => {
    expect(matrix("x".repeat(214))).toBeUndefined();
  });
});

describe("theme", () => {
  it("reads hex colours and nothing else", () => {
    expect(parse("#1b5e4b")).toEqual([27, 94, 75]);
    expect(parse("#fff")).toEqual([255, 255, 255]);
    for (const bad of ["red", "url(x)", "#12", "#1234567", "", null, 5, "#fff;background:url(x)"]) expect(parse(bad)).toBeUndefined();
  });

  it("puts readable text on every accent", () => {
    for (let r = 0; r < 256; r += 15) {
      for (let g = 0; g < 256; g += 15) {
        for (let b = 0; b < 256; b += 51) expect(contrast([r, g, b], parse(onAccent([r, g, b]))!)).toBeGreaterThanOrEqual(4.25);
      }
    }
  });
});
