/** What the web chat says in the company's own words: written in the console, seen at once, heard by visitors. */
import { expect, test } from "../support/world.ts";

test("an administrator writes a phrase, sees it before it is saved, and a visitor reads it", async ({ lone }) => {
  const { company, api } = lone;
  const admin = await (await lone.as("admin")).newPage();
  const chat = company.set!.web_chat;
  await admin.goto("/channels");
  await admin.getByRole("button", { name: "Actions for Shop chat" }).click();
  await admin.getByRole("menuitem", { name: "Phrases…" }).click();
  await admin.waitForURL(`**/channels/${chat}`);
  const preview = admin.frameLocator('iframe[title="Preview of the chat"]');
  await expect(preview.getByPlaceholder("Write a message…")).toBeVisible();
  await admin.getByLabel("In the empty message field").fill("Ask us anything");
  await expect(preview.getByPlaceholder("Ask us anything")).toBeVisible();
  await admin.getByRole("button", { name: "Save phrases" }).click();
  await expect(admin.getByText("Saved.", { exact: true })).toBeVisible();
  expect((await api.get(`/v1/channels/${chat}`)).config.phrases).toEqual({ en: { placeholder: "Ask us anything" } });

  const page = await (await lone.customer()).newPage();
  await page.goto("/shop");
  await page.getByRole("button", { name: "Chat" }).click();
  await expect(page.frameLocator('iframe[src*="/webchat/frame/"]').getByPlaceholder("Ask us anything")).toBeVisible();

  // The settings are another form: saving them keeps the phrases.
  await admin.goto("/channels");
  await admin.getByRole("button", { name: "Actions for Shop chat" }).click();
  await admin.getByRole("menuitem", { name: "Edit" }).click();
  await admin.getByRole("button", { name: "Save" }).click();
  await expect(admin.getByRole("dialog")).toBeHidden();
  expect((await api.get(`/v1/channels/${chat}`)).config.phrases).toEqual({ en: { placeholder: "Ask us anything" } });
});

test("what happened to the installation stands under System", async ({ lone }) => {
  const admin = await (await lone.as("admin")).newPage();
  await admin.goto("/system");
  await expect(admin.getByRole("heading", { name: "History" })).toBeVisible();
  await expect(admin.getByText(/Server started, version \d/)).toBeVisible();
  await expect(admin.getByText(/Database brought to version \d+/)).toBeVisible();
});

test("the API's reference is where people look first", async ({ world }) => {
  const page = await (await world.browser.newContext()).newPage();
  await page.goto(`${world.server.url}/docs`);
  await expect(page).toHaveURL(/\/docs\/api$/);
});
