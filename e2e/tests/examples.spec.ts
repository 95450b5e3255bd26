import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT } from "../support/server.ts";
import { expect, test, type World } from "../support/world.ts";

/** The bundler of the site, which is built before the journeys; frameworks are in no lock file of ours. */
const ESBUILD = join(ROOT, "site/node_modules/esbuild/lib/main.js");
const example = (name: string) => readFileSync(join(ROOT, "docs/integrations/examples", name), "utf8");

/** The little of React and Vue that the examples use, so that their own lines run in a browser. */
const REACT = `
let effects = [];
export const useEffect = (run, needs) => effects.push({ run, needs });
export const createElement = (tag, props, ...children) => ({ tag, props, children });
let before = [];
export function render(component, props, host) {
  effects = [];
  const { tag, props: given, children } = component(props);
  const now = effects.map(({ run, needs }, at) => {
    const old = before[at];
    if (old && needs && needs.every((need, n) => Object.is(need, old.needs[n]))) return old;
    old?.end?.();
    return { needs, end: run() };
  });
  before = now;
  const element = host.firstElementChild ?? host.appendChild(document.createElement(tag));
  element.type = given.type;
  element.className = given.className;
  element.textContent = children.join("");
}
export function unmount() { for (const { end } of before) end?.(); }
`;
const VUE = `
export const mounted = [], unmounted = [], watched = [];
export const onMounted = (run) => mounted.push(run);
export const onUnmounted = (run) => unmounted.push(run);
export function watch(read, run, { immediate } = {}) { watched.push({ read, run, last: read() }); if (immediate) run(read()); }
export function changed() { for (const one of watched) { const now = read(one); if (now !== one.last) { one.last = now; one.run(now); } } }
const read = (one) => one.read();
`;

async function bundle(entry: string, parts: Record<string, string>): Promise<string> {
  const { build } = createRequire(import.meta.url)(ESBUILD);
  const made = await build({
    stdin: { contents: entry, loader: "ts" }, bundle: true, write: false, format: "iife", target: "es2022", jsx: "transform", jsxFactory: "React.createElement", logLevel: "silent",
    plugins: [{
      name: "parts",
      setup(build: any) {
        build.onResolve({ filter: /./ }, ({ path }: any) => (path in parts ? { path, namespace: "part" } : undefined));
        build.onLoad({ filter: /./, namespace: "part" }, ({ path }: any) => ({ contents: parts[path], loader: path.endsWith(".tsx") ? "tsx" : "ts" }));
      },
    }],
  });
  return made.outputFiles[0].text;
}

/** Two people in turn at one page: each gets a code that is theirs, and the page hears of the link. */
async function identifiesBoth(world: World, path: string, html: string): Promise<void> {
  world.company.pages.set(path, html);
  const context = await world.customer();
  const page = await context.newPage();
  await page.goto(path);
  const frame = page.frameLocator('iframe[src*="/widget/frame/"]');
  for (const [at, person] of ["anna", "victor"].entries()) {
    if (at > 0) {
      await frame.getByRole("button", { name: "Close", exact: true }).first().click().catch(() => page.keyboard.press("Escape"));
      await page.evaluate((who) => (window as any).become(who), person);
    }
    await page.getByRole("button", { name: "Get identification code" }).click();
    await frame.getByRole("button", { name: "Get code" }).click();
    const code = (await frame.locator(".code").textContent())!;
    const said = await world.company.say(`${path.slice(1)}-${person}`, code);
    expect(said.case.identity.profile.external_id ?? said.case.identity.profile.name).toMatch(new RegExp(person, "i"));
    await expect.poll(() => page.evaluate(() => (window as any).linked)).toBe(at + 1);
  }
  expect(await page.locator(`script[src*="/widget/1/loader.js"]`).count(), "the loader is there once").toBe(1);
  await context.close();
  world.company.pages.delete(path);
}

