import { expect, test, Nova, PASSWORD, open, join_as } from "../nova.ts";

test.describe("from a fresh machine to a room to talk in", () => {
  let fresh: Nova;
  test.beforeEach(async () => {
    fresh = new Nova();
    await fresh.start();
  });
  test.afterEach(async () => fresh.stop());

  test("the printed link claims the instance, once", async ({ page }) => {
    await page.goto(`${fresh.url}/`);
    await expect(page.getByText("Nobody owns this Nova yet")).toBeVisible();
    await page.goto(fresh.setupLink);
    await join_as(page, "alice", "Create the owner");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
    await page.goto(fresh.setupLink);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("This link has ended");
  });

  test("set-up and sign-in work without scripts", async ({ browser }) => {
    const context = await browser.newContext({ javaScriptEnabled: false, baseURL: fresh.url });
    const page = await context.newPage();
    await page.goto(fresh.setupLink);
    await page.getByLabel("User name").fill("alice");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Create the owner" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
    await context.clearCookies();
    await page.goto("/account");
    await page.getByLabel("User name or e-mail").fill("alice");
    await page.getByLabel("Password", { exact: true }).fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("alert")).toContainText("do not belong together");
    await page.getByLabel("User name or e-mail").fill("alice");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByText("this one")).toBeVisible();
    await context.close();
  });

  test("a refused field says why, beside it, and keeps what was typed", async ({ page }) => {
    await open(page, fresh.setupLink);
    await page.getByLabel("User name").fill("a b");
    await page.getByLabel("Password", { exact: true }).focus();
    await expect(page.getByLabel("User name")).toHaveAttribute("aria-invalid", "true");
    await page.getByLabel("User name").fill("alice");
    await page.getByLabel("Password", { exact: true }).fill("passwordpassword");
    await expect(page.locator(".strength[data-score]")).toBeVisible();
    await page.getByRole("button", { name: "Create the owner" }).click();
    await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByLabel("User name")).toHaveValue("alice");
  });
});
