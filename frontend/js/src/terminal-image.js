/**
 * Pictures in the terminal: sixel and iTerm2's inline images. What a program sends is bounded: 4 MB a picture, 4 million
 * pixels each, 16 MB of pictures kept per terminal; the oldest leave.
 */
import { ImageAddon } from "@xterm/addon-image";

export function attachImages(terminal) {
  const addon = new ImageAddon({
    enableSizeReports: true, // sizes only: what picture programs ask for
    pixelLimit: 4 * 1024 * 1024,
    storageLimit: 16,
    sixelSizeLimit: 4 * 1024 * 1024,
    iipSizeLimit: 4 * 1024 * 1024,
  });
  terminal.loadAddon(addon);
}
