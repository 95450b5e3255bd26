import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../support/server.ts";
import { expect, test } from "../support/world.ts";

/** How each file of docs/integrations/sign is run, and how it is seen whether its language is at hand. */
const RUNS: [file: string, command: string[], probe: string[]][] = [
  ["token.mjs", ["node"], ["node", "--version"]],
  ["token.py", ["python3"], ["python3", "--version"]],
  ["token.php", ["php"], ["php", "--version"]],
  ["token.rb", ["ruby"], ["ruby", "--version"]],
  ["token.go", ["go", "run"], ["go", "version"]],
  ["Token.java", ["java"], ["java", "-version"]],
  ["token.sh", ["bash"], ["bash", "-c", "command -v openssl && command -v curl"]],
];

for (const [file, command, probe] of RUNS) {
  test(`the token that ${file} signs is taken by the server`, async ({ world }) => {
    const found = spawnSync(probe[0]!, probe.slice(1));
    test.skip(found.status !== 0, `${probe[0]} is not at hand`);
    const set = world.company.set!;
    const text = readFileSync(join(ROOT, "docs/integrations/sign", file), "utf8");
    expect(text).toContain("---- try it");
    const dir = mkdtempSync(join(tmpdir(), "countersign-sign-"));
    try {
      writeFileSync(join(dir, file), text.replaceAll("YOUR_WIDGET_ID", set.widget).replaceAll("YOUR_KID", set.kid));
      const customer = `signed-by-${file.toLowerCase().replace(/\W/g, "-")}`;
      const env = { ...process.env, COUNTERSIGN_WIDGET_SECRET: set.secret, COUNTERSIGN_URL: world.server.url };
      const run = spawnSync(command[0]!, [...command.slice(1), join(dir, file), customer, 'Ann "Ä" Example'], { encoding: "utf8", env, cwd: dir });
      expect(run.stderr).toBe("");
      const answer = file === "token.sh" ? JSON.parse(run.stdout) : await issue(world.server.url, set.widget, run.stdout.trim());
      expect(answer.code, JSON.stringify(answer)).toBeTruthy();
      const received = await world.company.say(`${customer}@pigeon`, answer.display);
      expect(received.case.identity.assurance).toBe("al3");
      if (file !== "token.sh") expect(received.case.identity.profile.name).toBe('Ann "Ä" Example');
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
}

async function issue(url: string, widget: string, token: string): Promise<any> {
  const headers = { "content-type": "application/json", origin: url };
  return (await fetch(`${url}/public/widgets/${widget}/codes`, { method: "POST", headers, body: JSON.stringify({ token }) })).json();
}
