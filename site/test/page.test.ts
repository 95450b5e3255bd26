import { afterEach, describe, expect, it, vi } from "vitest";
import { identity, profile } from "../src/shared/page";

afterEach(() => vi.unstubAllGlobals());

describe("plain data", () => {
  it("takes the seed's fields", () => {
    expect(
      profile({
        user_email: "anna@example.com",
        user_phone: "+498813705444",
        user_custom_id: "42",
        user_custom_channel: "7",
        user_full_name: "Anna",
        custom_fields: { cf_1: "VIP" },
      }),
    ).toEqual({ email: "anna@example.com", phone: "+498813705444", custom_id: "42", custom_channel: "7", name: "Anna", attributes: { cf_1: "VIP" } });
  });

  it("takes our own fields, leaves out what is empty or unknown, and drops what is not data", () => {
    expect(profile({ email: "", phone: null, custom_id: "42", secret: 1, attributes: { a: 1, f: () => 1 } })).toEqual({ custom_id: "42", attributes: { a: 1 } });
  });

  it("never mixes two sources: they may be about two people", () => {
    expect(profile({ email: "anna@example.com" }, { user_phone: "+49", user_email: "victor@example.com" })).toEqual({ email: "anna@example.com" });
    expect(profile(undefined, {}, { user_phone: "+49" })).toEqual({ phone: "+49" });
    expect(profile({}, undefined)).toBeUndefined();
  });
});

describe("token", () => {
  it("asks a function each time", async () => {
    const token = vi.fn().mockReturnValueOnce("a").mockResolvedValueOnce("b").mockResolvedValueOnce(null);
    expect(await identity([{ token }])).toEqual({ token: "a" });
    expect(await identity([{ token }])).toEqual({ token: "b" });
    expect(await identity([{ token }])).toEqual({ error: "signed-out" });
  });

  it("never falls back to plain data when the token fails", async () => {
    const token = () => Promise.reject(new Error("down"));
    expect(await identity([{ token, email: "anna@example.com" }])).toEqual({ error: "failed" });
    expect(await identity([{ token: () => "", email: "anna@example.com" }])).toEqual({ error: "signed-out" });
  });

  it("fetches from a URL with the page's own cookies only", async () => {
    const fetch = vi.fn().mockResolvedValue(new Response('{"token":"jwt"}'));
    vi.stubGlobal("fetch", fetch);
    expect(await identity([undefined], "/token")).toEqual({ token: "jwt" });
    expect(fetch).toHaveBeenCalledWith("/token", expect.objectContaining({ credentials: "same-origin", cache: "no-store" }));
  });

  it.each([
    [401, "signed-out"],
    [403, "signed-out"],
    [500, "failed"],
  ])("understands status %i", async (status, error) => {
    vi.stubGlobal("fetch", vi.fn().mockResolvedValue(new Response("{}", { status })));
    expect(await identity([{ email: "anna@example.com" }], "/token")).toEqual({ error });
  });
});
