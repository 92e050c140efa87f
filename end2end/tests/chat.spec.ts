import type { Page } from "@playwright/test";
import { accessible, expect, no_sideways_scroll, open, test } from "../nova.ts";

async function say(page: Page, text: string) {
  await page.locator("#composer").fill(text);
  await page.locator("#composer").press("Enter");
}

async function general(page: Page) {
  await open(page, "/chat");
  await page.getByRole("link", { name: /general/ }).click();
  await page.waitForURL("**/chat/*");
}

test("two people talk: at once, in order, with typing, unread and presence", async ({ owner, newPerson }, info) => {
  const bob = await newPerson(`bob-${info.project.name}`);
  await general(owner);
  await general(bob.page);
  await say(owner, "hello from alice");
  await expect(bob.page.getByText("hello from alice")).toBeVisible();
  await bob.page.locator("#composer").pressSequentially("hm");
  await expect(owner.locator(".typing")).toContainText("is typing");
  await say(bob.page, "hello back");
  await expect(owner.getByText("hello back")).toBeVisible();

  await open(bob.page, "/account");
  await say(owner, "are you there?");
  await expect(bob.page.getByText("1 unread message").or(bob.page.locator(".count")).first()).toBeAttached();
  await general(bob.page);
  await expect(bob.page.getByText("are you there?")).toBeVisible();
  await expect(bob.page.locator(".count")).toHaveCount(0);
});

test("a direct message reaches its one reader", async ({ owner, newPerson }, info) => {
  const carol = await newPerson(`carol-${info.project.name}`);
  await open(owner, "/chat");
  await owner.getByRole("button", { name: new RegExp(`Carol-${info.project.name}`) }).click();
  await owner.waitForURL("**/chat/*");
  await say(owner, "just for you");
  await open(carol.page, "/chat");
  await carol.page.getByRole("button", { name: /^(.* )?Alice/ }).click();
  await expect(carol.page.getByText("just for you")).toBeVisible();
});

test("a cut loses nothing and doubles nothing", async ({ owner, newPerson, problems }, info) => {
  const dave = await newPerson(`dave-${info.project.name}`);
  await general(owner);
  await general(dave.page);
  await say(owner, "one before the cut");
  await expect(dave.page.getByText("one before the cut")).toBeVisible();
  await dave.context.setOffline(true);
  for (let n = 1; n <= 5; n += 1) await say(owner, `during the cut ${n}`);
  await expect(owner.getByText("during the cut 5")).toBeVisible();
  await dave.context.setOffline(false);
  await dave.page.evaluate(() => window.dispatchEvent(new Event("online")));
  await expect(dave.page.getByText("during the cut 5")).toBeVisible({ timeout: 45_000 });
  await say(owner, "one after the cut");
  await expect(dave.page.getByText("one after the cut")).toBeVisible();
  for (let n = 1; n <= 5; n += 1) await expect(dave.page.getByText(`during the cut ${n}`)).toHaveCount(1);
  problems.length = 0;
});

test("a message that was not sent says so and can be sent again", async ({ owner, problems }) => {
  await general(owner);
  await owner.route("**/api/send_message", (route) => route.abort());
  await say(owner, "will not get there");
  await expect(owner.getByRole("alert")).toContainText("Not sent");
  await owner.unroute("**/api/send_message");
  await owner.getByRole("button", { name: "Send again" }).click();
  await expect(owner.getByRole("alert")).toHaveCount(0);
  await expect(owner.getByText("will not get there")).toHaveCount(1);
  problems.length = 0;
});

test("kill -9 loses no message that was acknowledged", async ({ nova, owner, problems }) => {
  await general(owner);
  await say(owner, "written before the crash");
  await expect(owner.locator(".message:not(.message--pending)").getByText("written before the crash")).toBeVisible();
  await nova.kill("SIGKILL");
  await nova.start();
  await owner.reload();
  await expect(owner.getByText("written before the crash")).toHaveCount(1);
  problems.length = 0;
});

test("chat is accessible and fits, rooms and a conversation", async ({ owner }) => {
  await open(owner, "/chat");
  await accessible(owner);
  await general(owner);
  await say(owner, "a word that is so long that it must be broken: " + "x".repeat(300));
  await accessible(owner);
  await no_sideways_scroll(owner);
});
