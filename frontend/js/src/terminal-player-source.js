/**
 * Where a player reads: the index once, keyframes and pieces of the event stream as they are needed. Events come with the
 * time they happened at, in milliseconds since the beginning.
 */

/** Events that are kept ahead; more are read when fewer are left. */
const AHEAD = 2000;

export function createSource(base, share) {
  const utf8 = new TextDecoder();
  let index;
  let queue = [];
  let next = 0; // the first byte not read yet
  let at = 0; // the time of the last event read
  let reading;
  let turn = 0;

  const load = async (what, query = {}) => {
    const url = new URL(`${base}/${what}`, location.href);
    for (const [name, value] of Object.entries({ ...query, ...(share ? { share } : {}) })) url.searchParams.set(name, value);
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).detail ?? `The server answered ${answer.status}.`);
    return answer;
  };

  const readPiece = async () => {
    const mine = turn;
    const bytes = await (await load("events", { from: next })).arrayBuffer();
    if (mine !== turn) return;
    next += bytes.byteLength;
    for (const line of utf8.decode(bytes).split("\n")) {
      if (!line.startsWith("[")) continue;
      const [interval, code, data] = JSON.parse(line);
      at += Math.round(interval * 1000);
      queue.push({ at, code, data });
    }
  };
  const fill = () => {
    reading ??= readPiece().finally(() => (reading = undefined));
    return reading;
  };

  return {
    index: () => index,
    refresh: async () => (index = await (await load("index")).json()),
    /** The last keyframe at or before a time; undefined where playing must begin at the beginning. */
    keyframe: (time) => index.keyframes.findLast((key) => key.t <= time),
    paint: async (key) => new Uint8Array(await (await load("frame", { from: key.f, length: key.n })).arrayBuffer()),
    /** Goes on from a keyframe, or from the beginning. */
    begin: (key) => {
      turn += 1;
      reading = undefined;
      queue = [];
      next = key?.o ?? index.begin;
      at = key?.t ?? 0;
    },
    /** The next event, read if need be; undefined at the end of what is written. */
    peek: async () => {
      while (queue.length === 0 && next < index.end) {
        const before = next;
        await fill();
        if (queue.length === 0 && next === before) break;
      }
      return queue[0];
    },
    ready: () => queue[0],
    take: () => {
      const event = queue.shift();
      // Later pieces come while these are shown.
      if (queue.length < AHEAD && next < index.end) fill().catch(() => undefined);
      return event;
    },
    isAtEnd: () => queue.length === 0 && next >= index.end,
  };
}
