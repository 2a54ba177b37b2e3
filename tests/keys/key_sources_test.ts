import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { KeyFileError } from "../../lib/drm/key_file.ts";
import { loadKeys } from "../../lib/keys/key_sources.ts";
import { buildCpix, SPEKE_KEY } from "../drm/cpix_document.ts";

const REQUEST = {
  file: "heat.json",
  content: "abc123",
  scheme: "cbcs",
  kids: { all: SPEKE_KEY.kid },
} as const;

Deno.test("loadKeys() gets keys of all sources of a key file, and names what they need", async () => {
  const directory = Deno.realPathSync(Deno.makeTempDirSync());
  const path = join(directory, "keys.json");
  const sources = {
    house: { seed: "XVBovsmzhP9gRIZxWfFta3VVRPzVEWmJsazEJ46I" },
    docs: { cpix: "abc123.xml", systems: ["widevine"] },
    vendor: { speke: "https://keys.example/", systems: [] },
  };
  Deno.writeTextFileSync(path, JSON.stringify({ ams: 1, sources }));
  Deno.writeTextFileSync(join(directory, "abc123.xml"), buildCpix({}));
  try {
    const { getKeys, hosts, paths } = loadKeys(path);
    assertEquals([hosts, paths], [["keys.example:443"], [join(directory, "abc123.xml")]]);
    const keys = await Promise.all(
      ["house", "docs"].map((source) => getKeys({ ...REQUEST, source })),
    );
    assertEquals(keys.map(({ systems }) => systems), [["clearkey"], ["widevine"]]);
    const [, docs] = keys as [unknown, typeof keys[0]];
    assertEquals(docs.keys.get(SPEKE_KEY.kid)!.key.reveal().toBase64(), SPEKE_KEY.key);
    Deno.writeTextFileSync(path, "{}");
    assertThrows(() => loadKeys(path), KeyFileError, "ams: Cannot find this key");
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});
