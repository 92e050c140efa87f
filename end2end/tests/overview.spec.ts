import { accessible, expect, no_sideways_scroll, open, test } from "../nova.ts";

test("the overview shows this machine and moves", async ({ owner }) => {
  await open(owner, "/");
  const cpu = owner.getByRole("region", { name: "CPU", exact: true });
  await expect(cpu).toContainText("load");
  await expect(owner.locator(".chart-host canvas").first()).toBeVisible();
  await expect(owner.locator(".connection, [data-state]").first()).toBeAttached();
  // Two different moments: the process list carries live figures.
  const figures = () => owner.locator(".tiles").innerText();
  const first = await figures();
  await expect.poll(figures, { timeout: 15_000 }).not.toEqual(first);
  await expect(owner.getByRole("heading", { name: "Services" })).toBeVisible();
  await expect(owner.getByText("4 of 4 healthy")).toBeVisible();
});

test("a reload shows the history at once", async ({ owner }) => {
  await open(owner, "/");
  await owner.waitForTimeout(0);
  const answer = await owner.request.post("/api/recent_history", { headers: { accept: "application/json" } });
  const history = await answer.json();
  expect(history.at.length).toBeGreaterThan(1);
  expect(history.series).toHaveLength(10);
});

test("each chart has its figures as a table", async ({ owner }) => {
  await open(owner, "/");
  const toggle = owner.getByRole("button", { name: /table/i }).first();
  await toggle.click();
  await expect(owner.locator("table caption", { hasText: "CPU by kind" })).toBeAttached();
});

test("overview is accessible and fits", async ({ owner }) => {
  await open(owner, "/");
  await expect(owner.locator(".chart-host canvas").first()).toBeVisible();
  await accessible(owner);
  await no_sideways_scroll(owner);
});
