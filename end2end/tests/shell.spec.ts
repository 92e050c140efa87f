import { accessible, expect, no_sideways_scroll, open, test } from "../nova.ts";

test("every page is reached by a hard load and by the client, without an error", async ({ owner, isMobile }) => {
  for (const [path, title] of [["/", "Overview"], ["/terminal", "Terminal"], ["/chat", "Chat"], ["/people", "People"], ["/account", "Account"]]) {
    await open(owner, path);
    await expect(owner.getByRole("heading", { level: 1 })).toHaveText(title);
  }
  await open(owner, "/");
  const bar = owner.getByRole("navigation", { name: isMobile ? "Places on a phone" : "Places", exact: true });
  for (const title of ["Terminal", "Chat", "People", "Overview"]) {
    await bar.getByRole("link", { name: title }).click();
    await expect(owner.getByRole("heading", { level: 1 })).toHaveText(title);
  }
  await owner.goBack();
  await expect(owner.getByRole("heading", { level: 1 })).toHaveText("People");
});

test("palette, help and chords work from the keyboard", async ({ owner, isMobile }) => {
  test.skip(isMobile, "a phone has no keyboard");
  await open(owner, "/");
  await owner.keyboard.press("Control+k");
  await expect(owner.getByRole("combobox")).toBeFocused();
  await owner.keyboard.type("acc");
  await owner.keyboard.press("Enter");
  await expect(owner.getByRole("heading", { level: 1 })).toHaveText("Account");
  // The page's own chunk is there and the palette has given the focus back.
  await expect(owner.getByRole("heading", { name: "Sessions" })).toBeVisible();
  await expect(owner.getByRole("dialog")).toHaveCount(0);
  await owner.keyboard.press("?");
  await expect(owner.getByRole("dialog")).toContainText("Terminal");
  await expect(owner.getByRole("button", { name: "Close" })).toBeFocused();
  await owner.keyboard.press("Escape");
  await expect(owner.getByRole("dialog")).toHaveCount(0);
  await owner.keyboard.press("g");
  await owner.keyboard.press("c");
  await expect(owner.getByRole("heading", { level: 1 })).toHaveText("Chat");
});

test("the theme is kept over a reload without a flash", async ({ owner }) => {
  await open(owner, "/");
  await owner.getByRole("button", { name: /^Account of/ }).click();
  await owner.getByRole("menuitemradio", { name: "Dark" }).or(owner.getByRole("menuitem", { name: "Dark" })).first().click();
  await expect(owner.locator("html")).toHaveAttribute("data-theme", "dark");
  await owner.reload({ waitUntil: "commit" });
  await expect(owner.locator("html")).toHaveAttribute("data-theme", "dark");
  await owner.evaluate(() => localStorage.removeItem("nova-theme"));
});

test("ending another session signs that browser out within a second", async ({ owner, nova, browser }) => {
  const other = await browser.newContext({ baseURL: nova.url });
  const page = await other.newPage();
  await open(page, "/sign-in");
  await page.getByLabel("User name or e-mail").fill("alice");
  await page.getByLabel("Password", { exact: true }).fill("violet kettle runs uphill");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/");
  await open(owner, "/account");
  await owner.getByRole("button", { name: "End all others" }).click();
  await expect(page).toHaveURL(/sign-in/);
  await other.close();
});

test("people, account and sign-in are accessible and fit", async ({ owner, browser, nova }, info) => {
  for (const path of ["/people", "/account"]) {
    await open(owner, path);
    await accessible(owner);
    await no_sideways_scroll(owner);
  }
  const context = await browser.newContext({ baseURL: nova.url, viewport: info.project.use.viewport, reducedMotion: "reduce" });
  const page = await context.newPage();
  for (const path of ["/sign-in", "/setup/none"]) {
    await open(page, path);
    await accessible(page);
    await no_sideways_scroll(page);
  }
  await context.close();
});
