import { expect, test } from "../support/world.ts";

test("an agent works by keyboard alone: j, k, reply, ask for a code, assign", async ({ world }) => {
  const first = await world.company.say("kim", "Keyboard one");
  await world.company.say("lee", "Keyboard two");
  const page = await (await world.as("agent")).newPage();
  await page.goto("/inbox?sort=newest");
  await expect(page.getByRole("link", { name: /Keyboard two/ })).toBeVisible();
  const key = (name: string) => page.keyboard.press(name);

  await key("j");
  await expect(page.getByRole("log")).toContainText("Keyboard two");
  await key("j");
  await expect(page.getByRole("log")).toContainText("Keyboard one");
  await key("k");
  await expect(page.getByRole("log")).toContainText("Keyboard two");
  await key("j");
  await expect(page).toHaveURL(new RegExp(first.case.id));
  await expect(page.getByRole("log")).toContainText("Keyboard one");

  await key("r");
  await expect(page.getByRole("textbox", { name: /^Reply to/ })).toBeFocused();
  await page.keyboard.type("Typed j and k by hand");
  await key("Control+Enter");
  await expect(page.getByRole("article").filter({ hasText: "Typed j and k by hand" })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(first.case.id));
  await key("Escape");

  await key("a");
  await expect(page.getByRole("button", { name: "Assign to: Mia Agent" })).toBeVisible();

  // To “Ask for code” with Tab alone, in a bounded number of steps.
  const ask = page.getByRole("button", { name: "Ask for code" });
  let steps = 0;
  while (!(await ask.evaluate((node) => node === document.activeElement)) && steps < 40) {
    await key("Tab");
    steps += 1;
  }
  expect(steps).toBeLessThan(40);
  console.log(`  ${steps} Tab presses from the composer to “Ask for code”`);
  await key("Enter");
  await expect(page.getByText(/^Asked /).first()).toBeVisible();
  await expect(page.getByRole("log")).toContainText(/code/i);

  await key("n");
  await expect(page.getByRole("textbox", { name: "Note" })).toBeFocused();
  await page.keyboard.type("For the team only");
  await key("Control+Enter");
  await expect(page.getByText("Your note")).toBeVisible();
  await key("Escape");
  await key("Escape");
  await key("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await key("Escape");
  await key("g");
  await key("c");
  await page.waitForURL(/\/customers/);
});
