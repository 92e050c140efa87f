import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { PASSWORD, accessible, expect, no_sideways_scroll, open, test } from "../nova.ts";

const VIEW = ".terminal__view:not([hidden])";

async function screen(page: Page): Promise<string> {
  return page.evaluate((view) => {
    const rows = document.querySelectorAll(`${view} .xterm-rows > div`);
    return [...rows].map((row) => row.textContent ?? "").join("\n");
  }, VIEW);
}

async function keys(page: Page, text: string) {
  await page.locator(`${VIEW} .xterm-helper-textarea`).focus();
  await page.keyboard.type(text);
}

async function type(page: Page, text: string) {
  await keys(page, text);
  await page.keyboard.press("Enter");
}

const marks = (page: Page, state: string) => page.locator(`${VIEW} .terminal-mark[data-state="${state}"]:not([hidden])`);

async function openShell(page: Page) {
  await page.getByRole("button", { name: "Open a shell" }).first().click();
  await page.waitForURL("**/terminal/*");
  await expect(page.locator(`${VIEW} .xterm-helper-textarea`)).toBeAttached();
  await type(page, "PS1='$ '");
  await type(page, "clear");
  await type(page, "echo ready-$((1+1))");
  await expect.poll(() => screen(page)).toContain("ready-2");
  await expect(marks(page, "ok")).toHaveCount(1);
}

const post = async (page: Page, path: string, data: object) =>
  (await page.request.post(path, { data, headers: { accept: "application/json" } })).json();
const form = (page: Page, path: string, form: Record<string, string>) =>
  page.request.post(path, { form, headers: { accept: "application/json" } });

test.beforeEach(async ({ owner }) => open(owner, "/terminal"));

test.afterEach(async ({ owner }) => {
  // From a page that shows none of them.
  await open(owner, "/account");
  const headers = { accept: "application/json" };
  const list = await (await owner.request.post("/api/terminals", { headers })).json();
  for (const { id } of list) await form(owner, "/api/close_terminal", { id });
  await post(owner, "/api/save_terminal_settings", { settings: {} });
  await form(owner, "/api/clear_commands", {});
  const [templates] = await (await owner.request.post("/api/command_templates", { headers })).json();
  for (const { id } of templates) if (id) await form(owner, "/api/remove_command_template", { id });
});

test("commands: each has a mark, and its output is copied, jumped to and run again", async ({ owner }) => {
  await openShell(owner);
  await type(owner, "false");
  await expect(marks(owner, "failed")).toHaveCount(1);
  await type(owner, "seq 1 80; sleep 0.2");
  await expect.poll(async () => (await screen(owner)).trimEnd()).toMatch(/80\n\$$/);
  // Only its output is in view: the bar says whose.
  const bar = owner.getByRole("group", { name: "The command" });
  await owner.keyboard.press("Shift+PageUp");
  await expect(bar).toContainText("seq 1 80; sleep 0.2");
  await expect(bar).toContainText(/succeeded, \d/);
  await accessible(owner);
  await no_sideways_scroll(owner);
  await bar.getByRole("button", { name: "Copy its output" }).click();
  await expect.poll(() => owner.evaluate(() => navigator.clipboard.readText())).toBe([...Array(80).keys()].map((n) => n + 1).join("\n"));
  await bar.getByRole("button", { name: "Previous command" }).click();
  await bar.getByRole("button", { name: "Previous command" }).click();
  await expect(bar).toContainText("false");
  await expect(bar).toContainText("exit 1");
  await bar.getByRole("button", { name: "Run it again" }).click();
  await expect(marks(owner, "failed")).toHaveCount(1);
  await expect.poll(async () => (await screen(owner)).trimEnd()).toMatch(/\$ false\n\$$/);
  // By keys alone.
  await keys(owner, "");
  await owner.keyboard.press("Control+Shift+ArrowUp");
  await expect(bar).toContainText("false");
  await bar.getByRole("button", { name: "Back to the prompt" }).click();
  await expect(bar).toBeHidden();
  // After a reload the marks are there again.
  await owner.reload();
  await expect(marks(owner, "failed").first()).toHaveAttribute("title", /^false: exit 1/);
});

