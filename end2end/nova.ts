// A running Nova for tests: the real binary, a fresh data directory, a port of the system's choice.
import { spawn, type ChildProcess } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, watch } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Browser, type BrowserContext, type Page } from "@playwright/test";

export const PASSWORD = "violet kettle runs uphill";

export class Nova {
  url = "";
  setupLink = "";
  log = "";
  private child?: ChildProcess;
  private port = 0;
  readonly dir = mkdtempSync(join(tmpdir(), "nova-e2e-"));

  /**
   * Starts it (again, on the same data and port) and waits until it says that it is ready. With `name`, people reach it
   * by that host name: passkeys need one.
   */
  async start(name?: string, variables: Record<string, string> = {}) {
    if (name) this.port ||= await freePort();
    const address = name ? ["--public-url", `http://${name}:${this.port}`] : [];
    const binary = process.env.NOVA_TEST_BINARY;
    if (!binary) throw new Error("NOVA_TEST_BINARY names the binary to test; scripts/e2e.sh sets it");
    const child = spawn(binary, ["serve", "--listen", `127.0.0.1:${this.port}`, "--data-dir", this.dir, ...address], {
      env: { PATH: process.env.PATH, HOME: this.dir, SHELL: "/bin/bash", LANG: "C.UTF-8", NOVA_LOG: "info", NOVA_TERMINAL_KEEP_SHELLS: "false", ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child = child;
    child.stderr.on("data", (chunk) => (this.log += chunk));
    let out = "";
    await new Promise<void>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`nova ended with ${code}: ${this.log}`)));
      child.stdout.on("data", (chunk) => {
        out += chunk;
        const ready = /Nova is ready on (http:\/\/\S+)/.exec(out);
        const link = /(http:\/\/\S+\/setup\/\S+)/.exec(out);
        if (!ready) return;
        this.url = ready[1];
        this.port = Number(new URL(this.url).port);
        // The first start prints its link right after; later starts have an owner and print none.
        if (link) this.setupLink = link[1];
        if (link || this.setupLink) resolve();
      });
    });
  }

  /** Waits for the newest mail to `recipient` in the folder mails are written to, and finds the link in it. */
  async mailedLink(folder: string, recipient: string, path: string): Promise<string> {
    for (;;) {
      for (const file of readdirSync(folder).sort().reverse()) {
        const mail = readFileSync(join(folder, file), "utf8").replaceAll("=\r\n", "").replaceAll("=3D", "=");
        const link = new RegExp(`https?://\\S+${path}/[\\w-]+`).exec(mail);
        if (link && mail.includes(recipient)) return link[0];
      }
      await new Promise((resolve) => watch(folder, { persistent: false }).once("change", resolve));
    }
  }

  async kill(signal: NodeJS.Signals) {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }

  async stop() {
    await this.kill("SIGTERM");
    rmSync(this.dir, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What an authenticator app shows (RFC 6238). */
export function totp(secret: string, at = Date.now()): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replaceAll(" ", "")].map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const code = (mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000;
  return String(code).padStart(6, "0");
}

export type Person = { page: Page; context: BrowserContext; name: string };

/** Waits until the page's scripts have taken over: a click before that is lost. */
export async function hydrated(page: Page) {
  await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
}

export async function open(page: Page, path: string) {
  await page.goto(path);
  await hydrated(page);
}

/** Fills in the account form that is open. */
export async function join_as(page: Page, name: string, button: string) {
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Your name (optional)").fill(name[0].toUpperCase() + name.slice(1));
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: button }).click();
  await page.waitForURL("**/");
  await hydrated(page);
}

export async function invite(owner: Page, role = "developer"): Promise<string> {
  await open(owner, "/people");
  await owner.getByLabel("They join as").selectOption(role);
  await owner.getByRole("button", { name: "Make a link" }).click();
  return await owner.getByLabel("Hand this link over").inputValue();
}

/** Every rule axe knows, on the page as it stands, in both themes. */
export async function accessible(page: Page) {
  for (const theme of ["light", "dark"]) {
    await page.evaluate(async (theme) => {
      document.documentElement.dataset.theme = theme;
      // Colours that are still on their way are nobody's colours; what inherits one sets out when it has arrived.
      for (let round = 0; round < 10; round += 1) {
        await new Promise(requestAnimationFrame);
        const moving = document.getAnimations().filter((each) => each.effect?.getComputedTiming().endTime !== Infinity);
        if (moving.length === 0) break;
        await Promise.allSettled(moving.map((each) => each.finished));
      }
    }, theme);
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
      .analyze();
    const found = violations.map((each) => `${theme}: ${each.id}: ${each.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
    expect(found).toEqual([]);
  }
}

/** Nothing may be wider than the screen. */
export async function no_sideways_scroll(page: Page) {
  const [scroll, client] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  expect(scroll).toBeLessThanOrEqual(client);
}

type Fixtures = { owner: Page; problems: string[]; newPerson: (name: string, role?: string) => Promise<Person> };

export const test = base.extend<Fixtures, { nova: Nova; ownerState: string }>({
  nova: [
    async ({}, use) => {
      const nova = new Nova();
      await nova.start();
      await use(nova);
      await nova.stop();
    },
    { scope: "worker" },
  ],
  // The instance is claimed once, by alice; every test begins signed in as her.
  ownerState: [
    async ({ nova, browser }, use) => {
      const context = await (browser as Browser).newContext({ baseURL: nova.url });
      const page = await context.newPage();
      await open(page, nova.setupLink);
      await join_as(page, "alice", "Create the owner");
      const path = join(nova.dir, "owner.json");
      await context.storageState({ path });
      await context.close();
      await use(path);
    },
    { scope: "worker" },
  ],
  baseURL: async ({ nova }, use) => use(nova.url),
  // Anything the browser complains about fails the test, unless the test expects it.
  problems: async ({}, use) => {
    const problems: string[] = [];
    await use(problems);
    expect(problems).toEqual([]);
  },
  owner: async ({ browser, nova, ownerState, problems, contextOptions }, use, info) => {
    const { viewport, userAgent, deviceScaleFactor, isMobile, hasTouch } = info.project.use;
    const context = await browser.newContext({
      ...contextOptions, viewport, userAgent, deviceScaleFactor, isMobile, hasTouch,
      baseURL: nova.url, storageState: ownerState, reducedMotion: "reduce", permissions: ["clipboard-read", "clipboard-write"],
    });
    const page = await context.newPage();
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await use(page);
    await context.close();
  },
  newPerson: async ({ browser, nova, owner }, use, info) => {
    const { viewport, userAgent, deviceScaleFactor, isMobile, hasTouch } = info.project.use;
    const contexts: BrowserContext[] = [];
    await use(async (name, role) => {
      const link = await invite(owner, role);
      const context = await browser.newContext({ viewport, userAgent, deviceScaleFactor, isMobile, hasTouch, reducedMotion: "reduce", baseURL: nova.url });
      contexts.push(context);
      const page = await context.newPage();
      await open(page, link);
      await join_as(page, name, "Join");
      return { page, context, name };
    });
    for (const context of contexts) await context.close();
  },
});

export { expect };