const shell = (script: string) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>Example</title></head><body><main><h1>My account</h1><div id="app"></div></main><script>${script.replaceAll("</script", "<\\/script")}</script></body></html>`;
const common = (world: World) => `
  const server = ${JSON.stringify(world.server.url)}, widget = ${JSON.stringify(world.company.set!.widget)};
  let person = "anna";
  (window as any).linked = 0;
  const getToken = async () => (await (await fetch("/bank/token?customer=" + person)).json()).token as string;
  const linked = () => { (window as any).linked += 1; };
`;

test("the React example gives each person their own code", async ({ world }) => {
  test.skip(!existsSync(ESBUILD), "the site's dependencies are not installed");
  const script = await bundle(
    `import { Identify } from "./Identify.tsx"; import { render } from "react"; ${common(world)}
     const draw = () => render(Identify, { server, widget, getToken, person, onLinked: linked }, document.getElementById("app"));
     (window as any).become = (who: string) => { person = who; draw(); };
     draw();`,
    { react: REACT, "./Identify.tsx": `import * as React from "react";\n${example("Identify.tsx")}` },
  );
  await identifiesBoth(world, "/react-example", shell(script));
});

test("the Vue example gives each person their own code", async ({ world }) => {
  test.skip(!existsSync(ESBUILD), "the site's dependencies are not installed");
  const text = example("Identify.vue");
  const setup = /<script setup lang="ts">([\s\S]*?)<\/script>/.exec(text)![1]!;
  const template = /<template>([\s\S]*?)<\/template>/.exec(text)![1]!;
  expect(template, "a template without anything to compile").not.toMatch(/\{\{|[:@]\w|v-/);
  const script = await bundle(
    `import "./Identify.ts"; import { mounted, changed } from "vue";
     document.getElementById("app")!.innerHTML = ${JSON.stringify(template)};
     for (const run of mounted) run();
     (window as any).become = (who: string) => { (window as any).props.person = who; changed(); };`,
    {
      vue: VUE,
      "./Identify.ts": `${common(world).replace('let person = "anna";', "")}
        const person = undefined; void person;
        const given = { server, widget, person: "anna", getToken: async () => (await (await fetch("/bank/token?customer=" + given.person)).json()).token as string };
        (window as any).props = given;
        const defineProps = <T,>() => given as unknown as T; const defineEmits = <T,>() => linked as unknown as any;\n${setup.replace("const linked = () => emit", "const heard = () => emit").replaceAll('"countersign:linked", linked', '"countersign:linked", heard')}`.replace("const getToken = async () => (await (await fetch(\"/bank/token?customer=\" + person)).json()).token as string;", ""),
    },
  );
  await identifiesBoth(world, "/vue-example", shell(script));
});

test("the plain example shows the button, the widget within the page and the chat", async ({ world, watch }) => {
  // The company's policy allows no style within the page; the example has some.
  watch.forgive(/style-src|Content Security Policy/, /favicon/);
  const set = world.company.set!;
  const html = example("plain.html")
    .replaceAll("https://id.example", world.server.url).replaceAll("YOUR_WIDGET_ID", set.widget).replaceAll("YOUR_CHANNEL_ID", set.web_chat).replaceAll('data-token-url="/identification-token"', 'data-token-url="/bank/token?customer=anna"');
  expect(html).not.toMatch(/YOUR_|id\.example/);
  world.company.pages.set("/plain-example", html);
  const context = await world.customer();
  const page = await context.newPage();
  await page.goto("/plain-example");
  const inline = page.locator("[data-countersign-inline]").frameLocator("iframe");
  await inline.getByRole("button", { name: "Get code" }).click();
  const code = (await inline.locator(".code").textContent())!;
  const said = await world.company.say("plain-example-anna", code);
  expect(said.case.identity.assurance).toBe("al3");
  await expect(page.getByRole("button", { name: "Chat" })).toBeVisible();
  await context.close();
  world.company.pages.delete("/plain-example");
});
