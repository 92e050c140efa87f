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
  // Where the browser reports device pixels wrongly (emulated screens, some remote desktops) the canvas is made too
  // small and letters come out twice their size. Two frames later its size is settled.
  const checkScale = (checked) => {
    const canvas = terminal.element?.querySelector(".xterm-screen canvas:not([class])");
    const look = () => {
      if (addon !== checked || !canvas?.clientWidth) return;
      const scale = canvas.width / canvas.clientWidth;
      if (Math.abs(scale / window.devicePixelRatio - 1) > 0.2) giveUp();
    };
    requestAnimationFrame(() => requestAnimationFrame(look));
  };
  const attach = () => {
    if (addon || refused) return;
    try {
      addon = new WebglAddon();
      addon.onContextLoss(giveUp);
      terminal.loadAddon(addon);
      checkScale(addon);
    } catch {
      giveUp();
    }
  };
  return { attach, detach, name: () => (addon ? "webgl" : "dom") };
}
