import { defineConfig, devices } from "@playwright/test";

// The browser is the system's Chromium; scripts/e2e.sh says where it is.
const executablePath = process.env.NOVA_TEST_CHROMIUM ?? "/usr/bin/chromium";
const args = [
  "--no-sandbox",
  "--disable-gpu",
  // The terminal then draws its rows as elements, which tests can read.
  "--disable-3d-apis",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export default defineConfig({
  testDir: "tests",
  timeout: 60_000,
  expect: { timeout: 10_000 },
  workers: 1,
  // A test that needs a second try is reported as flaky, not hidden.
  retries: process.env.CI ? 2 : 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: [["list"]],
  use: { launchOptions: { executablePath, args }, trace: "off", locale: "en-GB" },
  projects: [
    { name: "desktop", use: { viewport: { width: 1440, height: 900 } } },
    {
      name: "phone",
      use: { ...devices["Pixel 7"], viewport: { width: 390, height: 844 }, launchOptions: { executablePath, args } },
    },
  ],
});
