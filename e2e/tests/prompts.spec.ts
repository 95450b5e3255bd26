import { violations } from "../support/axe.ts";
import { expect, test } from "../support/world.ts";

/** A tone as a WAV file: 16 bits, one channel. */
function tone(secs: number, rate = 44_100): Buffer {
  const count = Math.round(secs * rate);
  const file = Buffer.alloc(44 + count * 2);
  file.write("RIFF", 0);
  file.writeUInt32LE(36 + count * 2, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36);
  file.writeUInt32LE(count * 2, 40);
  for (let n = 0; n < count; n++) file.writeInt16LE(Math.round(9000 * Math.sin((2 * Math.PI * 440 * n) / rate)), 44 + n * 2);
  return file;
}

/** How long a recording is that the server gives out, and whether there is a sound in it. */
function heard(file: Buffer): { secs: number; isSilent: boolean } {
  expect([file.readUInt16LE(22), file.readUInt32LE(24), file.readUInt16LE(34)]).toEqual([1, 8000, 16]);
  let peak = 0;
  for (let at = 44; at + 1 < file.length; at += 2) peak = Math.max(peak, Math.abs(file.readInt16LE(at)));
  return { secs: (file.length - 44) / 2 / 8000, isSilent: peak < 100 };
}

test("a prompt: uploaded, recorded, spoken, heard, renamed, deleted", async ({ world, watch }) => {
  watch.forgive(/status of 400/);
  const page = await (await world.as("admin", { permissions: ["microphone"] })).newPage();
  const other = await (await world.as("team_manager")).newPage();
  await other.goto("/phone/prompts");
  await page.goto("/phone/prompts?new");
  const drawer = page.getByRole("dialog");
  await drawer.getByLabel("Name").fill("Greeting");
  await drawer.getByRole("button", { name: "Create" }).click();
  await expect(drawer.getByText("No recording yet")).toBeVisible();

  // A file: first one that is none, then one.
  const input = drawer.getByLabel("Choose a WAV file");
  await input.setInputFiles({ name: "greeting.mp3", mimeType: "audio/mpeg", buffer: Buffer.from("ID3\x04\0\0\0\0\0\0") });
  await expect(drawer.getByRole("alert")).toContainText("an MP3");
  await input.setInputFiles({ name: "greeting.wav", mimeType: "audio/wav", buffer: tone(1.5) });
  const list = drawer.getByRole("region", { name: "Recordings", exact: true });
  const item = (name: string) => list.getByRole("listitem").filter({ hasText: name });
  await expect(item("No particular language")).toContainText("From a file");
  await expect(item("No particular language")).toContainText("0:02");
  const row = other.getByRole("row", { name: /Greeting/ });
  await expect(row, "it is told live").toContainText("No particular language");

  // It is heard, and the page may play it.
  await item("No particular language").getByRole("button", { name: "Play" }).click();
  await expect(item("No particular language").getByRole("button", { name: "Stop" })).toBeVisible();
  await expect(item("No particular language").getByRole("button", { name: "Play" }), "to its end").toBeVisible();
  await expect(drawer.getByText("It could not be played.")).toHaveCount(0);

  // The microphone: the browser's own tone.
  await drawer.getByLabel("Microphone").check();
  const language = drawer.getByRole("combobox", { name: "Language" });
  await language.fill("Swedish");
  await page.getByRole("option", { name: /^Swedish/ }).first().waitFor();
  await language.press("Enter");
  await drawer.getByRole("button", { name: "Record", exact: true }).click();
  await expect.poll(async () => Number(await drawer.getByRole("meter").getAttribute("value"))).toBeGreaterThan(0.2);
  await expect(drawer.getByRole("timer")).toHaveText("0:03");
  await drawer.getByRole("button", { name: "Stop", exact: true }).click();
  await drawer.getByRole("button", { name: "Play: what you recorded" }).click();
  await expect(drawer.getByRole("button", { name: "Stop: what you recorded" })).toBeVisible();
  await drawer.getByRole("button", { name: "Keep this recording" }).click();
  await expect(item("Swedish")).toContainText("Recorded here");

  // The server's voice.
  await drawer.getByLabel("The server’s voice").check();
  await language.fill("German");
  await page.getByRole("option", { name: /^German/ }).first().waitFor();
  await language.press("Enter");
  await drawer.getByLabel("Text").fill("Guten Tag, womit können wir helfen?");
  await drawer.getByRole("button", { name: "Speak and keep" }).click();
  await expect(item("German")).toContainText("Spoken by the server");
  await expect(item("German")).toContainText("womit können wir helfen");
  expect(await violations(page)).toEqual([]);

  const { data } = await world.api.get("/v1/prompts");
  const prompt = data.find((one: { name: string }) => one.name === "Greeting");
  for (const [tag, from, to] of [["und", 1.49, 1.51], ["sv", 1.5, 8], ["de", 1, 10]] as const) {
    const answer = await page.request.get(`/v1/prompts/${prompt.id}/audio?language=${tag}`);
    const { secs, isSilent } = heard(await answer.body());
    expect(isSilent, tag).toBe(false);
    expect(secs, tag).toBeGreaterThan(from);
    expect(secs, tag).toBeLessThan(to);
  }

  await drawer.getByRole("button", { name: "Delete the recording: German" }).click();
  await expect(item("German")).toHaveCount(0);
  await drawer.getByLabel("Name").fill("Hello");
  await drawer.getByRole("button", { name: "Rename" }).click();
  await expect(other.getByRole("row", { name: /Hello/ })).toContainText("Swedish");
  await drawer.getByRole("button", { name: "Close" }).last().click();
  const renamed = page.getByRole("row", { name: /Hello/ });
  await renamed.getByRole("button", { name: "Actions for Hello" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await drawer.getByLabel("Type Hello to confirm").fill("Hello");
  await drawer.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("row", { name: /Hello/ })).toHaveCount(0);
  await expect(other.getByRole("row", { name: /Hello/ })).toHaveCount(0);
});

test("a prompt that a flow plays stays, and says which flow it is", async ({ world, watch }) => {
  watch.forgive(/status of 409/);
  const prompt = await world.api.post("/v1/prompts", { name: "Needed" });
  await world.api.post("/v1/ivr-flows", {
    name: "Plays it", start: "hello",
    nodes: { hello: { kind: "play", prompt: { prompt: prompt.id }, exits: { next: "bye" } }, bye: { kind: "hang_up" } },
  });
  const page = await (await world.as("admin")).newPage();
  await page.goto("/phone/prompts");
  await page.getByRole("button", { name: "Actions for Needed" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Type Needed to confirm").fill("Needed");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(dialog.getByText(/“Plays it”/)).toBeVisible();
});
