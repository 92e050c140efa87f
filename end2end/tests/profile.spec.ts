import type { Page } from "@playwright/test";
import { accessible, expect, no_sideways_scroll, open, test } from "../nova.ts";

/** A picture of two colours, as the browser itself draws and packs it. */
async function drawn(page: Page, kind = "image/png", [left, right] = ["#c81e1e", "#1e1ec8"]) {
  const url = await page.evaluate(([kind, left, right]) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [600, 400];
    const pen = canvas.getContext("2d")!;
    pen.fillStyle = left;
    pen.fillRect(0, 0, 300, 400);
    pen.fillStyle = right;
    pen.fillRect(300, 0, 300, 400);
    return canvas.toDataURL(kind);
  }, [kind, left, right]);
  return { name: `me.${kind.split("/")[1]}`, mimeType: kind, buffer: Buffer.from(url.split(",")[1], "base64") };
}

const face = (page: Page, where: string) => page.locator(`${where} .avatar__picture`).first();

/** It is there, it is ours, and the browser could read it. */
async function pictured(page: Page, where: string) {
  await expect(face(page, where)).toHaveAttribute("src", /^\/api\/avatars\/[0-9a-f-]{36}\/[0-9a-f]{32}/);
  await expect.poll(() => face(page, where).evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
}

async function chat(page: Page) {
  await open(page, "/chat");
  await page.getByRole("link", { name: /general/ }).click();
  await page.waitForURL("**/chat/*");
}

test("a picture is shown everywhere at once, stays and goes", async ({ owner, newPerson }, info) => {
  const name = `fay-${info.project.name}`;
  const { page } = await newPerson(name);
  await chat(page);
  await page.locator("#composer").fill(`a word from ${name}`);
  await page.locator("#composer").press("Enter");
  await expect(page.getByText(`a word from ${name}`)).toBeVisible();
  await chat(owner);
  const hers = owner.locator(".message", { hasText: `a word from ${name}` });
  await expect(hers.locator(".avatar")).toHaveAttribute("data-initials", /^F/);
  await expect(hers.locator(".avatar__picture")).toHaveCount(0);

  await open(page, "/account");
  await page.locator("input[type=file]").setInputFiles(await drawn(page, "image/jpeg"));
  await expect(page.getByText("Your picture is changed")).toBeVisible();
  await pictured(page, ".picture");
  await pictured(page, ".topbar__account");
  // Whoever has the room open sees it without reloading.
  await pictured(owner, `.message:has-text("a word from ${name}")`);

  await page.reload();
  await pictured(page, ".topbar__account");
  await open(owner, "/people");
  await pictured(owner, `.list__item:has-text("${name}")`);
  const asked = await page.request.get((await face(page, ".topbar__account").getAttribute("src"))!);
  expect(asked.headers()).toMatchObject({
    "content-type": "image/webp", "x-content-type-options": "nosniff", "content-security-policy": "default-src 'none'",
    "cache-control": "private, max-age=31536000, immutable",
  });

  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByText("Your picture is removed")).toBeVisible();
  await expect(page.locator(".avatar__picture")).toHaveCount(0);
  await open(page, "/chat");
  await expect(page.locator(".topbar__account .avatar__picture")).toHaveCount(0);
});

test("a picture is dropped, another refused, and an admin removes it", async ({ owner, newPerson }, info) => {
  const name = `gus-${info.project.name}`;
  const { page } = await newPerson(name);
  await open(page, "/account");
  await accessible(page);
  await no_sideways_scroll(page);
  const { buffer } = await drawn(page, "image/webp");
  const held = await page.evaluateHandle((bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "me.webp", { type: "image/webp" }));
    return data;
  }, [...buffer]);
  await page.dispatchEvent(".picture", "dragover", { dataTransfer: held });
  await expect(page.locator(".picture--over")).toBeVisible();
  await page.dispatchEvent(".picture", "drop", { dataTransfer: held });
  await pictured(page, ".picture");

  const before = await face(page, ".picture").getAttribute("src");
  await page.locator("input[type=file]").setInputFiles({ name: "me.png", mimeType: "image/png", buffer: Buffer.from("<svg onload='alert(1)'/>") });
  await expect(page.getByRole("alert")).toContainText("This is no picture that can be used here.");
  await expect(face(page, ".picture")).toHaveAttribute("src", before!);
  await page.locator("input[type=file]").setInputFiles({ name: "me.png", mimeType: "image/png", buffer: Buffer.alloc(5 * 1024 * 1024 + 1) });
  await expect(page.getByRole("alert")).toContainText("larger than 5 MiB");

  await open(owner, "/people");
  const row = owner.getByRole("listitem").filter({ hasText: name });
  await row.getByRole("button", { name: /Actions for/ }).click();
  await owner.getByRole("menuitem", { name: "Remove picture" }).click();
  await expect(owner.getByText("Their picture is removed")).toBeVisible();
  await expect(row.locator(".avatar__picture")).toHaveCount(0);
  await page.reload();
  await expect(page.locator(".avatar__picture")).toHaveCount(0);
});

test("a time zone and a way of writing change every time that is shown", async ({ newPerson }, info) => {
  const { page } = await newPerson(`hal-${info.project.name}`);
  await chat(page);
  await page.locator("#composer").fill("what time is it?");
  await page.locator("#composer").press("Enter");
  await open(page, "/account");
  const seen = page.locator(".session time").first();
  const before = await seen.getAttribute("title");
  expect(before).not.toBeNull();
  await page.getByLabel("Time zone").fill("pacific/kiritimati");
  await page.getByLabel("Way of writing").fill("en-GB");
  const form = page.locator("form", { has: page.getByLabel("Time zone") });
  await expect(form).toContainText("GMT+14");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await expect(page.getByLabel("Time zone")).toHaveValue("Pacific/Kiritimati");
  // Ahead of everybody: the title of the same moment has changed, and follows the page through a reload.
  await expect(seen).toHaveAttribute("title", /GMT\+14/);
  expect(await seen.getAttribute("title")).not.toBe(before);
  await page.reload();
  await expect(seen).toHaveAttribute("title", /GMT\+14/);

  const moment = new Date(Date.parse((await seen.getAttribute("datetime"))!));
  const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeZone: "Pacific/Kiritimati" }).format(moment);
  await chat(page);
  await expect(page.locator(".day-line").last()).toHaveText(day);
  await page.reload();
  await expect(page.locator(".day-line").last()).toHaveText(day);

  await open(page, "/account");
  await page.getByLabel("Time zone").fill("Europe/Atlantis");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form.getByRole("alert")).toContainText("no time zone known here");
  await page.getByLabel("Time zone").fill("");
  await page.getByLabel("Way of writing").fill("");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(seen).toHaveAttribute("title", before!);
  expect(await page.locator("#zones option").count()).toBeGreaterThan(300);
  expect(await page.locator("#locales option").count()).toBeGreaterThan(100);
});
