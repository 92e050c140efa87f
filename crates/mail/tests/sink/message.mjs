// Reads a mail (RFC 5322) of at most one level of MIME parts (RFC 2046), enough to check what was sent.

/** Headers (names in lower case, unfolded) and body. */
function split(raw) {
  const end = raw.indexOf("\r\n\r\n");
  const head = (end < 0 ? raw : raw.slice(0, end)).replace(/\r\n[ \t]+/g, " ");
  const headers = {};
  for (const line of head.split("\r\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    // Two of one name would be an injection: both are kept, and a test sees an array.
    const value = decodeWords(line.slice(colon + 1).trim());
    headers[name] = name in headers ? [headers[name], value].flat() : value;
  }
  return { headers, body: end < 0 ? "" : raw.slice(end + 4) };
}

/** Encoded words of a header (RFC 2047). */
function decodeWords(text) {
  return text
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind, word) =>
      kind.toLowerCase() === "b"
        ? Buffer.from(word, "base64").toString("latin1")
        : unquote(word.replaceAll("_", " ")),
    )
    .replace(/[\x80-\xff]+/g, (bytes) => Buffer.from(bytes, "latin1").toString("utf8"));
}

/** Quoted-printable (RFC 2045 §6.7) to bytes. */
const unquote = (text) =>
  text.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));

function decode({ headers, body }) {
  const encoding = (headers["content-transfer-encoding"] ?? "7bit").toLowerCase();
  const bytes =
    encoding === "base64"
      ? Buffer.from(body, "base64")
      : Buffer.from(encoding === "quoted-printable" ? unquote(body) : body, "latin1");
  return bytes.toString("utf8").replaceAll("\r\n", "\n");
}

/** `{ headers, text, html }` of a mail given as a latin1 string. */
export function parse(raw) {
  const whole = split(raw);
  const kind = whole.headers["content-type"] ?? "text/plain";
  const boundary = /boundary="?([^";]+)"?/.exec(kind)?.[1];
  const parts = boundary
    ? whole.body.split(`--${boundary}`).slice(1, -1).map((part) => split(part.replace(/^\r\n/, "").replace(/\r\n$/, "")))
    : [whole];
  const part = (type) => {
    const found = parts.find((each) => (each.headers["content-type"] ?? "text/plain").startsWith(type));
    return found ? decode(found) : null;
  };
  return { headers: whole.headers, text: part("text/plain"), html: part("text/html") };
}
