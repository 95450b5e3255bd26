import { expect, test } from "../support/world.ts";

const CASES = 10_000;
const PAGE = 200;

test("ten thousand conversations scroll without jank, and few of them are drawn", async ({ world, watch }) => {
  test.setTimeout(180_000);
  // Rows that are made here are on no server: their pages are not found, and nobody can be present there.
  watch.forgive(/status of 40[04]/);
  await world.company.say("queue-1", "Hello");
  const page = await (await world.as("admin")).newPage();
  const { data } = await world.api.get("/v1/cases?sort=newest&limit=1");
  // The pages come from here, made of one real conversation: what is measured is the console, not the database.
  await page.route(/\/v1\/cases\?/, async (route) => {
    const from = Number(new URL(route.request().url()).searchParams.get("cursor") ?? 0);
    const rows = Array.from({ length: Math.min(PAGE, CASES - from) }, (_, n) => ({
      ...data[0], id: `case_${String(from + n).padStart(26, "0")}`, number: from + n + 1, account: { ...data[0].account, name: `Customer ${from + n + 1}` },
    }));
    await route.fulfill({ json: { data: rows, next_cursor: from + PAGE < CASES ? String(from + PAGE) : null } });
  });
  await page.goto("/inbox");
  await expect(page.locator("[data-case]").first()).toBeVisible();

  const scroller = page.locator(".queue .scroll");
  const at = (gaps: number[], part: number) => gaps[Math.floor(gaps.length * part)]!;
  const frames = (by: number) =>
    scroller.evaluate(async (node, by) => {
      const frame = () => new Promise<number>((done) => requestAnimationFrame(done));
      const gaps: number[] = [];
      let before = await frame();
      for (let step = 0; step < 120; step++) {
        node.scrollTop += by;
        const now = await frame();
        gaps.push(now - before);
        before = now;
      }
      return gaps.sort((a, b) => a - b);
    }, by);
  // How fast a machine draws without a graphics card is its own; that few rows and many take the same time is ours.
  const few = await frames(60);

  // To the end, page by page, as fast as they come.
  await expect(async () => {
    await scroller.evaluate((node) => (node.scrollTop = node.scrollHeight));
    await expect(page.getByRole("region", { name: "Queue" }).getByText(/^10,?000$/)).toBeVisible({ timeout: 50 });
  }).toPass({ timeout: 150_000, intervals: [20] });
  // The end moves away once more as the last page comes in.
  const lastRow = page.locator(`[data-case="case_${String(CASES - 1).padStart(26, "0")}"]`);
  await expect(async () => {
    await scroller.evaluate((node) => (node.scrollTop = node.scrollHeight));
    await expect(lastRow).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
  expect(await page.locator("[data-case]").count(), "rows drawn").toBeLessThan(60);

  const many = await frames(-60);
  const ratio = at(many, 0.5) / at(few, 0.5);
  console.log(`  a frame while scrolling: median ${at(few, 0.5).toFixed(1)} ms among 200 conversations, ${at(many, 0.5).toFixed(1)} ms among 10,000 (ratio ${ratio.toFixed(2)}); p95 ${at(few, 0.95).toFixed(1)} and ${at(many, 0.95).toFixed(1)} ms`);
  expect(ratio, "10,000 conversations against 200").toBeLessThan(2);

  // Keys walk on from where somebody is, and bring the row on screen.
  await scroller.evaluate((node) => (node.scrollTop = 0));
  await page.keyboard.press("j");
  await expect(page).toHaveURL(/case_0+0\b/);
  for (let n = 0; n < 15; n++) await page.keyboard.press("j");
  await expect(page.locator('[data-case][aria-current="true"]')).toBeInViewport();
});

test("several conversations are assigned at once, and put back by one press", async ({ world }) => {
  for (const name of ["bulk-1", "bulk-2"]) await world.company.say(name, "Hello");
  const mine = async () => (await world.api.get("/v1/cases?status=open&limit=200")).data.filter((one: any) => one.assignee?.name === "Mia Agent").length;
  const before = await mine();
  const page = await (await world.as("agent")).newPage();
  await page.goto("/inbox?assignee=none");
  await page.getByRole("button", { name: "Select conversations" }).click();
  const rows = page.getByRole("checkbox", { name: /^Select the conversation with/ });
  await rows.nth(0).check();
  await rows.nth(1).check();
  await expect(page.getByText("2 selected")).toBeVisible();
  await page.getByRole("button", { name: "Assign to", exact: true }).click();
  await page.getByRole("menuitem", { name: "Assign to me" }).click();
  await expect(page.getByText("2 conversations changed.")).toBeVisible();
  await expect.poll(mine).toBe(before + 2);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(page.getByText("Put back as it was.")).toBeVisible();
  await expect.poll(mine).toBe(before);
});

test("a saved view is there on another device, and a removed one comes back", async ({ world }) => {
  const page = await (await world.as("agent")).newPage();
  await page.goto("/inbox?assignee=none&level=al0");
  await page.getByRole("button", { name: /^Views/ }).click();
  await page.getByRole("menuitem", { name: "Save this view" }).click();
  await page.getByLabel("Name of the view").fill("Unknown and free");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("button", { name: "Views: Unknown and free" })).toBeVisible();
  const other = await (await world.as("agent")).newPage();
  await other.goto("/inbox");
  await other.getByRole("button", { name: /^Views/ }).click();
  await other.getByText("Unknown and free").click();
  await expect(other).toHaveURL(/assignee=none&level=al0|level=al0&assignee=none/);
  await other.getByRole("button", { name: "Views: Unknown and free" }).click();
  await other.getByRole("menuitem", { name: "Remove this view" }).click();
  await other.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(other.getByRole("button", { name: "Views: Unknown and free" })).toBeVisible();
});
