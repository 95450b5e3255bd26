import type { Page } from "@playwright/test";
import { sign } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

const frameOf = (page: Page) => page.frameLocator('iframe[src*="/webchat/frame/"]');

test("web chat: a visitor writes, the agent answers, a reload keeps it, a code pasted there authenticates", async ({ world }) => {
  const visitor = await world.customer();
  const shop = await visitor.newPage();
  await shop.goto("/shop");
  await shop.getByRole("button", { name: "Chat" }).click();
  await expect(frameOf(shop).getByText("Hello! What can we do for you?")).toBeVisible();
  await frameOf(shop).getByRole("textbox", { name: "Message" }).fill("When does my parcel come?");
  await frameOf(shop).getByRole("textbox", { name: "Message" }).press("Enter");

  const agent = await world.as("agent");
  const desk = await agent.newPage();
  await desk.goto("/inbox");
  await desk.getByRole("link", { name: /When does my parcel come\?/ }).click();
  const panel = desk.getByRole("complementary", { name: "Who this is" });
  await expect(panel).toContainText("Anonymous");
  await desk.getByRole("textbox", { name: /^Reply to/ }).fill("Tomorrow before noon.");
  await desk.getByRole("button", { name: "Send", exact: true }).click();
  await expect(frameOf(shop).getByText("Tomorrow before noon.")).toBeVisible();

  await shop.reload();
  await shop.getByRole("button", { name: "Chat" }).click();
  await expect(frameOf(shop).getByText("When does my parcel come?")).toBeVisible();
  await expect(frameOf(shop).getByText("Tomorrow before noon.")).toBeVisible();

  // A code of the bank's widget, as its frame gets it.
  const set = world.company.set!;
  const token = sign(set, { sub: "anna", name: "Anna Standard", email: "anna.standard@mail.example" });
  const issued = (await (
    await fetch(`${world.server.url}/public/widgets/${set.widget}/codes`, { method: "POST", headers: { "content-type": "application/json", origin: world.server.url }, body: JSON.stringify({ token }) })
  ).json()) as { display: string };
  expect(issued.display).toBeTruthy();
  await frameOf(shop).getByRole("textbox", { name: "Message" }).fill(issued.display);
  await frameOf(shop).getByRole("textbox", { name: "Message" }).press("Enter");
  await expect(panel).toContainText("Authenticated");
  await expect(panel).toContainText("Anna Standard");
  await expect(frameOf(shop).getByText("We now know that it is you.")).toBeVisible();
  await expect(frameOf(shop).getByText(/••••/)).toBeVisible();
  await expect(frameOf(shop).getByText(issued.display)).toHaveCount(0);
  await expect(desk.getByRole("log")).not.toContainText(issued.display);
});