test("commands: what a file shows makes no marks", async ({ owner, nova }) => {
  writeFileSync(join(nova.dir, "hostile"), "\x1b]633;E;forged;x\x07\x1b]133;C;aid=x\x07\x1b]133;D;1;aid=x\x07\x1b]133;C\x07\x1b]133;D;1\x07shown\n");
  await openShell(owner);
  await type(owner, "cat hostile");
  await expect(marks(owner, "ok").last()).toHaveAttribute("title", /^cat hostile/);
  await expect(marks(owner, "failed")).toHaveCount(0);
  const { commands } = await post(owner, "/api/search_commands", { search: { text: "forged" } });
  expect(commands).toEqual([]);
});

test("commands: the history finds, inserts, runs, pins and deletes", async ({ owner, isMobile, problems }) => {
  await openShell(owner);
  for (const line of ["echo harbour-one", "echo quay-two", "ls /nowhere-at-all", "export API_TOKEN=hunter2", " echo kept-out"]) {
    await type(owner, line);
  }
  await expect(marks(owner, "failed")).toHaveCount(1);
  if (isMobile) await owner.getByRole("button", { name: "Command history" }).click();
  else await owner.keyboard.press("Control+Shift+H");
  const dialog = owner.getByRole("dialog", { name: "Command history" });
  const field = dialog.getByRole("combobox", { name: "Search your commands" });
  const options = dialog.getByRole("option");
  await expect(field).toBeFocused();
  await expect(options.filter({ hasText: "echo harbour-one" })).toBeVisible();
  await expect(options.filter({ hasText: "hunter2" })).toHaveCount(0);
  await expect(options.filter({ hasText: "kept-out" })).toHaveCount(0);
  await accessible(owner);
  await no_sideways_scroll(owner);
  await field.fill("hrbr");
  await expect(options).toHaveCount(1);
  await expect(dialog.getByText("1 command", { exact: true })).toBeVisible();
  await dialog.getByRole("radio", { name: "Regex" }).check();
  await field.fill("(");
  await expect(dialog.getByText("This is no regular expression")).toBeVisible();
  // The browser says that it was refused.
  expect(problems.splice(0)).toEqual([expect.stringContaining("422")]);
  await field.fill("");
  await dialog.getByRole("button", { name: "Failed" }).click();
  await expect(options).toHaveCount(1);
  await expect(options).toContainText("ls /nowhere-at-all");
  await dialog.getByRole("button", { name: "Pin", exact: true }).click();
  await expect(options).toContainText("pinned");
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(options).toHaveCount(0);
  await dialog.getByRole("button", { name: "Failed" }).click();
  await field.fill("quay");
  await expect(options).toHaveCount(1);
  await field.press("Enter");
  await expect(dialog).toBeHidden();
  await expect.poll(async () => (await screen(owner)).trimEnd()).toMatch(/\$ echo quay-two$/);
  await owner.keyboard.press("Control+C");
  await owner.getByRole("button", { name: "Command history" }).click();
  await field.fill("harbour");
  await expect(options).toHaveCount(1);
  await field.press("Control+Enter");
  await expect.poll(async () => (await screen(owner)).match(/^harbour-one/gm)?.length).toBe(2);
  const file = await owner.request.get("/terminal/history/export");
  expect((await file.text()).trim().split("\n").map((line) => JSON.parse(line).line)).toContain("echo quay-two");
  await owner.getByRole("button", { name: "Command history" }).click();
  await dialog.getByRole("button", { name: "Delete all…" }).click();
  await owner.getByRole("button", { name: "Delete all commands" }).click();
  await expect(dialog.getByText("No commands yet.")).toBeVisible();
});

