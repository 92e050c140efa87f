import { join, resolve } from "node:path";
import type { Page } from "@playwright/test";
import { accessible, expect, invite, join_as, no_sideways_scroll, open, test } from "../nova.ts";

const folder = process.env.NOVA_SHOTS && resolve("..", process.env.NOVA_SHOTS);

async function shot(page: Page, name: string, project: string) {
  if (!folder) return;
  for (const theme of ["light", "dark"]) {
    await page.evaluate((theme) => (document.documentElement.dataset.theme = theme), theme);
    await page.screenshot({ path: join(folder, `${name}-${theme}-${project}.png`), animations: "disabled" });
  }
}

async function say(page: Page, text: string) {
  await page.locator("#composer").fill(text);
  await page.locator("#composer").press("Enter");
  await expect(page.locator(".message:not(.message--pending)").getByText(text)).toBeVisible();
}

async function make_room(page: Page, name: string, topic: string, project: string) {
  await open(page, "/chat");
  await page.getByRole("button", { name: "New room" }).click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Topic (optional)").fill(topic);
  await page.getByLabel("Project (optional)").fill(project);
  await page.getByRole("button", { name: "Make the room" }).click();
  await page.waitForURL("**/chat/*");
  await expect(page.getByRole("heading", { name, exact: true })).toBeVisible();
}

