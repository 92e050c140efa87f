/** Output is untrusted: a link may say one address and lead to another, so the reader sees where it leads. */
const ALLOWED = new Set(["http:", "https:", "mailto:"]);

export function followLink(uri) {
  let url;
  try {
    url = new URL(uri);
  } catch {
    return;
  }
  if (!ALLOWED.has(url.protocol)) return;
  if (!confirm(`Open this link?\n\n${url.href}`)) return;
  window.open(url.href, "_blank", "noopener,noreferrer");
}
