import { generateKeyPairSync } from "node:crypto";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { parseAmsOptions } from "../../lib/ams/options.ts";
import {
  checkCertificate,
  checkKeyServing,
  findAddress,
  readCertificate,
  resolveRoot,
  SetupError,
} from "../../lib/ams/setup.ts";
import { testApp } from "../server/fixture.ts";

Deno.test("resolveRoot() follows links", () => {
  using server = testApp();
  const link = join(server.outside, "link");
  Deno.symlinkSync(server.root, link);
  assertEquals(resolveRoot(link), server.root);
  const file = join(server.root, "video.mp4");
  assertThrows(() => resolveRoot(file), SetupError, `Cannot serve '${file}': not a directory`);
});

Deno.test("readCertificate() reads nothing without a certificate", () => {
  assertEquals(readCertificate(undefined), undefined);
});

Deno.test("findAddress() returns a free port, and rejects one in use", () => {
  const getOptions = (port: number) => {
    const options = parseAmsOptions(["--host", "127.0.0.1", "-p", `${port}`]);
    assert(typeof options !== "string");
    return options;
  };
  const { host, port: free } = findAddress(getOptions(0));
  assert(free > 0);
  assertEquals(host, "127.0.0.1");
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  assertThrows(() => findAddress(getOptions(port)), SetupError, "the port is in use");
});

const [CERT, KEY] = ["cert.pem", "key.pem"].map((name) =>
  fromFileUrl(import.meta.resolve(`../http/tls/${name}`))
) as [string, string];

Deno.test("readCertificate() names the file without a certificate or key", () => {
  assert(readCertificate({ cert: CERT, key: KEY }));
  const none = `Cannot use --cert '${KEY}': it contains no certificate`;
  assertThrows(() => readCertificate({ cert: KEY, key: KEY }), SetupError, none);
  const noKey = `Cannot use --key '${CERT}': it contains no private key`;
  assertThrows(() => readCertificate({ cert: CERT, key: CERT }), SetupError, noKey);
});

Deno.test("checkCertificate() rejects a certificate that is damaged", () => {
  const options = parseAmsOptions(["--host", "127.0.0.1", "--cert", CERT, "--key", KEY]);
  assert(typeof options !== "string");
  const certificate = readCertificate(options.certificate)!;
  checkCertificate(options, certificate);
  checkCertificate(options, undefined);
  const cert = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  const message = `Cannot use --cert '${CERT}', --key '${KEY}': `;
  const check = () => checkCertificate(options, { ...certificate, cert });
  assertThrows(check, SetupError, message);
});

Deno.test("checkCertificate() rejects the key of another certificate", () => {
  const options = parseAmsOptions(["--host", "127.0.0.1", "--cert", CERT, "--key", KEY]);
  assert(typeof options !== "string");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const check = () => checkCertificate(options, { ...readCertificate(options.certificate)!, key });
  assertThrows(check, SetupError, "the key is of another certificate");
});

Deno.test("checkKeyServing() rejects access without tokens, and keys without a key file", () => {
  const keys = "keys.json";
  checkKeyServing({});
  checkKeyServing({ serveKeys: "open", keys });
  checkKeyServing({ serveKeys: "access", auth: "auth.json", keys });
  const withoutAuth = "Cannot use --serve-keys access without --auth";
  assertThrows(() => checkKeyServing({ serveKeys: "access", keys }), SetupError, withoutAuth);
  const withoutKeys = "Cannot use --serve-keys without --keys";
  assertThrows(() => checkKeyServing({ serveKeys: "open" }), SetupError, withoutKeys);
});