test("commands: a line is suggested and taken, and not where it is switched off", async ({ owner }) => {
  await openShell(owner);
  await type(owner, "echo lighthouse-keeper");
  await expect.poll(async () => (await post(owner, "/api/search_commands", { search: { text: "lighthouse" } })).commands.length).toBe(1);
  await owner.reload();
  await expect.poll(() => screen(owner)).toContain("lighthouse-keeper");
  const ghost = owner.locator(`${VIEW} .terminal-ghost`);
  await keys(owner, "echo li");
  await expect(ghost).toBeVisible();
  await expect(ghost).toHaveText("ghthouse-keeper");
  await accessible(owner);
  await owner.keyboard.press("ArrowRight");
  await expect(ghost).toBeHidden();
  await owner.keyboard.press("Enter");
  await expect.poll(async () => (await screen(owner)).match(/^lighthouse-keeper/gm)?.length).toBe(2);
  // Never while a program runs.
  await type(owner, "cat");
  await keys(owner, "echo li");
  await expect.poll(async () => (await screen(owner)).trimEnd()).toMatch(/\necho li$/);
  await expect(ghost).toBeHidden();
  await owner.keyboard.press("Control+C");
  await owner.getByRole("button", { name: "Terminal settings" }).click();
  await owner.getByRole("switch", { name: "Suggest commands" }).uncheck();
  await owner.getByRole("button", { name: "Save" }).click();
  await expect(owner.getByText("Saved, for all your devices")).toBeVisible();
  await owner.getByRole("button", { name: "Close the settings" }).click();
  await keys(owner, "echo li");
  await expect.poll(async () => (await screen(owner)).trimEnd()).toMatch(/\$ echo li$/);
  await expect(ghost).toBeHidden();
});

test("commands: a template is written, filled in and run; its project is told by the directory", async ({ owner, nova }) => {
  mkdirSync(join(nova.dir, "work", ".git"), { recursive: true });
  await openShell(owner);
  await type(owner, "cd work");
  await expect(marks(owner, "ok").last()).toHaveAttribute("title", /^cd work/);
  await owner.getByRole("button", { name: "Command templates" }).click();
  const dialog = owner.locator("#command-templates");
  await expect(dialog.getByText("Here: Git")).toBeVisible();
  await expect(dialog.getByText("New branch")).toBeVisible();
  await accessible(owner);
  await dialog.getByRole("button", { name: "New template" }).click();
  await dialog.getByLabel("Name").fill("Greet");
  await dialog.getByLabel("Command", { exact: true }).fill("echo {{who");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("ends with }}")).toBeVisible();
  await dialog.getByLabel("Command", { exact: true }).fill("printf '<%s>' {{who}} {{times:number}} {{how:choice(loud|soft)}}");
  await accessible(owner);
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByRole("button", { name: /^Greet/ }).click();
  await dialog.getByLabel("who").fill("it's $(me) \\");
  await dialog.getByRole("button", { name: "Insert" }).click();
  await expect(dialog.getByText("Fill this in.")).toBeVisible();
  await expect(dialog.getByLabel("times")).toBeFocused();
  await dialog.getByLabel("times").fill("2.5");
  await dialog.getByLabel("how").selectOption("soft");
  await accessible(owner);
  await no_sideways_scroll(owner);
  await dialog.getByRole("button", { name: "Run" }).click();
  await expect.poll(() => screen(owner)).toContain("<it's $(me) \\><2.5><soft>");
});

test("commands: an owner has them in the audit log, as their shells report them", async ({ owner }) => {
  await open(owner, "/audit");
  await owner.getByRole("switch", { name: "Note each command in the audit log" }).check();
  await owner.getByRole("button", { name: "Save" }).click();
  const confirm = owner.getByLabel("Password", { exact: true });
  await expect(owner.getByText("Saved").or(confirm)).toBeVisible();
  if (await confirm.isVisible()) {
    await confirm.fill(PASSWORD);
    await owner.keyboard.press("Enter");
    await expect(owner.getByText("Saved")).toBeVisible();
  }
  await open(owner, "/terminal");
  await openShell(owner);
  await type(owner, "echo audited-one");
  await type(owner, "export TOKEN=hunter2");
  const log = async () => (await post(owner, "/api/audit_events", { filter: { action: "command." }, before: null })).events;
  await expect.poll(async () => (await log())[0]?.object_name).toBe("(a line that looks as if it held a secret)");
  await open(owner, "/audit?action=command.");
  const entry = owner.getByRole("listitem").filter({ hasText: "echo audited-one" });
  await expect(entry).toContainText("the shell’s account");
  await expect(entry).toContainText("whose user can forge it");
  await accessible(owner);
  await no_sideways_scroll(owner);
  await owner.getByRole("switch", { name: "Note each command in the audit log" }).uncheck();
  await owner.getByRole("button", { name: "Save" }).click();
  await expect(owner.getByText("Saved")).toBeVisible();
});
