import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, hydrated, open, test } from "../nova.ts";

/** A certified OpenID provider that may send people back to these addresses. */
async function provider(...redirects: string[]): Promise<{ child: ChildProcess; issuer: string; secret: string }> {
  const child = spawn("node", ["server.mjs", ...redirects], { cwd: "../crates/oidc/tests/provider", stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: child.stdout! }), "line");
  const { issuer, client_secret } = JSON.parse(line);
  return { child, issuer, secret: client_secret };
}

test("single sign-on: set up, someone new comes in by it, with the role of their group", async ({ browser, nova, owner }, info) => {
  const id = `acme-${info.project.name}`;
  const { child, issuer, secret } = await provider(`${nova.url}/sso/${id}/callback`, `${nova.url}/sign-in`);
  try {
    await open(owner, "/people/sign-on");
    await owner.getByRole("button", { name: "Add a provider" }).click();
    await owner.getByLabel("Issuer, exactly").fill(issuer);
    await owner.getByLabel("What the button says").fill(`Sign in with ${id}`);
    await owner.getByLabel("Short name").fill(id);
    await owner.getByLabel("Client id").fill("nova-eddsa");
    await owner.getByLabel("Client secret").fill(secret);
    await owner.getByLabel("Scopes").fill("openid email profile groups");
    await owner.getByLabel("Claim with groups").fill("groups");
    await owner.getByLabel("Roles by group").fill("staff = developer");
    await owner.getByLabel("People who come for the first time").check();
    await owner.getByRole("button", { name: "Save and check it" }).click();
    await expect(owner.getByRole("heading", { name: `Sign in with ${id}` })).toBeVisible();

    const context = await browser.newContext({ baseURL: nova.url });
    const page = await context.newPage();
    await open(page, "/sign-in?next=/chat");
    await page.getByRole("link", { name: `Sign in with ${id}` }).click();
    await page.waitForURL(`${issuer}/**`);
    await page.getByRole("textbox").first().fill(`ada-${info.project.name}`);
    await page.getByRole("button").first().click();
    await page.waitForURL("**/chat**");
    await hydrated(page);
    await open(owner, "/people");
    await expect(owner.getByRole("listitem").filter({ hasText: `ada-${info.project.name}` })).toContainText("developer");

    // Another browser cannot use what this one brought back.
    const stolen = await (await browser.newContext({ baseURL: nova.url })).newPage();
    await stolen.goto(`/sso/${id}/callback?code=x&state=y`);
    await expect(stolen.getByRole("heading")).toHaveText("This sign-in did not work");
    await stolen.context().close();

    // Out here, and out there: the provider asks for a name again.
    await page.getByRole("button", { name: /^Account of/ }).click();
    await page.getByRole("menuitem", { name: "Sign out here and at the provider" }).click();
    await page.waitForURL(`${issuer}/**`);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(`${nova.url}/sign-in**`);
    await page.goto("/chat");
    await page.waitForURL("**/sign-in**");
    await hydrated(page);
    await page.getByRole("link", { name: `Sign in with ${id}` }).click();
    await page.waitForURL(`${issuer}/**`);
    await expect(page.getByRole("textbox").first()).toBeVisible();
    await context.close();
  } finally {
    child.stdin!.end();
    child.kill();
  }
});
