// A self-signed certificate for localhost (127.0.0.1 and 0.0.0.0), made anew at each start: no key lies in the repository.
import { generateKeyPairSync, sign } from "node:crypto";

const der = (tag, ...contents) => {
  const body = Buffer.concat(contents.map((each) => Buffer.from(each)));
  // DER wants the shortest form (X.690 §10.1).
  const size = body.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
const sequence = (...contents) => der(0x30, ...contents);
const oid = (...bytes) => der(0x06, bytes);
const utcTime = (year) => der(0x17, Buffer.from(`${year}0101000000Z`));
const bits = (content) => der(0x03, [0], content);

/** `{ key, cert }` in PEM: X.509 version 3 (RFC 5280 §4.1), ECDSA P-256 with SHA-256. */
export function selfSigned() {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  const name = sequence(der(0x31, sequence(oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from("localhost")))));
  const names = sequence(der(0x82, Buffer.from("localhost")), der(0x87, [127, 0, 0, 1]), der(0x87, [0, 0, 0, 0]));
  const extension = sequence(oid(0x55, 0x1d, 0x11), der(0x04, names));
  const certified = sequence(
    der(0xa0, der(0x02, [2])),
    der(0x02, [1]),
    algorithm,
    name,
    sequence(utcTime("20"), utcTime("49")),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(extension)),
  );
  const whole = sequence(certified, algorithm, bits(sign("sha256", certified, privateKey)));
  const lines = whole.toString("base64").match(/.{1,64}/g).join("\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}
