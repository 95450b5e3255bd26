/** The real binary, as a person would start it, on a port of its own and a directory that goes away. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const READY_MS = 20_000;

export function binary(): string {
  const given = process.env["COUNTERSIGN_BIN"];
  const found = [given, join(ROOT, "target/release/countersign"), join(ROOT, "target/debug/countersign")].find((path) => path && existsSync(path));
  if (!found) throw new Error("No countersign binary: run `cargo build -p countersign`, or name one in COUNTERSIGN_BIN.");
  return found;
}

/** A port on which nothing listens, below those that the system gives to clients: Chromium's own connections take such. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const isFree = await new Promise<boolean>((done) => {
      const probe = createServer();
      probe.once("error", () => done(false));
      probe.listen(port, "127.0.0.1", () => probe.close(() => done(true)));
    });
    if (isFree) return port;
  }
  throw new Error("No port is free.");
}

export function temporary(): string {
  return mkdtempSync(join(tmpdir(), "countersign-e2e-"));
}

/** Only what a test sets: the server refuses settings it does not know, such as COUNTERSIGN_BIN. */
export function environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("COUNTERSIGN_"))), ...more };
}

export class Server {
  readonly url: string;
  log = "";
  #child: ChildProcess | undefined;

  constructor(
    readonly dir: string,
    readonly port: number,
    readonly env: Record<string, string> = {},
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  async start(): Promise<this> {
    // Tests share one address; what the limits do is tested where they are made.
    const env = environment({ COUNTERSIGN_CODE_PER_SUBJECT_10MIN: "60", COUNTERSIGN_CODE_PER_IP_MIN: "600", COUNTERSIGN_SERVER_CONNECTIONS_PER_IP_MAX: "1000", ...this.env });
    const child = spawn(binary(), ["serve", "--data-dir", this.dir, "--listen", `127.0.0.1:${this.port}`], { env, stdio: ["ignore", "ignore", "pipe"] });
    this.#child = child;
    child.stderr?.on("data", (data: Buffer) => (this.log += data.toString()));
    const end = Date.now() + READY_MS;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}:\n${this.log}`);
      const ready = await fetch(`${this.url}/readyz`).then((answer) => answer.ok, () => false);
      if (ready) return this;
      if (Date.now() > end) throw new Error(`The server was not ready in ${READY_MS} ms:\n${this.log}`);
      await new Promise((wait) => setTimeout(wait, 50));
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((done) => child.once("exit", done));
    // Twice: open streams need not be waited for.
    child.kill("SIGTERM");
    const impatient = setTimeout(() => child.kill("SIGKILL"), 3000);
    await ended;
    clearTimeout(impatient);
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** The link printed at the first start. */
  setUpLink(): string {
    const link = /https?:\/\/\S+\/setup#token=[\w-]+/.exec(this.log)?.[0];
    if (!link) throw new Error(`No set-up link was printed:\n${this.log}`);
    return link;
  }
}

export interface Made {
  admin: { email: string; password: string };
  api_key: string;
}

/** The workspace without a person. */
export function setUp(dir: string, email: string, password: string): Made {
  const run = spawnSync(binary(), ["setup", "--json", "--data-dir", dir, "--email", email, "--password", password], { encoding: "utf8", env: environment() });
  if (run.status !== 0) throw new Error(`setup: ${run.stderr}`);
  return JSON.parse(run.stdout) as Made;
}

/** The API as a program sees it. */
export class Api {
  constructor(
    readonly url: string,
    readonly key: string,
  ) {}

  async call<T = any>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${this.key}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  get = <T = any>(path: string) => this.call<T>("GET", path);
  post = <T = any>(path: string, body: unknown = {}) => this.call<T>("POST", path, body);
  put = <T = any>(path: string, body: unknown) => this.call<T>("PUT", path, body);
}
