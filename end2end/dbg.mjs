import { chromium } from "@playwright/test";
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox","--disable-gpu"] });
const c = await b.newContext({ baseURL: "http://localhost:9778" });
const p = await c.newPage();
p.on("console", m => console.log("console", m.type(), m.text().slice(0,300)));
p.on("pageerror", e => console.log("pageerror", e));
p.on("requestfailed", r => console.log("failed", r.url(), r.failure()?.errorText));
const link = process.argv[2];
await p.goto(link); await p.locator("html[data-hydrated]").waitFor({state:"attached"});
const d = await c.newCDPSession(p);
await d.send("WebAuthn.enable");
await d.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
await p.getByLabel("User name").fill("alice"); await p.getByLabel("Password",{exact:true}).fill("violet kettle runs uphill");
await p.getByRole("button",{name:"Create the owner"}).click(); await p.waitForURL("**/"); await p.locator("html[data-hydrated]").waitFor({state:"attached"});
await p.goto("/audit"); await p.locator("html[data-hydrated]").waitFor({state:"attached"});
for (const how of []) {
  p.evaluate((how) => { const a=document.createElement("a"); a.href="/audit/export?format=ndjson"; if(how=="download") a.download=""; a.rel="external"; document.body.append(a); a.click(); }, how);
  const dl = await p.waitForEvent("download"); console.log(how, await dl.failure());
}
p.on("request", r => { if (r.url().includes("/api/")) console.log("req", r.url(), r.postData()?.slice(0,600)) });
p.on("response", async r => { if (r.url().includes("/api/") && r.url().includes("passkey")) console.log("res", r.status(), (await r.text()).slice(0,900)) });
await p.goto("/account/security"); await p.locator("html[data-hydrated]").waitFor({state:"attached"});
await p.getByLabel("Name for a new passkey").fill("Laptop"); await p.getByRole("button",{name:"Add a passkey"}).click();
await p.waitForTimeout(4000);
console.log(await p.locator("main").innerText());
await p.screenshot({path:"/tmp/sec.png", fullPage:true});
await b.close();
