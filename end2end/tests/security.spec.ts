import type { Page } from "@playwright/test";
import { Nova, PASSWORD, accessible, expect, hydrated, join_as, no_sideways_scroll, open, test, totp } from "../nova.ts";

async function sign_in(page: Page, name: string) {
  await open(page, "/sign-in");
  await page.getByLabel("User name or e-mail").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** The code after the present one: the present one may have been used, and each is good once. */
async function later(secret: string, used: string): Promise<string> {
  const now = totp(secret);
  return now !== used ? now : totp(secret, Date.now() + 30_000);
}

test("codes from an app: set up, asked for, each good once, backup codes stand in", async ({ browser, nova, newPerson, problems }, info) => {
  const name = `tora-${info.project.name}`;
  const { page } = await newPerson(name);
  await open(page, "/account/security");
  await accessible(page);
  await no_sideways_scroll(page);
  await page.getByRole("button", { name: "Set up" }).click();
  const secret = await page.locator(".enrol__secret code").innerText();
  await expect(page.getByRole("img", { name: "QR code of the key" })).toBeVisible();
  await page.getByLabel("The code it shows now").fill("000000");
  await page.getByRole("button", { name: "Turn it on" }).click();
  await expect(page.getByText("This code is not right, or was used already.")).toBeVisible();
  const first = totp(secret);
  await page.getByLabel("The code it shows now").fill(first);
  await page.getByRole("button", { name: "Turn it on" }).click();
  const codes = page.locator(".backup-codes__list code");
  await expect(codes).toHaveCount(10);
  const backup = await codes.first().innerText();
  await page.getByRole("button", { name: "I have kept them" }).click();
  await expect(page.getByText("10 of 10 left")).toBeVisible();

  const other = await (await browser.newContext({ baseURL: nova.url })).newPage();
  await sign_in(other, name);
  await other.waitForURL("**/sign-in/second-step**");
  await hydrated(other);
  await accessible(other);
  await other.getByLabel("Code").fill(first);
  await other.getByRole("button", { name: "Go on" }).click();
  await expect(other.getByText("was used already")).toBeVisible();
  await other.getByLabel("Code").fill(await later(secret, first));
  await other.getByRole("button", { name: "Go on" }).click();
  await other.waitForURL(nova.url + "/");

  await other.context().clearCookies();
  await sign_in(other, name);
  await other.waitForURL("**/sign-in/second-step**");
  await hydrated(other);
  // Half signed in is not signed in.
  const half = await other.context().request.get(nova.url + "/account", { maxRedirects: 0 });
  expect(half.status()).toBe(401);
  await other.getByRole("button", { name: "Use a backup code instead" }).click();
  await other.getByLabel("Backup code").fill(backup.toUpperCase());
  await other.getByRole("button", { name: "Go on" }).click();
  await other.waitForURL(nova.url + "/");
  await open(other, "/account/security");
  await expect(other.getByText("9 of 10 left")).toBeVisible();
  await other.context().close();
  problems.length = 0;
});

test("an API key: made, shown once, works until it is ended", async ({ nova, newPerson, playwright }, info) => {
  const { page } = await newPerson(`kim-${info.project.name}`);
  await open(page, "/account/keys");
  await accessible(page);
  await no_sideways_scroll(page);
  await page.getByLabel("Name", { exact: true }).fill("backup script");
  await page.getByRole("button", { name: "Make the key" }).click();
  await expect(page.getByText("Choose at least one permission")).toBeVisible();
  await page.getByLabel(/metrics\.read/).check();
  await page.getByRole("button", { name: "Make the key" }).click();
  const fresh = page.getByRole("dialog", { name: "Your new API key" });
  await expect(fresh).toBeVisible();
  const key = await fresh.locator(".secret__text").innerText();
  expect(key).toMatch(/^nova_[0-9A-Za-z]{49}$/);
  await fresh.getByRole("button", { name: "Close" }).click();
  await expect(fresh).toBeHidden();
  await expect(page.getByText("backup script")).toBeVisible();

  const program = await playwright.request.newContext({ baseURL: nova.url, extraHTTPHeaders: { authorization: `Bearer ${key}` } });
  expect((await program.post("/api/overview_start", { data: {} })).status()).not.toBe(401);
  expect((await program.post("/api/invitations", { data: {} })).status()).toBe(403);
  await page.getByRole("button", { name: "Actions for backup script" }).click();
  await page.getByRole("menuitem", { name: "End now" }).click();
  await expect(page.getByText("No API keys")).toBeVisible();
  expect((await program.post("/api/invitations", { data: {} })).status()).toBe(401);
  await program.dispose();
});

test("a role made here, given and taken, is in force at once and stands in the audit log", async ({ owner, newPerson }, info) => {
  const name = `rolf-${info.project.name}`;
  const { page } = await newPerson(name);
  const role = `watch-${info.project.name}`;
  await open(owner, "/people/roles");
  await accessible(owner);
  await no_sideways_scroll(owner);
  await owner.getByRole("button", { name: "Make a role" }).click();
  await owner.getByLabel("Name", { exact: true }).fill(role);
  await owner.getByLabel(/metrics\.read/).check();
  await owner.getByRole("button", { name: "Save the role" }).click();
  await expect(owner.getByRole("heading", { name: role })).toBeVisible();

  await expect(page.getByRole("link", { name: "Terminal" }).first()).toBeVisible();
  await open(owner, "/people");
  const row = owner.getByRole("listitem").filter({ hasText: name });
  await row.getByRole("button", { name: /Actions for/ }).click();
  await owner.getByRole("menuitem", { name: "Change role" }).click();
  await owner.getByLabel("Role", { exact: true }).selectOption(role);
  await owner.getByRole("button", { name: "Change the role" }).click();
  await expect(row).toContainText(role);
  await open(page, "/");
  await expect(page.getByRole("link", { name: "Terminal" })).toHaveCount(0);

  await open(owner, `/audit?person=${name}`);
  await expect(owner.locator(".event").filter({ hasText: "account.role" })).toContainText(`from developer to ${role}`);
  await accessible(owner);
  await no_sideways_scroll(owner);
  await owner.getByRole("button", { name: "Check the chain" }).click();
  await expect(owner.getByText(/entries fit together/)).toBeVisible();
  const [download] = await Promise.all([owner.waitForEvent("download"), owner.getByRole("link", { name: "NDJSON" }).click()]);
  const stream = await download.createReadStream();
  let text = "";
  for await (const chunk of stream) text += chunk;
  expect(text.trim().split("\n").map((line) => JSON.parse(line).action)).toContain("account.role");
});

/** Gives the page a device that makes and shows passkeys without asking. */
async function with_authenticator(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
}

test("a passkey: added, the only thing needed to sign in, and to confirm", async ({ browser }, info) => {
  const nova = new Nova();
  await nova.start("localhost");
  try {
    const { viewport, userAgent, deviceScaleFactor, isMobile, hasTouch } = info.project.use;
    const context = await browser.newContext({ viewport, userAgent, deviceScaleFactor, isMobile, hasTouch, baseURL: nova.url });
    const page = await context.newPage();
    await with_authenticator(page);
    await open(page, nova.setupLink);
    await join_as(page, "alice", "Create the owner");
    await open(page, "/account/security");
    await page.getByLabel("Name for a new passkey").fill("Laptop");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await expect(page.locator(".backup-codes__list code")).toHaveCount(10);
    await page.getByRole("button", { name: "I have kept them" }).click();
    await expect(page.getByText("Laptop")).toBeVisible();

    await context.clearCookies();
    await open(page, "/sign-in");
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.waitForURL(nova.url + "/");

    await context.clearCookies();
    await sign_in(page, "alice");
    await page.waitForURL("**/sign-in/second-step**");
    await hydrated(page);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.waitForURL(nova.url + "/");
    await open(page, "/account/security");
    await expect(page.getByText("last used")).toBeVisible();
    await context.close();
  } finally {
    await nova.stop();
  }
});

test("a role that asks for a second factor takes a passkey made at the sign-in", async ({ browser }, info) => {
  const nova = new Nova();
  await nova.start("localhost");
  try {
    const { viewport, userAgent, deviceScaleFactor, isMobile, hasTouch } = info.project.use;
    const context = await browser.newContext({ viewport, userAgent, deviceScaleFactor, isMobile, hasTouch, baseURL: nova.url });
    const page = await context.newPage();
    await with_authenticator(page);
    await open(page, nova.setupLink);
    await join_as(page, "alice", "Create the owner");
    await open(page, "/people/roles");
    const own = page.locator(".card").filter({ has: page.getByRole("heading", { name: "owner", exact: true }) });
    await own.getByRole("button", { name: "Ask for a second factor" }).click();
    await expect(own.getByText("needs a second factor")).toBeVisible();

    await context.clearCookies();
    await sign_in(page, "alice");
    await page.waitForURL("**/sign-in/second-step**");
    await hydrated(page);
    await accessible(page);
    await no_sideways_scroll(page);
    await page.getByRole("button", { name: "Make a passkey on this device" }).click();
    await expect(page.locator(".backup-codes__list code")).toHaveCount(10);
    await page.getByRole("button", { name: "I have kept them: go on" }).click();
    await page.waitForURL(nova.url + "/");
    await context.clearCookies();
    await open(page, "/sign-in");
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.waitForURL(nova.url + "/");
    await context.close();
  } finally {
    await nova.stop();
  }
});
