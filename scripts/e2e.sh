#!/usr/bin/env bash
# The pages in a real browser against the release binary. Arguments go to Playwright.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/env.sh
. scripts/env.sh
NOVA_TEST_BINARY="${NOVA_TEST_BINARY:-$(scripts/binary.sh release)}"
NOVA_TEST_CHROMIUM="${NOVA_TEST_CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}"
export NOVA_TEST_BINARY NOVA_TEST_CHROMIUM
cd end2end
npx playwright test "$@"
