import type { Page } from "@playwright/test";
import { PASSWORD, accessible, expect, no_sideways_scroll, open, test } from "../nova.ts";

const VIEW = ".terminal__view:not([hidden])";

/** What the emulator of this page shows: the owner's one in view, or the guest's only one. */
async function screen(page: Page): Promise<string> {
  return page.evaluate((view) => {
    const rows = document.querySelectorAll(`${document.querySelector(view) ? view : ".terminal"} .xterm-rows > div`);
    return [...rows].map((row) => row.textContent ?? "").join("\n");
  }, VIEW);
}

async function type(page: Page, text: string) {
  await page.locator(".terminal .xterm-helper-textarea").last().focus();
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}

async function openShell(page: Page): Promise<string> {
  await open(page, "/terminal");
  await page.getByRole("button", { name: "Open a shell" }).first().click();
  await page.waitForURL("**/terminal/*");
  await expect(page.locator(VIEW).getByText("connected", { exact: true })).toBeAttached();
  return new URL(page.url()).pathname.split("/").pop() ?? "";
}

async function closeAll(page: Page) {
  await open(page, "/account");
  const list = await (await page.request.post("/api/terminals", { headers: { accept: "application/json" } })).json();
  for (const { id } of list) await page.request.post("/api/close_terminal", { form: { id }, headers: { accept: "application/json" } });
}

async function share(owner: Page, name: string, role: "observer" | "peer") {
  await owner.getByRole("button", { name: "Share this shell" }).click();
  const dialog = owner.getByRole("dialog", { name: "Share this shell" });
  await dialog.getByLabel("With whom, by user name").fill(name);
  await dialog.getByLabel("As", { exact: true }).first().selectOption(role);
  await dialog.getByRole("button", { name: "Share", exact: true }).click();
  await expect(dialog.locator(".share__item")).toContainText(role);
  return dialog;
}

async function joined(guest: Page, id: string) {
  await open(guest, `/terminal/shared/${id}`);
  await expect(guest.getByText("connected", { exact: true })).toBeAttached();
}

/** The box asks only when the sign-in is no longer fresh. */
async function confirm(page: Page) {
  const box = page.getByRole("dialog", { name: "Confirm that it is you" });
  if (await box.isVisible()) {
    await box.getByLabel("Your password").fill(PASSWORD);
    await box.getByRole("button", { name: "Confirm" }).click();
  }
}

test.afterEach(async ({ owner }) => closeAll(owner));

test("a peer reads, is let type, has control, gives it back, and is out when the owner ends it", async ({ owner, newPerson }, info) => {
  const name = `bob-${info.project.name}`;
  const { page: guest } = await newPerson(name);
  const id = await openShell(owner);
  const dialog = await share(owner, name, "peer");
  await owner.keyboard.press("Escape");
  await type(owner, "echo for-both-$((40+2))");
  await open(guest, "/terminal/shared");
  await guest.locator(".terminal-shared").getByRole("link").first().click();
  await expect.poll(() => screen(guest)).toContain("for-both-42");
  await expect(guest.getByText("you read; the owner can let you type")).toBeVisible();
  const bar = owner.getByRole("group", { name: "Who is here" });
  await expect(bar).toContainText("reads");
  // What they type is not taken.
  await type(guest, "echo refused-$((40+3))");
  await owner.getByRole("button", { name: "Share this shell" }).click();
  await dialog.getByRole("button", { name: /^Let type/ }).click();
  await confirm(owner);
  await expect(dialog.locator(".share__item")).toContainText("may type");
  await expect(guest.getByText("you may type", { exact: true })).toBeVisible();
  await type(guest, "echo typed-$((40+4))");
  await expect.poll(() => screen(owner)).toContain("typed-44");
  expect(await screen(owner)).not.toContain("refused-43");
  await dialog.getByRole("button", { name: /^Give control/ }).click();
  await confirm(owner);
  await expect(guest.getByText("you have control")).toBeVisible();
  await owner.keyboard.press("Escape");
  await guest.getByRole("button", { name: "Give control back" }).click();
  await expect(guest.getByText("you have control")).toBeHidden();
  await owner.getByRole("button", { name: "Share this shell" }).click();
  await dialog.getByRole("button", { name: "End all sharing" }).click();
  await expect(guest.getByText("This shell is no longer shared with you.")).toBeVisible({ timeout: 2_000 });
  await expect(bar).toBeHidden();
  await type(guest, "echo after-$((40+5))");
  await type(owner, "echo alone-$((40+6))").catch(() => undefined);
  await guest.reload();
  await expect(guest.getByText("This shell is not shared with you")).toBeVisible();
  expect(id).not.toBe("");
});

