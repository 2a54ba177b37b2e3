import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { buildKeyPermissions, KeyService } from "../../lib/ams/key_service.ts";
import { SetupError } from "../../lib/ams/setup.ts";
import type { AssetKeyRequest } from "../../lib/drm/asset_keys.ts";
import { KeyPort } from "../../lib/keys/key_port.ts";

const SEED = "XVBovsmzhP9gRIZxWfFta3VVRPzVEWmJsazEJ46I";
const KID = "a56ce54c-0cc3-87e6-8470-40368011fbf6";

const REQUEST: AssetKeyRequest = {
  file: "heat.json",
  source: "house",
  content: "heat",
  scheme: "cbcs",
  kids: { all: KID },
};

function makeKeyFile(sources: unknown, mode = 0o600) {
  const directory = Deno.realPathSync(Deno.makeTempDirSync());
  const file = join(directory, "keys.json");
  Deno.writeTextFileSync(file, JSON.stringify({ ams: 1, sources }), { mode });
  const root = join(directory, "root");
  Deno.mkdirSync(root);
  return { file, root, [Symbol.dispose]: () => Deno.removeSync(directory, { recursive: true }) };
}

Deno.test("KeyService gives other threads keys through a port", async () => {
  using files = makeKeyFile({ house: { seed: SEED } });
  const messages: string[] = [];
  using service = new KeyService({
    ...files,
    onMessage: ({ message }) => messages.push(message),
    onReplaced() {},
  });
  const port = new KeyPort();
  const end = service.connect();
  port.connect(end);
  const { keys } = await port.getKeys(REQUEST);
  assertEquals(keys.get(KID)!.key.reveal().toHex(), "7a57a8b37e915fb37d680b7989a49bb6");
  end.close();
  assertEquals(messages, []);
});

Deno.test("KeyService warns of a key file that every user can read", {
  ignore: Deno.build.os === "windows",
}, () => {
  using files = makeKeyFile({}, 0o644);
  const messages: string[] = [];
  using _ = new KeyService({
    ...files,
    onMessage: ({ message, level }) => messages.push(`${level} ${message}`),
    onReplaced() {},
  });
  assertEquals(messages, [`warn All users can read the key file '${files.file}'`]);
});

Deno.test("KeyService rejects an invalid key file, and names its key", () => {
  using files = makeKeyFile({ house: { seed: "c2hvcnQ=" } });
  const options = { ...files, onMessage() {}, onReplaced() {} };
  const error = assertThrows(
    () => new KeyService(options),
    SetupError,
    `Cannot use --keys '${files.file}': sources.house.seed: Cannot use this value`,
  );
  assertEquals(error.message.includes("c2hvcnQ"), false);
});

Deno.test("buildKeyPermissions() allows nothing but hosts and documents", () => {
  const allowed = { read: ["/etc/ams/cpix"], net: ["keys.example:443"] };
  const others = { write: false, run: false, env: false, sys: false, ffi: false, import: false };
  assertEquals(
    buildKeyPermissions({ hosts: ["keys.example:443"], paths: ["/etc/ams/cpix"] }),
    { ...allowed, ...others },
  );
  assertEquals(buildKeyPermissions({ hosts: [], paths: [] }), {
    read: false,
    net: false,
    ...others,
  });
});
