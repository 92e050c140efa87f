import type { Page } from "@playwright/test";
import { PASSWORD, expect, open, test } from "../nova.ts";

const NEW = "copper lantern walks slowly";

async function sign_in(page: Page, name: string, password: string) {
  await open(page, "/sign-in");
  await page.getByLabel("User name or e-mail").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("a new name and a new password, and the other sessions end", async ({ browser, nova, newPerson, problems }, info) => {
  const name = `dora-${info.project.name}`;
  const { page } = await newPerson(name);
  const elsewhere = await (await browser.newContext({ baseURL: nova.url })).newPage();
  await sign_in(elsewhere, name, PASSWORD);
  await elsewhere.waitForURL("**/");

  await open(page, "/account");
  await page.getByLabel("Your name").fill("Dora Lind");
  await page.getByRole("button", { name: "Save" }).first().click();
  await expect(page.getByText("Saved")).toBeVisible();
  await expect(page.locator(".settings__title")).toHaveText("Dora Lind");

  await page.getByRole("link", { name: "Security" }).click();
  await page.getByLabel("Present password").fill("not my password at all");
  await page.getByLabel("New password").fill(NEW);
  await page.getByRole("button", { name: "Change the password" }).click();
  await expect(page.getByText("This is not your present password.")).toBeVisible();
  await page.getByLabel("Present password").fill(PASSWORD);
  await page.getByRole("button", { name: "Change the password" }).click();
  await expect(page.getByText("one other session ended")).toBeVisible();
  await elsewhere.waitForURL("**/sign-in**");

  await sign_in(elsewhere, name, PASSWORD);
  await expect(elsewhere.getByRole("alert")).toContainText("do not belong together");
  await sign_in(elsewhere, name, NEW);
  await elsewhere.waitForURL("**/");
  await elsewhere.context().close();
  problems.length = 0;
});

test("guessing is slowed, and an admin lets try again", async ({ browser, nova, owner, newPerson }, info) => {
  const name = `emil-${info.project.name}`;
  await newPerson(name);
  const stranger = await (await browser.newContext({ baseURL: nova.url })).newPage();
  await open(stranger, "/sign-in");
  await stranger.getByLabel("User name or e-mail").fill(name);
  for (let guess = 0; guess < 6; guess++) {
    await stranger.getByLabel("Password", { exact: true }).fill(`guess number ${guess} is wrong`);
    const answered = stranger.waitForResponse("**/api/public/sign_in");
    await stranger.getByRole("button", { name: "Sign in" }).click();
    await answered;
  }
  await expect(stranger.getByRole("alert")).toContainText("Too many wrong passwords. Try again in");

  await open(owner, "/people");
  const row = owner.getByRole("listitem").filter({ hasText: name });
  await expect(row).toContainText("wrong passwords");
  await row.getByRole("button", { name: /Actions for/ }).click();
  await owner.getByRole("menuitem", { name: "Let try again at once" }).click();
  await expect(row).not.toContainText("wrong passwords");
  await stranger.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await stranger.getByRole("button", { name: "Sign in" }).click();
  await stranger.waitForURL("**/");
  await stranger.context().close();
});