test("a link lets in who follows it, and no one after it was ended", async ({ owner, newPerson }, info) => {
  const { page: guest } = await newPerson(`carol-${info.project.name}`, "viewer");
  await openShell(owner);
  await type(owner, "echo by-link-$((40+2))");
  await owner.getByRole("button", { name: "Share this shell" }).click();
  const dialog = owner.getByRole("dialog", { name: "Share this shell" });
  await dialog.getByText("Or by a link").click();
  await dialog.getByRole("button", { name: "Make a link" }).click();
  const link = await dialog.getByLabel("Hand this link over").inputValue();
  await open(guest, new URL(link).pathname);
  await accessible(guest);
  await expect(guest.getByText("only reads")).toBeVisible();
  await guest.getByRole("button", { name: "Join" }).click();
  await guest.waitForURL("**/terminal/shared/*");
  await expect.poll(() => screen(guest)).toContain("by-link-42");
  await expect(guest.getByText("you read", { exact: true })).toBeVisible();
  await no_sideways_scroll(guest);
  await accessible(guest);
  await accessible(owner);
  await dialog.getByRole("button", { name: "End the share with A link" }).click();
  await expect(guest.getByText("This shell is no longer shared with you.")).toBeVisible({ timeout: 2_000 });
  await open(guest, new URL(link).pathname);
  await expect(guest.getByText("This link leads nowhere")).toBeVisible();
});

test("who may watch is seen by the owner all the while, and an emergency stop ends everything", async ({ owner, newPerson }, info) => {
  const name = `dora-${info.project.name}`;
  const { page: dora } = await newPerson(name);
  const id = await openShell(dora);
  await type(dora, "echo watched-$((40+2))");
  await expect.poll(() => screen(dora)).toContain("watched-42");
  await open(owner, "/people/terminals");
  await expect(owner.locator(".list__item").filter({ hasText: name[0].toUpperCase() + name.slice(1) })).toBeVisible();
  await accessible(owner);
  await no_sideways_scroll(owner);
  await owner.getByRole("button", { name: new RegExp(`^Watch .* of ${name}`, "i") }).click();
  await confirm(owner);
  await owner.waitForURL(`**/terminal/shared/${id}`);
  await expect.poll(() => screen(owner)).toContain("watched-42");
  await expect(owner.getByText("you watch, everybody here sees it")).toBeVisible();
  await expect(dora.getByText("Alice is watching")).toBeVisible();
  await accessible(dora);
  await open(owner, "/people/terminals");
  await expect(dora.getByText("Alice is watching")).toBeHidden();
  await owner.getByRole("button", { name: "Stop all" }).click();
  await owner.getByRole("dialog", { name: "Stop all shells?" }).getByRole("button", { name: "End" }).click();
  await confirm(owner);
  await expect(owner.getByText("Shells are stopped")).toBeVisible();
  await expect(dora.getByText("Signal 9 has ended the shell.")).toBeVisible();
  await dora.getByRole("button", { name: "Open another" }).click();
  await expect(dora.getByText("No shell is opened at present")).toBeVisible();
  await owner.getByRole("button", { name: "Let them be opened again" }).click();
  await expect(owner.getByText("Shells are stopped")).toBeHidden();
  await open(owner, "/audit");
  for (const words of ["began to watch someone's shell", "stopped watching someone's shell", "ended someone else's shells"]) {
    await expect(owner.getByText(words).first()).toBeVisible();
  }
});

test("a restricted role chooses among its programs and gets no shell", async ({ owner, newPerson }, info) => {
  const { page: op } = await newPerson(`olaf-${info.project.name}`, "operator");
  await open(owner, "/people/terminals");
  const lines = owner.getByLabel("Roles that run programs instead of a shell");
  await lines.fill("role operator\nprogram Say: echo hello");
  await owner.getByRole("button", { name: "Save" }).last().click();
  await expect(owner.getByText("write the program's whole path")).toBeVisible();
  await lines.fill("role operator\nprogram Say: /bin/echo said $HOME\nprogram Wait: /bin/sleep 1000\n");
  await owner.getByRole("button", { name: "Save" }).last().click();
  await confirm(owner);
  await expect(owner.getByText("Saved: it holds")).toBeVisible();
  await accessible(owner);
  await no_sideways_scroll(owner);
  await open(op, "/terminal");
  await op.getByRole("button", { name: "Open a shell" }).first().click();
  await expect(op.getByRole("dialog", { name: "Which program?" })).toBeVisible();
  await op.getByRole("button", { name: "Start Say" }).click();
  await expect.poll(() => screen(op)).toContain("said $HOME");
  await expect(op.getByText("The shell has exited.")).toBeVisible();
  await lines.fill("");
  // By key: on a phone the news of the first saving lies over the button.
  await owner.getByRole("button", { name: "Save" }).last().press("Enter");
  await expect(owner.getByText("Saved: it holds").last()).toBeVisible();
  await closeAll(op);
});
