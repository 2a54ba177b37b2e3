import { assertEquals } from "@std/assert";
import { parseKeyFile } from "../../lib/drm/key_file.ts";
import { Secret } from "../../lib/drm/secret.ts";
import { digestSource } from "../../lib/keys/source_digest.ts";

const SPEKE = { speke: "https://keys.example/", systems: ["widevine"] };

function digest(entry: unknown, ca = "a"): string {
  const source = parseKeyFile(JSON.stringify({ ams: 1, sources: { a: entry } })).get("a")!;
  if (source.kind === "seed" || source.kind === "keys") throw new Error("Cannot be such a source");
  return digestSource(source, new Map([["ca.pem", new Secret(ca)]]));
}

Deno.test("digestSource() differs for what decides the response", () => {
  const digests = [
    digest(SPEKE),
    digest({ ...SPEKE, version: "2.1" }),
    digest({ ...SPEKE, systems: [] }),
    digest({ ...SPEKE, speke: "https://keys.example/2" }),
    digest({ ...SPEKE, headers: { a: "b" } }),
    digest({ ...SPEKE, headers: { a: "c" } }),
    digest({ ...SPEKE, ca: "ca.pem" }),
    digest({ ...SPEKE, ca: "ca.pem" }, "b"),
    digest({ cpix: "https://keys.example/" }),
  ];
  assertEquals(new Set(digests).size, digests.length);
});

Deno.test("digestSource() ignores the rest", () => {
  const licences = { widevine: "https://wv.example/" };
  const same = { ...SPEKE, licences, timeout: 1, keep: 1, version: "2.0" };
  assertEquals(digest(same), digest(SPEKE));
  const headers = { b: "1", A: "2" };
  assertEquals(digest({ ...SPEKE, headers }), digest({ ...SPEKE, headers: { a: "2", B: "1" } }));
});
