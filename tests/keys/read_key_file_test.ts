import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { KeyFileError } from "../../lib/drm/key_file.ts";
import { getKeyFileState, getKeyResources, readKeyFile } from "../../lib/keys/read_key_file.ts";

const SEED = "XVBovsmzhP9gRIZxWfFta3VVRPzVEWmJsazEJ46I";

interface Directories extends Disposable {
  readonly root: string;
  readonly outside: string;
}

function makeDirectories(): Directories {
  const top = Deno.realPathSync(Deno.makeTempDirSync());
  const [root, outside] = [join(top, "root"), join(top, "outside")];
  for (const directory of [root, outside]) Deno.mkdirSync(directory);
  return { root, outside, [Symbol.dispose]: () => Deno.removeSync(top, { recursive: true }) };
}

function write(path: string, sources: unknown): string {
  Deno.writeTextFileSync(path, JSON.stringify({ ams: 1, sources }), { mode: 0o600 });
  return path;
}

Deno.test("readKeyFile() finds hosts, documents and their directories", () => {
  using directories = makeDirectories();
  const { root, outside } = directories;
  const path = write(join(outside, "keys.json"), {
    house: { seed: SEED },
    one: { cpix: "docs/one.xml" },
    many: { cpix: "cpix/x{content}/{kid}.xml" },
    all: { cpix: "{content}.xml" },
    url: { cpix: "https://docs.example/{content}.xml" },
    vendor: { speke: "http://[::1]:8080/", systems: [] },
  });
  assertEquals(getKeyResources(readKeyFile(path, root)), {
    hosts: ["[::1]:8080", "docs.example:443"],
    paths: [outside, join(outside, "cpix"), join(outside, "docs", "one.xml")].sort(),
  });
});

const refused: [name: string, sources: unknown, message: string][] = [
  ["documents in the root", { a: { cpix: "../root/x/{kid}.xml" } }, "sources.a.cpix: Cannot use"],
  ["documents of the root", { a: { cpix: "../root/{kid}.xml" } }, "sources.a.cpix: Cannot use"],
  [
    "documents behind a link to itself",
    { a: { cpix: "loop/x.xml" } },
    "sources.a.cpix: Cannot read",
  ],
  [
    "a certificate in the root",
    { a: { cpix: "https://a.example/", ca: "../root/ca.pem" } },
    "sources.a.ca: Cannot use a file in the document root",
  ],
  [
    "a missing certificate",
    { a: { cpix: "https://a.example/", certificate: { cert: "no.pem", key: "no.pem" } } },
    "sources.a.certificate.cert: Cannot read this file: no such file or directory",
  ],
  [
    "a damaged certificate",
    { a: { cpix: "https://a.example/", ca: "damaged.pem" } },
    "sources.a.ca: Cannot use these files",
  ],
  [
    "a certificate that is none",
    { a: { cpix: "https://a.example/", ca: "keys.json" } },
    "sources.a.ca: Cannot use this file: expected PEM with CERTIFICATE",
  ],
];

for (const [name, sources, message] of refused) {
  Deno.test(`readKeyFile() refuses ${name}`, () => {
    using directories = makeDirectories();
    const { root, outside } = directories;
    Deno.writeTextFileSync(join(root, "ca.pem"), "-----BEGIN CERTIFICATE-----\n");
    Deno.symlinkSync("loop", join(outside, "loop"));
    Deno.writeTextFileSync(join(outside, "damaged.pem"), "-----BEGIN CERTIFICATE-----\n");
    const path = write(join(outside, "keys.json"), sources);
    assertThrows(() => readKeyFile(path, root), KeyFileError, message);
  });
}

Deno.test("readKeyFile() refuses a key file in the root, also behind a link", () => {
  using directories = makeDirectories();
  const { root, outside } = directories;
  const path = write(join(root, "keys.json"), {});
  const link = join(outside, "keys.json");
  Deno.symlinkSync(path, link);
  for (const it of [path, link]) {
    assertThrows(() => readKeyFile(it, root), KeyFileError, "in the document root");
  }
  assertEquals(readKeyFile(path).file.size, 0); // without a document root
});

Deno.test("readKeyFile() reads documents and certificates relative to the key file", () => {
  using directories = makeDirectories();
  const { root, outside } = directories;
  Deno.copyFileSync("tests/http/tls/ca.pem", join(outside, "ca.pem"));
  const path = write(join(outside, "keys.json"), {
    a: { cpix: "https://a.example/", ca: "ca.pem" },
  });
  const { certificates, directory } = readKeyFile(path, root);
  assertEquals([directory, [...certificates.keys()]], [outside, ["ca.pem"]]);
});

Deno.test("getKeyFileState() changes with the key file and its certificates", () => {
  using directories = makeDirectories();
  const { root, outside } = directories;
  const ca = join(outside, "ca.pem");
  Deno.copyFileSync("tests/http/tls/ca.pem", ca);
  const path = write(join(outside, "keys.json"), { a: { cpix: "https://a.example/", ca } });
  const content = readKeyFile(path, root);
  assertEquals(getKeyFileState(path, content), content.state);
  Deno.writeTextFileSync(ca, "");
  const changed = getKeyFileState(path, content);
  Deno.removeSync(path);
  const states = new Set([content.state, changed, getKeyFileState(path, content)]);
  assertEquals(states.size, 3);
});

Deno.test("readKeyFile() reports the permission of other users", {
  ignore: Deno.build.os === "windows",
}, () => {
  using directories = makeDirectories();
  const path = write(join(directories.outside, "keys.json"), {});
  assertEquals(readKeyFile(path).isReadableByOthers, false);
  Deno.chmodSync(path, 0o644);
  assertEquals(readKeyFile(path).isReadableByOthers, true);
});
