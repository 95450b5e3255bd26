import { Analytics } from "@segment/analytics-node";
import { PostHog } from "posthog-node";
import { expect, test } from "../support/world.ts";

/** Clients of others, unmodified from npm: only the host and the key are ours. */
test("Segment's and PostHog's clients deliver here with only their host changed", async ({ world }) => {
  const site = await world.api.post("/v1/sites", { name: "Clients", config: { origins: [world.company.origin] } });

  const segment = new Analytics({ writeKey: site.write_key, host: world.server.url });
  const failures: unknown[] = [];
  segment.on("error", (error) => failures.push(error));
  segment.identify({ userId: "ann-17", traits: { email: "ann@example.org", name: "Ann" } });
  segment.page({ userId: "ann-17", name: "Pricing", properties: { url: "https://shop.example/pricing?secret=1", title: "Pricing" } });
  segment.track({ userId: "ann-17", event: "Signed up", properties: { plan: "pro" } });
  segment.track({ userId: "undefined", event: "Nobody's" });
  await segment.closeAndFlush();

  const posthog = new PostHog(site.write_key, { host: world.server.url, flushAt: 1 });
  posthog.identify({ distinctId: "ben-4", properties: { email: "ben@example.org" } });
  posthog.capture({ distinctId: "ben-4", event: "$pageview", properties: { $current_url: "https://shop.example/cart?secret=1", title: "Cart" } });
  posthog.capture({ distinctId: "ben-4", event: "Paid", properties: { amount: 3 } });
  await posthog.shutdown();
  expect(failures).toEqual([]);

  const visits = (await world.api.get(`/v1/visits?site=${site.id}`)).data as any[];
  const told = visits.map((visit) => [visit.identity?.value, visit.state, visit.assurance, visit.current_page?.url, visit.pages_count, visit.events_count]);
  // A name that a client gives proves nothing: AL1. What follows a question mark stays outside.
  expect(told.sort()).toEqual([
    ["ann-17", "recognised", "al1", "https://shop.example/pricing", 1, 3],
    ["ben-4", "recognised", "al1", "https://shop.example/cart", 1, 3],
  ]);
  const profile = visits.find((visit) => visit.identity.value === "ann-17").identity.profile.id;
  expect((await world.api.get(`/v1/profiles/${profile}/visits`)).data).toHaveLength(1);
  const lines = (await world.api.get(`/v1/sites/${site.id}/inspector`)).data as any[];
  expect(lines.filter(({ outcome }) => outcome === "refused").map(({ name, reason }) => [name, reason])).toEqual([["Nobody's", expect.stringMatching(/^bad_id/)]]);
});