async function delete_line(page: Page, text: string) {
  const line = page.locator(".message").filter({ hasText: text });
  // By keyboard, as by hand: the button shows when it has the focus.
  await line.getByRole("button", { name: "Delete the message" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Delete this message?" });
  await expect(dialog).toContainText(text);
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(dialog).toBeHidden();
}

test("a room is made, written in and moderated, live in both browsers", async ({ owner, newPerson, problems }, info) => {
  const on = info.project.name;
  const bob = await newPerson(`bob-rooms-${on}`);
  const name = `Deploys ${on}`;
  await make_room(owner, name, "What goes out, and when.", "");
  await open(bob.page, "/chat");
  await expect(bob.page.getByRole("button", { name: "New room" })).toHaveCount(0);
  await bob.page.getByRole("link", { name }).click();
  await expect(bob.page.locator(".chat__topic")).toHaveText("What goes out, and when.");
  await expect(bob.page.getByRole("button", { name: "Room menu" })).toHaveCount(0);
  await say(owner, "good morning");
  await say(bob.page, "rude words");
  await say(bob.page, "sorry about that");
  await expect(owner.getByText("rude words")).toBeVisible();
  await expect(bob.page.locator(".message").filter({ hasText: "good morning" }).getByRole("button", { name: "Delete" })).toHaveCount(0);
  await shot(owner, "room", on);
  await accessible(owner);
  await no_sideways_scroll(owner);

  await delete_line(owner, "rude words");
  await expect(bob.page.getByText("Deleted by a moderator")).toBeVisible();
  await expect(bob.page.getByText("rude words")).toHaveCount(0);
  await delete_line(bob.page, "sorry about that");
  await expect(owner.getByText("Deleted", { exact: true })).toBeVisible();
  await expect(owner.getByText("sorry about that")).toHaveCount(0);
  await shot(owner, "room-deleted", on);

  // What was deleted while one was away is gone when one comes back.
  await say(owner, "to be gone soon");
  await expect(bob.page.getByText("to be gone soon")).toBeVisible();
  await bob.context.setOffline(true);
  await delete_line(owner, "to be gone soon");
  await bob.context.setOffline(false);
  await bob.page.evaluate(() => window.dispatchEvent(new Event("online")));
  await expect(bob.page.getByText("to be gone soon")).toHaveCount(0, { timeout: 45_000 });

  await owner.getByRole("button", { name: "Room menu" }).click();
  await shot(owner, "room-menu", on);
  await owner.getByRole("menuitem", { name: "Change the room" }).click();
  await owner.getByLabel("Name", { exact: true }).fill("general");
  await owner.getByRole("button", { name: "Save", exact: true }).click();
  await expect(owner.getByText(/Another room has this name/)).toBeVisible();
  await shot(owner, "room-editor", on);
  await accessible(owner);
  await owner.getByLabel("Name", { exact: true }).fill(`Releases ${on}`);
  await owner.getByRole("button", { name: "Save", exact: true }).click();
  await expect(bob.page.getByRole("heading", { name: `Releases ${on}` })).toBeVisible();

  await owner.getByRole("button", { name: "Room menu" }).click();
  await owner.getByRole("menuitem", { name: "Archive the room" }).click();
  await expect(owner.getByText("This room is archived")).toBeVisible();
  await expect(bob.page.getByText("This room is archived")).toBeVisible();
  await expect(owner.locator("#composer")).toHaveCount(0);
  await shot(owner, "room-archived", on);
  await accessible(owner);
  await no_sideways_scroll(owner);
  await open(bob.page, "/chat");
  await expect(bob.page.getByRole("link", { name: `Releases ${on}` })).toHaveCount(0);
  await bob.page.getByRole("button", { name: "Archived rooms" }).click();
  await expect(bob.page.getByRole("link", { name: `Releases ${on}` })).toBeVisible();
  await owner.getByRole("button", { name: "Bring it back" }).click();
  await expect(owner.locator("#composer")).toBeVisible();
  // The name that was taken is told by the server with 422.
  problems.length = 0;
});

test("a role for a project opens its rooms and no others, as soon as it changes", async ({ owner, browser, nova, problems }, info) => {
  const on = info.project.name;
  const role = `guest-${on}`;
  await open(owner, "/people/roles");
  await owner.getByRole("button", { name: "Make a role" }).click();
  await owner.getByLabel("Name", { exact: true }).fill(role);
  for (const permission of [/chat\.use/, /people\.read/]) await owner.getByLabel(permission).check();
  await owner.locator(".scopes__line").filter({ hasText: "chat.use" }).getByLabel(/only under the conditions/).check();
  await owner.getByLabel("Only for these projects").fill("web, not one");
  await owner.getByRole("button", { name: "Save the role" }).click();
  await expect(owner.getByText("“not one” is none.")).toBeVisible();
  await owner.getByLabel("Only for these projects").fill("web");
  await shot(owner, "role-editor", on);
  await owner.getByRole("button", { name: "Save the role" }).click();
  await expect(owner.locator(".card").filter({ hasText: role })).toContainText("for the project web");

  const [inside, outside] = [`Web ${on}`, `Ops ${on}`];
  await make_room(owner, outside, "", "ops");
  await make_room(owner, inside, "", "web");
  const there = owner.url();
  const link = await invite(owner, role);
  const context = await browser.newContext({ baseURL: nova.url, reducedMotion: "reduce" });
  const guest = await context.newPage();
  await open(guest, link);
  await join_as(guest, `wanda-${on}`, "Join");
  await open(guest, "/chat");
  await expect(guest.getByRole("link", { name: inside })).toBeVisible();
  await expect(guest.locator(".chat__rooms a.room-link")).toHaveCount(1);
  await guest.getByRole("link", { name: inside }).click();
  await open(owner, new URL(there).pathname);
  await say(owner, "for web");
  await expect(guest.getByText("for web")).toBeVisible();
  await shot(guest, "guest", on);

  await owner.getByRole("button", { name: "Room menu" }).click();
  await owner.getByRole("menuitem", { name: "Change the room" }).click();
  await owner.getByLabel("Project (optional)").fill("ops");
  await owner.getByRole("button", { name: "Save", exact: true }).click();
  await expect(guest.getByText("This room is not open to you")).toBeVisible();
  await expect(guest.getByText("for web")).toHaveCount(0);
  await expect(guest.locator(".chat__rooms a.room-link")).toHaveCount(0);
  await shot(guest, "guest-out", on);
  await context.close();
  problems.length = 0;
});
