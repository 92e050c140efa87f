import type { Page } from "@playwright/test";
import { Nova, expect, join_as, open, test } from "../nova.ts";

const VIEW = ".terminal__view:not([hidden])";

async function screen(page: Page): Promise<string> {
  return page.evaluate((view) => {
    const rows = document.querySelectorAll(`${view} .xterm-rows > div`);
    return [...rows].map((row) => row.textContent ?? "").join("\n");
  }, VIEW);
}

async function type(page: Page, text: string) {
  await page.locator(`${VIEW} .xterm-helper-textarea`).focus();
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}

test("a shell outlives a killed and a stopped server, and its page goes on by itself", async ({ browser }, info) => {
  const keep = { NOVA_TERMINAL_KEEP_SHELLS: "true" };
  const nova = new Nova();
  await nova.start(undefined, keep);
  try {
    const { viewport, userAgent, deviceScaleFactor, isMobile, hasTouch } = info.project.use;
    const context = await browser.newContext({ viewport, userAgent, deviceScaleFactor, isMobile, hasTouch, baseURL: nova.url });
    const page = await context.newPage();
    await open(page, nova.setupLink);
    await join_as(page, "alice", "Create the owner");
    await open(page, "/terminal");
    await page.getByRole("button", { name: "Open a shell" }).first().click();
    await expect(page.locator(VIEW).getByText("connected", { exact: true })).toBeAttached();
    await type(page, "kept=$((40+2)); echo before-$kept; for i in {1..200}; do echo line-$i; sleep 0.02; done");
    await expect.poll(() => screen(page)).toContain("line-5");
    for (const signal of ["SIGKILL", "SIGTERM"] as const) {
      await nova.kill(signal);
      await nova.start(undefined, keep);
      await expect(page.locator(VIEW).getByText("connected", { exact: true })).toBeAttached({ timeout: 20_000 });
    }
    await expect.poll(() => screen(page), { timeout: 20_000 }).toContain("line-200");
    await type(page, "echo after-$kept");
    await expect.poll(() => screen(page)).toContain("after-42");
    // Another page finds it in the list, with its screen.
    const other = await context.newPage();
    await open(other, "/terminal");
    await expect.poll(() => screen(other)).toContain("after-42");
    await type(other, "exit");
    await expect(other.getByText("The shell has exited.")).toBeVisible();
    await context.close();
  } finally {
    await nova.stop();
  }
});
