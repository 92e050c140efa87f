import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Nova, accessible, expect, hydrated, join_as, open, test } from "../nova.ts";

const NEW = "copper lantern walks slowly";

test("a forgotten password: the address is verified by mail, and a mailed link replaces the password once", async ({ browser }, info) => {
  const mails = mkdtempSync(join(tmpdir(), "nova-mails-"));
  const nova = new Nova();
  await nova.start(undefined, { NOVA_MAIL_DIRECTORY: mails });
  try {
    const { viewport, userAgent, deviceScaleFactor, isMobile, hasTouch } = info.project.use;
    const context = await browser.newContext({ viewport, userAgent, deviceScaleFactor, isMobile, hasTouch, baseURL: nova.url });
    const page = await context.newPage();
    await open(page, nova.setupLink);
    await join_as(page, "alice", "Create the owner");
    await open(page, "/account");
    await accessible(page);
    await page.getByLabel("Address").fill("alice@example.org");
    await page.locator("form").filter({ has: page.getByLabel("Address") }).getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("A link is on its way")).toBeVisible();
    await open(page, await nova.mailedLink(mails, "alice@example.org", "/verify"));
    await page.getByRole("button", { name: "This is my address" }).click();
    await page.waitForURL((url) => !url.pathname.startsWith("/verify"));

    await context.clearCookies();
    await open(page, "/sign-in");
    await page.getByRole("link", { name: "Forgot your password?" }).click();
    await hydrated(page);
    await page.getByLabel("User name or e-mail").fill("alice");
    await page.getByRole("button", { name: "Send the link" }).click();
    await expect(page.getByRole("heading", { name: "Look into your mailbox" })).toBeVisible();
    const link = await nova.mailedLink(mails, "alice@example.org", "/reset");
    await open(page, link);
    await accessible(page);
    await page.getByLabel("New password").fill(NEW);
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.waitForURL("**/sign-in**");
    await hydrated(page);
    await expect(page.getByText("Your password is changed")).toBeVisible();
    await page.getByLabel("User name or e-mail").fill("alice@example.org");
    await page.getByLabel("Password", { exact: true }).fill(NEW);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.waitForURL(nova.url + "/");
    await context.clearCookies();
    const again = await page.goto(link);
    expect(again?.status()).toBe(410);
    await context.close();
  } finally {
    await nova.stop();
  }
});
