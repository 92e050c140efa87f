import type { Locator, Page } from "@playwright/test";
import { Nova, PASSWORD, expect, hydrated, open, test, totp } from "../nova.ts";

/** Goes on by Tab until `wanted` has the keyboard, which must show where it is. */
async function reach(page: Page, wanted: Locator, key = "Tab") {
  await expect(wanted).toBeVisible();
  for (let step = 0; step < 120; step++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      const shown = await wanted.evaluate((element) => element.matches(":focus-visible"));
      expect(shown, "one sees where the keyboard is").toBe(true);
      return;
    }
    await page.keyboard.press(key);
  }
  throw new Error(`${wanted} cannot be reached by ${key}`);
}

async function press(page: Page, wanted: Locator) {
  await reach(page, wanted);
  await page.keyboard.press("Enter");
}

async function write(page: Page, label: string, text: string) {
  await reach(page, page.getByLabel(label, { exact: true }));
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(text);
}

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" });

test("identity by the keyboard alone: claim, sign out and in, an app, a key, a role", async ({ browser, isMobile }) => {
  test.skip(isMobile, "a phone has no keyboard");
  const nova = new Nova();
  await nova.start();
  try {
    const page = await (await browser.newContext({ baseURL: nova.url, reducedMotion: "reduce" })).newPage();
    await open(page, nova.setupLink);
    await write(page, "User name", "alice");
    await write(page, "Password", PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL(nova.url + "/");
    await hydrated(page);

    await press(page, button(page, /^Account of/));
    const leave = page.getByRole("menuitem", { name: "Sign out", exact: true });
    await reach(page, leave, "ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/sign-in");
    await hydrated(page);
    await write(page, "User name or e-mail", "alice");
    await write(page, "Password", PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL(nova.url + "/");

    await open(page, "/account/security");
    await press(page, button(page, "Set up"));
    const secret = await page.locator(".enrol__secret code").innerText();
    const used = totp(secret);
    await write(page, "The code it shows now", used);
    await page.keyboard.press("Enter");
    await expect(page.locator(".backup-codes__list code")).toHaveCount(10);
    const backup = await page.locator(".backup-codes__list code").first().innerText();
    await press(page, button(page, "I have kept them"));
    await expect(page.getByText("10 of 10 left")).toBeVisible();

    await open(page, "/account/keys");
    await write(page, "Name", "backup script");
    await reach(page, page.getByLabel(/metrics\.read/));
    await page.keyboard.press("Space");
    await press(page, button(page, "Make the key"));
    const fresh = page.getByRole("dialog", { name: "Your new API key" });
    await expect(fresh).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(fresh).toBeHidden();
    await press(page, button(page, "Actions for backup script"));
    await reach(page, page.getByRole("menuitem", { name: "End now" }), "ArrowDown");
    await page.keyboard.press("Enter");
    await expect(page.getByText("No API keys")).toBeVisible();

    await open(page, "/people/roles");
    await press(page, button(page, "Make a role"));
    await write(page, "Name", "watcher");
    await reach(page, page.getByLabel(/metrics\.read/));
    await page.keyboard.press("Space");
    await press(page, button(page, "Save the role"));
    await expect(page.getByRole("heading", { name: "watcher" })).toBeVisible();

    await page.context().clearCookies();
    await open(page, "/sign-in");
    await write(page, "User name or e-mail", "alice");
    await write(page, "Password", PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/sign-in/second-step**");
    await hydrated(page);
    await press(page, button(page, "Use a backup code instead"));
    await write(page, "Backup code", backup);
    await page.keyboard.press("Enter");
    await page.waitForURL(nova.url + "/");
    await page.context().close();
  } finally {
    await nova.stop();
  }
});
