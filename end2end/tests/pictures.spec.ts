import { join, resolve } from "node:path";
import { expect, open, test } from "../nova.ts";

// The pictures of the documentation, from the running app: `make screenshots`.
const folder = process.env.NOVA_SHOTS && resolve("..", process.env.NOVA_SHOTS);

test("@picture the pages in both themes", async ({ owner, newPerson }, info) => {
  test.skip(!folder, "NOVA_SHOTS names the folder for pictures");
  test.setTimeout(180_000);
  const shot = async (name: string) => {
    for (const theme of ["light", "dark"]) {
      await owner.evaluate((theme) => (document.documentElement.dataset.theme = theme), theme);
      const suffix = info.project.name === "phone" ? "-phone" : "";
      await owner.screenshot({ path: join(folder as string, `${name}-${theme}${suffix}.png`), animations: "disabled" });
    }
  };
  const bob = await newPerson(`bob-${info.project.name}`);
  await open(owner, "/");
  await expect(owner.locator(".chart-host canvas").first()).toBeVisible();
  // Some history makes a truer picture than an empty chart.
  const rows = async () => (await (await owner.request.post("/api/recent_history", { headers: { accept: "application/json" } })).json()).at.length;
  await expect.poll(rows, { timeout: 90_000 }).toBeGreaterThan(45);
  await owner.reload();
  await expect(owner.locator(".chart-host canvas").first()).toBeVisible();
  await shot("overview");

  await open(owner, "/terminal");
  await owner.getByRole("button", { name: "Open a shell" }).first().click();
  await expect(owner.getByText("connected", { exact: true })).toBeAttached();
  await owner.locator(".xterm-helper-textarea").focus();
  await owner.keyboard.type("PS1='alice@forge:~/api$ '; clear; ls --color -l /\n");
  await expect(owner.locator(".xterm-rows")).toContainText("root");
  await shot("terminal");

  await open(owner, "/chat");
  await owner.getByRole("link", { name: /general/ }).click();
  await open(bob.page, new URL(owner.url()).pathname);
  for (const [page, text] of [
    [bob.page, "Rolling web@4f2c1 to staging. The migration is additive, safe to roll back."],
    [owner, "Reading it now. One question about the relay…"],
    [bob.page, "p99 looks flat since the deploy."],
  ] as const) {
    await page.locator("#composer").fill(text);
    await page.locator("#composer").press("Enter");
    await expect(owner.getByText(text)).toBeVisible();
  }
  await shot("chat");
  for (const name of ["people", "account"]) {
    await open(owner, `/${name}`);
    await shot(name);
  }
});
