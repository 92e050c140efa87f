import type { Page } from "@playwright/test";
import { accessible, expect, no_sideways_scroll, open, test } from "../nova.ts";

const VIEW = ".terminal__view:not([hidden])";
const rowsOf = (page: Page, where: string) =>
  page.evaluate((where) => [...document.querySelectorAll(`${where} .xterm-rows > div`)].map((row) => row.textContent ?? "").join("\n"), where);
const screen = (page: Page) => rowsOf(page, VIEW);
const played = (page: Page) => rowsOf(page, ".player__host");

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
  await type(page, "PS1='$ '; bind 'set enable-bracketed-paste off'; clear; echo ready-$((1+1))");
  await expect.poll(() => screen(page)).toContain("ready-2");
}

const look = async (page: Page, name: string) => {
  if (!process.env.NOVA_TEST_LOOK) return;
  for (const theme of ["light", "dark"]) {
    await page.evaluate((theme) => (document.documentElement.dataset.theme = theme), theme);
    await page.waitForTimeout(300);
    await page.screenshot({ path: `${process.env.NOVA_TEST_LOOK}/${name}-${theme}-${test.info().project.name}.png` });
  }
};

test.afterEach(async ({ owner }) => {
  await open(owner, "/account");
  const headers = { accept: "application/json" };
  const list = await (await owner.request.post("/api/terminals", { headers })).json();
  for (const { id } of list) await owner.request.post("/api/close_terminal", { form: { id }, headers });
});

test("recording: record, play, seek, search, share, delete", async ({ owner, newPerson }) => {
  await openShell(owner);
  await owner.getByRole("button", { name: "Record this shell" }).click();
  await expect(owner.locator(VIEW).getByText("recording", { exact: true })).toBeVisible();
  const mark = (kind: string) => `\\e]133;${kind}\\a`;
  await type(owner, `printf '${mark("B")}make it\\n${mark("C")}first-%s\\n${mark("D;3")}' $((40+2))`);
  await expect.poll(() => screen(owner)).toContain("first-42");
  await type(owner, "sleep 3; clear; echo second-$((80+4))");
  await expect.poll(() => screen(owner)).toContain("second-84");
  await accessible(owner);
  await no_sideways_scroll(owner);
  await look(owner, "recording");
  await owner.getByRole("button", { name: "End the recording" }).click();
  await expect(owner.getByText("it is under Recordings")).toBeVisible();
  await expect(owner.locator(VIEW).getByText("recording", { exact: true })).toBeHidden();

  await open(owner, "/recordings");
  const row = owner.getByRole("listitem").filter({ hasText: "ended" }).first();
  await expect(row).toBeVisible();
  await accessible(owner);
  await no_sideways_scroll(owner);
  await look(owner, "recordings");
  await row.getByRole("link").click();
  await owner.waitForURL("**/recordings/*");

  // At the beginning stands what the screen showed then; playing comes to the end.
  await expect.poll(() => played(owner)).toContain("ready-2");
  expect(await played(owner)).not.toContain("first-42");
  const moments = owner.getByRole("complementary", { name: "Moments" });
  // Its own command stands before it, told by the shell.
  const made = moments.getByRole("button", { name: /^[\d:]+ make it/ });
  await expect(made).toBeVisible();
  await expect(moments.getByText("status 3")).toBeVisible();
  await accessible(owner);
  await no_sideways_scroll(owner);
  await look(owner, "player");
  await owner.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(() => played(owner), { timeout: 20_000 }).toContain("second-84");
  await expect(owner.getByRole("button", { name: "Play", exact: true })).toBeVisible();

  // Back to a command, by the list and by the keyboard.
  await made.click();
  await expect.poll(() => played(owner)).toContain("first-42");
  expect(await played(owner)).not.toContain("second-84");
  const position = owner.getByLabel("Position");
  await position.focus();
  await owner.keyboard.press("End");
  await expect.poll(() => played(owner)).toContain("second-84");
  await owner.keyboard.press("Home");
  await expect.poll(() => played(owner)).not.toContain("first-42");
  await owner.keyboard.press("]");
  await owner.keyboard.press("]");
  await expect.poll(() => played(owner)).toContain("first-42");

  // Text it showed.
  await owner.keyboard.press("/");
  const field = moments.getByLabel("Text it showed");
  await expect(field).toBeFocused();
  await field.fill("SECOND-84");
  await field.press("Enter");
  await expect(moments.getByText("1 place")).toBeVisible();
  await expect.poll(() => played(owner)).toContain("second-84");
  await field.fill("nobody wrote this");
  await field.press("Enter");
  await expect(moments.getByText("Nothing found")).toBeVisible();
  await accessible(owner);

  // It is what was written, and others read it.
  await owner.getByRole("button", { name: "Check" }).click();
  await expect(owner.getByText(/are what was written/)).toBeVisible();
  const [download] = await Promise.all([owner.waitForEvent("download"), owner.getByRole("link", { name: "Download .cast" }).click()]);
  expect(download.suggestedFilename()).toMatch(/^nova-.*\.cast$/);
  const [header, ...lines] = await (await import("node:fs/promises")).readFile(await download.path(), "utf8").then((text) => text.trim().split("\n"));
  expect(JSON.parse(header).version).toBe(3);
  expect(lines.filter((line) => line.startsWith("[")).map((line) => JSON.parse(line)[1])).toContain("o");

  // A link opens it to who is signed in, and to nothing else.
  await owner.getByRole("button", { name: "Share" }).click();
  const dialog = owner.getByRole("dialog", { name: "Share this recording" });
  await dialog.getByLabel("Days the link holds").fill("99");
  await dialog.getByRole("button", { name: "Make a link" }).click();
  await expect(dialog.getByText("A link holds for 1 to 30 days.")).toBeVisible();
  await dialog.getByLabel("Days the link holds").fill("2");
  await dialog.getByRole("button", { name: "Make a link" }).click();
  const link = await dialog.getByLabel("Hand this link over").inputValue();
  await accessible(owner);
  await look(owner, "share");
  await owner.keyboard.press("Escape");
  const url = owner.url();
  const guest = await newPerson(`guest${test.info().project.name}`, "viewer");
  await open(guest.page, new URL(link).pathname + new URL(link).search);
  await expect.poll(() => played(guest.page)).toContain("ready-2");
  await expect(guest.page.getByRole("button", { name: "Delete" })).toHaveCount(0);

  await open(owner, url);
  await owner.getByRole("button", { name: "Delete" }).click();
  await owner.getByRole("dialog", { name: "Delete this recording?" }).getByRole("button", { name: "Delete it" }).click();
  await owner.waitForURL("**/recordings");
  await expect(owner.getByText("No recordings yet")).toBeVisible();
  await look(owner, "empty");
});

