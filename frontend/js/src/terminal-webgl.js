/**
 * The WebGL renderer while the terminal is seen. Browsers keep about sixteen contexts per page and take the oldest
 * away, so a hidden terminal gives its own back; after a lost context or a refusal the DOM renderer stays.
 */
import { WebglAddon } from "@xterm/addon-webgl";

export function attachWebgl(terminal) {
  let addon;
  let refused = false;

  const detach = () => {
    addon?.dispose();
    addon = undefined;
  };
  const giveUp = () => {
    refused = true;
    detach();
    terminal.refresh(0, terminal.rows - 1);
  };
  const attach = () => {
    if (addon || refused) return;
    try {
      addon = new WebglAddon();
      addon.onContextLoss(giveUp);
      terminal.loadAddon(addon);
    } catch {
      giveUp();
    }
  };
  return { attach, detach, name: () => (addon ? "webgl" : "dom") };
}
