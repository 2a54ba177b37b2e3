import { generateKeyPairSync } from "node:crypto";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { parseAmsOptions } from "../../lib/ams/options.ts";
import {
  checkCertificate,
  checkKeyServing,
  getWorkerCount,
  readCertificate,
  SetupError,
} from "../../lib/ams/setup.ts";

Deno.test("readCertificate() reads nothing without a certificate", () => {
  assertEquals(readCertificate(undefined), undefined);
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

Deno.test("getWorkerCount() is one for a socket, which workers cannot share", () => {
  assertEquals(getWorkerCount({ workers: 3, socketPath: "/run/a" }), 1);
  assertEquals(getWorkerCount({ workers: 3 }), Deno.build.os === "linux" ? 3 : 1);
});