test("recording: what a role requires is seen, and not ended by its person", async ({ owner, newPerson }) => {
  await open(owner, "/recordings");
  await owner.getByRole("button", { name: "Whose shells are recorded" }).click();
  const dialog = owner.getByRole("dialog", { name: "Whose shells are recorded" });
  const decide = async (mode: string, days: string) => {
    await dialog.getByLabel("Role", { exact: true }).selectOption("developer");
    await dialog.getByLabel("Its shells are recorded").selectOption(mode);
    await dialog.getByLabel("Days a recording is kept").fill(days);
    await dialog.getByRole("button", { name: "Save" }).click();
  };
  await decide("always", "0");
  await expect(dialog.getByText("Keep recordings for 1 to 3650 days")).toBeVisible();
  await accessible(owner);
  await look(owner, "policy");
  await decide("always", "30");
  await expect(owner.getByText("Saved for the role developer").first()).toBeVisible();

  const { page } = await newPerson(`dev${test.info().project.name}`, "developer");
  await openShell(page);
  await expect(page.locator(VIEW).getByText("recorded, as required")).toBeVisible();
  await expect(page.getByRole("button", { name: "End the recording" })).toHaveCount(0);
  await type(page, "echo watched-$((1+2))");
  await expect.poll(() => screen(page)).toContain("watched-3");
  await type(page, "exit");
  await expect(page.getByText("The shell has exited.")).toBeVisible();
  await open(page, "/recordings");
  await page.getByRole("listitem").filter({ hasText: "required" }).getByRole("link").click();
  await expect(page.getByRole("button", { name: "Check" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Delete" })).toHaveCount(0);

  // Who may read everybody's finds it; to delete it they show who they are.
  await open(owner, "/recordings?whose=all&text=Dev");
  await owner.getByRole("listitem").filter({ hasText: "required" }).first().getByRole("link").click();
  await expect.poll(() => played(owner)).not.toBe("");
  const position = owner.getByLabel("Position");
  await expect(position).toBeEnabled();
  await position.focus();
  await owner.keyboard.press("End");
  await expect.poll(() => played(owner)).toContain("watched-3");
  await owner.getByRole("button", { name: "Delete" }).click();
  await owner.getByRole("dialog", { name: "Delete this recording?" }).getByRole("button", { name: "Delete it" }).click();
  await owner.waitForURL("**/recordings");

  await owner.getByRole("button", { name: "Whose shells are recorded" }).click();
  await decide("ask", "90");
  await expect(owner.getByText("Saved for the role developer").first()).toBeVisible();
});
