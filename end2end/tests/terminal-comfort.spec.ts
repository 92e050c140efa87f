import type { Locator, Page } from "@playwright/test";
import { accessible, expect, no_sideways_scroll, open, test } from "../nova.ts";

const VIEW = ".terminal__view:not([hidden])";

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
  await page.getByRole("button", { name: "Open a shell" }).first().click();
  await page.waitForURL("**/terminal/*");
  await expect(page.locator(VIEW).getByText("connected", { exact: true })).toBeAttached();
  await expect(page.locator(`${VIEW} .xterm-helper-textarea`)).toBeAttached();
  await type(page, "PS1='$ '; bind 'set enable-bracketed-paste off'; clear; echo ready-$((1+1))");
  await expect.poll(() => screen(page)).toContain("ready-2");
}

async function panel(page: Page): Promise<Locator> {
  await page.getByRole("button", { name: "Terminal settings" }).click();
  const panel = page.getByRole("region", { name: "Terminal settings" });
  await expect(panel).toBeVisible();
  return panel;
}

/** A paste as the browser gives it; headless browsers keep their clipboards to themselves. */
async function paste(page: Page, text: string) {
  await page.locator(`${VIEW} .xterm-helper-textarea`).evaluate((element, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

const ground = (page: Page) =>
  page.locator(`${VIEW} .terminal__pane`).evaluate((element) => getComputedStyle(element).backgroundColor);
const fontSize = (page: Page) =>
  page.locator(`${VIEW} .xterm-rows`).evaluate((element) => getComputedStyle(element).fontSize);
const post = (page: Page, path: string, data: object) =>
  page.request.post(path, { data, headers: { accept: "application/json" } });

test.beforeEach(async ({ owner }) => open(owner, "/terminal"));

test.afterEach(async ({ owner }) => {
  // From a page that shows none of them.
  await open(owner, "/account");
  const headers = { accept: "application/json" };
  const list = await (await owner.request.post("/api/terminals", { headers })).json();
  for (const { id } of list) await owner.request.post("/api/close_terminal", { form: { id }, headers });
  await post(owner, "/api/save_terminal_settings", { settings: {} });
  const { themes } = await (await owner.request.post("/api/terminal_preferences", { headers })).json();
  for (const { id } of themes) await owner.request.post("/api/remove_terminal_theme", { form: { id }, headers });
});

test("comfort: a search counts, steps, tells a bad pattern, and gives the keyboard back", async ({ owner, isMobile }) => {
  await openShell(owner);
  await type(owner, "for i in 1 2 3; do echo Needle-$i; done; echo needles");
  await expect.poll(() => screen(owner)).toContain("Needle-3");
  if (isMobile) await owner.getByRole("button", { name: "Search the scrollback" }).click();
  else await owner.keyboard.press("Control+Shift+F");
  const bar = owner.getByRole("search");
  const field = bar.getByLabel("Search the scrollback");
  await expect(field).toBeFocused();
  await field.fill("Needle-");
  // The line that was typed has one, too.
  await expect(bar.locator("output")).toHaveText(/^\d of 4$/);
  await bar.getByRole("button", { name: "Match case" }).click();
  await field.fill("needle");
  await expect(bar.locator("output")).toHaveText(/^1 of 2$|^2 of 2$/);
  await bar.getByRole("button", { name: "Whole words" }).click();
  await expect(bar.locator("output")).toHaveText("No matches");
  await bar.getByRole("button", { name: "Whole words" }).click();
  await bar.getByRole("button", { name: "Regular expression" }).click();
  await field.fill("Needle-[12]$");
  await expect(bar.locator("output")).toHaveText(/of 2$/);
  const before = await bar.locator("output").textContent();
  await field.press("Enter");
  await expect(bar.locator("output")).not.toHaveText(before ?? "");
  await field.press("Shift+Enter");
  await expect(bar.locator("output")).toHaveText(before ?? "");
  await expect(owner.locator(`${VIEW} .xterm-find-result-decoration`).first()).toBeAttached();
  await field.fill("Needle-[");
  await expect(bar.locator("output")).toContainText(/class/i);
  await accessible(owner);
  await no_sideways_scroll(owner);
  await field.press("Escape");
  await expect(bar).toBeHidden();
  await expect(owner.locator(`${VIEW} .xterm-helper-textarea`)).toBeFocused();
});

test("comfort: settings apply at once, are kept, and go back to the defaults", async ({ owner }) => {
  await openShell(owner);
  expect(await fontSize(owner)).toBe("13px");
  const settings = await panel(owner);
  await settings.getByLabel("Size").fill("50");
  await expect(settings.getByText("From 8 to 32.")).toBeVisible();
  await settings.getByLabel("Size").fill("18");
  await expect.poll(() => fontSize(owner)).toBe("18px");
  await settings.getByRole("radio", { name: "Bar" }).check();
  await settings.getByRole("switch", { name: "Selecting copies" }).check();
  await settings.getByRole("button", { name: "Save" }).click();
  await expect(owner.getByText("Saved, for all your devices")).toBeVisible();
  await accessible(owner);
  await no_sideways_scroll(owner);
  await owner.reload();
  await expect.poll(() => fontSize(owner)).toBe("18px");
  const again = await panel(owner);
  await expect(again.getByRole("radio", { name: "Bar" })).toBeChecked();
  await expect(again.getByRole("switch", { name: "Selecting copies" })).toBeChecked();
  await again.getByRole("button", { name: "Defaults" }).click();
  await expect.poll(() => fontSize(owner)).toBe("13px");
  // Closing without saving keeps what was saved, and can be taken back.
  await owner.keyboard.press("Escape");
  await expect(again).toBeHidden();
  await expect.poll(() => fontSize(owner)).toBe("18px");
  await owner.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => fontSize(owner)).toBe("13px");
});

test("comfort: moving through the themes shows each, and one is imported, renamed and deleted", async ({ owner }) => {
  await openShell(owner);
  const settings = await panel(owner);
  await settings.getByRole("radio", { name: "While Nova is dark" }).check();
  const list = settings.getByRole("listbox", { name: "Theme" });
  const grounds = new Set([await ground(owner)]);
  await list.focus();
  for (let step = 0; step < 4; step += 1) {
    await owner.keyboard.press("ArrowDown");
    await expect.poll(async () => grounds.has(await ground(owner))).toBe(false);
    grounds.add(await ground(owner));
  }
  await list.getByRole("option", { name: "Solarized Dark" }).click();
  await expect.poll(() => ground(owner)).toBe("rgb(0, 43, 54)");
  await settings.getByRole("button", { name: "Import a theme" }).click();
  const dialog = owner.getByRole("dialog", { name: "Import a theme" });
  await dialog.getByLabel("Or its text").fill("{ \"name\": \"Broken\" }");
  await expect(dialog.getByText("The colour “background” is missing.")).toBeVisible();
  // Escape closes one layer.
  await owner.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(settings).toBeVisible();
  await settings.getByRole("button", { name: "Import a theme" }).click();
  const slots = [...Array(16).keys()].map((slot) => `base0${slot.toString(16).toUpperCase()}: "${slot ? "c0ffee" : "330033"}"`);
  await dialog.getByLabel("File").setInputFiles({
    name: "harbour.yaml", mimeType: "text/yaml", buffer: Buffer.from(`scheme: "Harbour"\n${slots.join("\n")}\n`),
  });
  await expect(dialog.getByText("This reads.")).toBeVisible();
  await expect(dialog.getByLabel("Name")).toHaveValue("Harbour");
  await dialog.getByRole("button", { name: "Add the theme" }).click();
  await expect(dialog).toBeHidden();
  await expect.poll(() => ground(owner)).toBe("rgb(51, 0, 51)");
  await settings.getByRole("button", { name: "Save" }).click();
  await expect(owner.getByText("Saved, for all your devices")).toBeVisible();
  await settings.getByRole("button", { name: "Rename" }).click();
  const rename = owner.getByRole("dialog", { name: "Rename the theme" });
  await rename.getByLabel("Name").fill("Quay");
  await rename.getByLabel("Name").press("Enter");
  await expect(list.getByRole("option", { name: "Quay" })).toHaveAttribute("aria-selected", "true");
  await settings.getByRole("button", { name: "Delete" }).click();
  await owner.getByRole("button", { name: "Delete the theme" }).click();
  await expect(list.getByRole("option", { name: "Quay" })).toHaveCount(0);
  await expect(list.getByRole("option", { name: "Nova Dark" })).toHaveAttribute("aria-selected", "true");
});

test("comfort: several lines are asked about, and nothing that is pasted speaks to the terminal", async ({ owner }) => {
  await openShell(owner);
  await type(owner, "cat");
  const asked = owner.getByRole("dialog", { name: "Paste several lines?" });
  await paste(owner, "one\ntwo\nthree\n");
  await expect(asked).toContainText("3 lines");
  await expect(asked).toContainText("two");
  await asked.getByRole("button", { name: "Cancel" }).click();
  await expect(asked).toBeHidden();
  expect(await screen(owner)).not.toContain("two");
  await paste(owner, "one\ntwo\nthree\n");
  await asked.getByRole("switch", { name: "Don’t ask again" }).check();
  await asked.getByRole("button", { name: "Paste", exact: true }).click();
  await expect.poll(() => screen(owner)).toContain("three");
  await paste(owner, "four\nfive\n");
  await expect.poll(() => screen(owner)).toContain("five");
  await paste(owner, "a\u001b[201~\u0007\u009bb-clean");
  await expect.poll(() => screen(owner)).toContain("a[201~b-clean");
  await paste(owner, "x".repeat(1024 * 1024 + 1));
  await expect(owner.getByText("That is over 1 MB")).toBeVisible();
  const { settings } = await (await owner.request.post("/api/terminal_preferences", { headers: { accept: "application/json" } })).json();
  expect(settings.warn_multi_line).toBe(false);
});

test("comfort: programs never read the clipboard, and write to it when they were allowed to", async ({ owner }) => {
  await openShell(owner);
  await owner.evaluate(() => navigator.clipboard.writeText("secret"));
  // What a terminal that answers would type stands between the brackets.
  await type(owner, "printf '\\033]52;c;?\\a'; read -rs -t 1 -n 3 got; echo \"[${got}]\"");
  await expect.poll(() => screen(owner)).toContain("[]");
  await type(owner, "printf '\\033]52;c;%s\\a' $(printf 'from the shell' | base64)");
  const asked = owner.getByRole("dialog", { name: "Let programs write to the clipboard?" });
  await expect(asked).toContainText("from the shell");
  expect(await owner.evaluate(() => navigator.clipboard.readText())).toBe("secret");
  await asked.getByRole("button", { name: "Allow for this shell" }).click();
  await expect.poll(() => owner.evaluate(() => navigator.clipboard.readText())).toBe("from the shell");
  await type(owner, "printf '\\033]52;c;%s\\a' $(printf 'once more' | base64)");
  await expect.poll(() => owner.evaluate(() => navigator.clipboard.readText())).toBe("once more");
  await expect(asked).toBeHidden();
  await type(owner, "printf '\\033]52;c;%s\\a' $(head -c 150000 /dev/zero | base64 -w0)");
  await expect(owner.getByText("More than 100 KB is refused")).toBeVisible();
});

test("comfort: a hyperlink that lies is asked about, and one to a script is refused", async ({ owner, isMobile }) => {
  await openShell(owner);
  await type(owner, "clear; printf '\\033]8;;javascript:document.title=1\\033\\\\SCRIPT\\033]8;;\\033\\\\ \\033]8;;https://example.org/real\\033\\\\https://example.org/shown\\033]8;;\\033\\\\\\n'");
  await expect.poll(() => screen(owner)).toContain("SCRIPT https");
  const click = async (text: string) => {
    const place = await owner.evaluate(([view, text]) => {
      const row = [...document.querySelectorAll(`${view} .xterm-rows > div`)].find((row) => row.textContent?.startsWith("SCRIPT"))!;
      const screen = document.querySelector(`${view} .xterm-screen`)!.getBoundingClientRect();
      const columns = Number(document.querySelector(`${view} .terminal__foot`)!.textContent!.match(/(\d+)×/)![1]);
      const box = row.getBoundingClientRect();
      return { x: screen.x + (screen.width / columns) * (row.textContent!.indexOf(text) + 2.5), y: box.y + box.height / 2 };
    }, [VIEW, text]);
    await owner.mouse.move(place.x, place.y);
    if (!isMobile) await owner.keyboard.down("Control");
    await owner.mouse.click(place.x, place.y);
    if (!isMobile) await owner.keyboard.up("Control");
  };
  await click("SCRIPT");
  await expect(owner.getByText("A link to javascript: was not opened")).toBeVisible();
  await click("https");
  const asked = owner.getByRole("dialog", { name: "Open this link?" });
  await expect(asked).toContainText("https://example.org/real");
  await expect(asked).toContainText("https://example.org/shown");
  await asked.getByRole("button", { name: "Cancel" }).click();
  await expect(asked).toBeHidden();
});

test("comfort: a bell marks a tab that is not in view until it is", async ({ owner }) => {
  await openShell(owner);
  await type(owner, "(sleep 2; printf '\\a') &");
  await owner.getByRole("button", { name: "Open a shell" }).first().click();
  await expect(owner.getByRole("tab")).toHaveCount(2);
  const first = owner.getByRole("tab").first();
  await expect(first.getByText("rang")).toBeAttached();
  await first.click();
  await expect(first.getByText("rang")).toHaveCount(0);
  await type(owner, "printf '\\a'; sleep 1; printf '\\a'");
  await expect(owner.locator(`${VIEW} .terminal__pane[data-bell]`)).toBeAttached();
});

test("comfort: a picture is drawn", async ({ owner }) => {
  await openShell(owner);
  await owner.waitForFunction(() => performance.getEntriesByName(`${location.origin}/vendor/terminal-image.js`).length > 0 || performance.getEntriesByType("resource").some((each) => each.name.includes("terminal-image")));
  await type(owner, "printf '\\033Pq#0;2;100;0;0#0!60~-!60~-\\033\\\\'; echo drawn-$((2+3))");
  await expect.poll(() => screen(owner)).toContain("drawn-5");
  await expect(owner.locator(`${VIEW} .xterm-image-layer-top, ${VIEW} .xterm-image-layer`).first()).toBeAttached();
});
