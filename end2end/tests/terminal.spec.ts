import type { Page } from "@playwright/test";
import { accessible, expect, no_sideways_scroll, open, test } from "../nova.ts";

/** The shell in view: the ones seen before it stay attached behind it. */
const VIEW = ".terminal__view:not([hidden])";

/** What the emulator shows; xterm keeps its lines in the DOM or on a canvas, so the page's own text is asked for. */
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

async function openShell(page: Page) {
  await open(page, "/terminal");
  await page.getByRole("button", { name: "Open a shell" }).first().click();
  await page.waitForURL("**/terminal/*");
  await expect(page.locator(VIEW).getByText("connected", { exact: true })).toBeAttached();
  await expect(page.locator(`${VIEW} .xterm-helper-textarea`)).toBeAttached();
}

async function closeAll(page: Page) {
  // From a page that shows none of them.
  await open(page, "/account");
  const list = await (await page.request.post("/api/terminals", { headers: { accept: "application/json" } })).json();
  for (const { id } of list) await page.request.post("/api/close_terminal", { form: { id }, headers: { accept: "application/json" } });
}

test.afterEach(async ({ owner }) => closeAll(owner));

test("a shell runs, and survives a reload with its screen", async ({ owner }) => {
  await openShell(owner);
  await type(owner, "export MARK=kept; echo first-$((40+2))");
  await expect.poll(() => screen(owner)).toContain("first-42");
  await owner.reload();
  await expect.poll(() => screen(owner)).toContain("first-42");
  await type(owner, "echo again-$MARK");
  await expect.poll(() => screen(owner)).toContain("again-kept");
});

test("a dropped socket comes back by itself and loses nothing", async ({ owner, context, problems }) => {
  await openShell(owner);
  await type(owner, "echo before-$((1+1))");
  await expect.poll(() => screen(owner)).toContain("before-2");
  await owner.context().setOffline(true);
  await owner.evaluate(() => window.dispatchEvent(new Event("offline")));
  await owner.context().setOffline(false);
  await owner.evaluate(() => window.dispatchEvent(new Event("online")));
  await expect(owner.locator(VIEW).getByText("connected", { exact: true })).toBeAttached();
  await type(owner, "echo after-$((2+2))");
  await expect.poll(() => screen(owner)).toContain("after-4");
  problems.length = 0;
});

test("tabs: several shells, each with its own, and the exit status is told", async ({ owner }) => {
  await openShell(owner);
  await type(owner, "echo in-$((1)); true");
  await expect.poll(() => screen(owner)).toContain("in-1");
  await owner.getByRole("button", { name: "Open a shell" }).first().click();
  await expect(owner.getByRole("tab")).toHaveCount(2);
  await expect(owner.locator(VIEW).getByText("connected", { exact: true })).toBeAttached();
  await type(owner, "exit 3");
  await expect(owner.getByText("The shell has exited with status 3.")).toBeVisible();
  await owner.getByRole("tab").first().click();
  await expect.poll(() => screen(owner)).toContain("in-1");
});

test("the shell learns its size and the keyboard leaves by its chord", async ({ owner, isMobile }) => {
  await openShell(owner);
  await type(owner, "stty size");
  await expect.poll(async () => /\n\s*\d+ \d+\s*\n/.test(await screen(owner))).toBe(true);
  const said = /\n\s*(\d+) (\d+)\s*\n/.exec(await screen(owner));
  const foot = await owner.locator(`${VIEW} .terminal__foot`).textContent();
  expect(foot).toContain(`${said?.[2]}×${said?.[1]}`);
  test.skip(isMobile, "a phone has no such chord");
  await owner.keyboard.press("Control+Shift+L");
  await expect(owner.getByRole("tab").first()).toBeFocused();
});

test("ending a running shell is asked about", async ({ owner }) => {
  await openShell(owner);
  await owner.locator(".terminal-tab__close").first().click();
  await expect(owner.getByRole("dialog")).toContainText("hung up");
  await owner.getByRole("button", { name: "End the shell" }).click();
  await expect(owner.getByText("No shells yet")).toBeVisible();
});

test("another person's shell is not theirs to see", async ({ owner, newPerson }, info) => {
  await openShell(owner);
  const path = new URL(owner.url()).pathname;
  const { page } = await newPerson(`eve-${info.project.name}`);
  await open(page, path);
  await expect(page.getByText("No shells yet")).toBeVisible();
});

test("terminal is accessible and fits, empty and with a shell", async ({ owner }) => {
  await open(owner, "/terminal");
  await accessible(owner);
  await openShell(owner);
  await type(owner, "ls -l /");
  await accessible(owner);
  await no_sideways_scroll(owner);
});
