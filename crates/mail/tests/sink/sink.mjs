// A mail server that keeps nothing: it prints one JSON line when it listens and one for each mail it takes.
//
//   node sink.mjs [--port 2525] [--starttls | --tls] [--login USER:PASSWORD]
//
// Without --port the system chooses one. It ends with its standard input, so it never outlives who started it.
// Readers of certain names meet certain fates: refuse…@ is refused with 550, later…@ with 451 the first time, and mail
// to listed…@ is refused after its content, with 554 and the links that were found in it.
import { SMTPServer } from "smtp-server";
import { selfSigned } from "./certificate.mjs";
import { parse } from "./message.mjs";

const option = (name) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : (process.argv[at + 1] ?? "");
};
const has = (name) => process.argv.includes(`--${name}`);
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const refusal = (code, words) => Object.assign(new Error(words), { responseCode: code });

const login = option("login");
const delayed = new Set();

function onAuth(auth, _session, done) {
  const right = `${auth.username}:${auth.password}` === login;
  say({ event: "login", user: auth.username, right });
  if (right) done(null, { user: auth.username });
  else done(refusal(535, `5.7.8 ${auth.username}:${auth.password} is wrong`));
}

function onRcptTo({ address }, _session, done) {
  if (address.startsWith("refuse")) {
    say({ event: "refused", address });
    return done(refusal(550, "5.1.1 no such mailbox"));
  }
  if (address.startsWith("later") && !delayed.has(address)) {
    delayed.add(address);
    say({ event: "delayed", address });
    return done(refusal(451, "4.7.1 come back later"));
  }
  done();
}

async function onData(stream, session, done) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  const raw = Buffer.concat(chunks).toString("latin1");
  const mail = parse(raw);
  const to = session.envelope.rcptTo.map((each) => each.address);
  if (to.some((address) => address.startsWith("listed"))) {
    say({ event: "refused", address: to[0] });
    return done(refusal(554, `5.7.1 listed: ${mail.text.match(/\S+:\/\/\S+/g)}`));
  }
  say({
    event: "mail",
    from: session.envelope.mailFrom.address,
    to,
    secure: session.secure,
    hello: session.hostNameAppearsAs,
    user: session.user ?? null,
    ...mail,
    raw,
  });
  done();
}

const server = new SMTPServer({
  ...(has("tls") || has("starttls") ? selfSigned() : {}),
  secure: has("tls"),
  disabledCommands: [...(has("starttls") ? [] : ["STARTTLS"]), ...(login ? [] : ["AUTH"])],
  authOptional: !login,
  allowInsecureAuth: true,
  disableReverseLookup: true,
  onConnect: (_session, done) => (say({ event: "connected" }), done()),
  onAuth,
  onRcptTo,
  onData: (stream, session, done) => void onData(stream, session, done).catch(done),
});
// A client that leaves in the middle is none of our concern.
server.on("error", (error) => say({ event: "error", message: error.message }));
server.listen(Number(option("port") ?? 0), "127.0.0.1", () =>
  say({ event: "listening", port: server.server.address().port }),
);
process.stdin.on("end", () => process.exit(0)).resume();
