import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { buildKeyPermissions, KeyService } from "../../lib/ams/key_service.ts";
import { SetupError } from "../../lib/ams/setup.ts";
import type { AssetKeyRequest } from "../../lib/drm/asset_keys.ts";
import { buildCpix, SPEKE_KEY } from "../drm/cpix_document.ts";
import { eventually } from "../eventually.ts";
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
  const write = (sources: unknown) =>
    Deno.writeTextFileSync(file, JSON.stringify({ ams: 1, sources }), { mode });
  write(sources);
  const root = join(directory, "root");
  Deno.mkdirSync(root);
  const remove = () => Deno.removeSync(directory, { recursive: true });
  return { file, root, write, [Symbol.dispose]: remove };
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

Deno.test("KeyService.remoteSources names key servers and documents", () => {
  const [seed, cpix] = [{ seed: SEED }, { cpix: "a.xml" }];
  using files = makeKeyFile({ seed, list: { keys: {} }, cpix });
  using service = new KeyService({ ...files, onMessage() {}, onReplaced() {} });
  assertEquals(service.remoteSources, ["cpix"]);
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

/** Serves documents of keys by their content ID, and counts requests. */
function startDocuments() {
  let count = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    count++;
    return new Response(buildCpix({}));
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    count: () => count,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A service, and a port that connects whenever the service replaces its worker. */
function startService(files: { readonly file: string; readonly root: string }) {
  const messages: string[] = [];
  const results: string[] = [];
  const ends: MessagePort[] = [];
  let replaced = 0;
  const service = new KeyService({
    ...files,
    onMessage: ({ message }) => messages.push(message),
    onResult: (source, result) => results.push(`${source} ${result}`),
    onReplaced() {
      replaced++;
      connect();
    },
  });
  const port = new KeyPort();
  const connect = () => {
    const end = service.connect();
    ends.push(end);
    port.connect(end);
  };
  connect();
  const get = async (change: Partial<AssetKeyRequest> = {}) => {
    const { keys } = await port.getKeys({ ...REQUEST, ...change });
    return [...keys.values()].map(({ key }) => key.reveal().toHex()).join();
  };
  return {
    service,
    get,
    messages,
    results,
    replaced: () => replaced,
    [Symbol.dispose]() {
      service[Symbol.dispose]();
      for (const end of ends) end.close();
    },
  };
}

const DOCUMENT = { source: "docs", content: "abc123", kids: { all: SPEKE_KEY.kid } };

Deno.test("KeyService.files updates sources of the same hosts in the same worker", async () => {
  using files = makeKeyFile({ house: { seed: SEED } });
  using started = startService(files);
  const { service, get } = started;
  const before = await get();
  files.write({ house: { seed: new Uint8Array(30).toBase64() } });
  const apply = await service.files.read();
  assertEquals(await get(), before);
  apply();
  await eventually(async () => await get() !== before, "the worker has other keys");
  assertEquals(started.replaced(), 0);
});

Deno.test("KeyService.files replaces the worker if hosts differ, when the next one has the keys", async () => {
  await using first = startDocuments();
  await using second = startDocuments();
  using files = makeKeyFile({ docs: { cpix: first.url } });
  using started = startService(files);
  const { service, get, results } = started;
  const key = Uint8Array.fromBase64(SPEKE_KEY.key).toHex();
  assertEquals(await get(DOCUMENT), key);
  files.write({ docs: { cpix: second.url }, house: { seed: SEED } });
  (await service.files.read())();
  await eventually(() => started.replaced() === 1, "the worker is replaced");
  assertEquals([first.count(), second.count()], [1, 1]); // before anybody asks again
  assertEquals([await get(DOCUMENT), second.count()], [key, 1]);
  assertEquals((await get()).length, 32);
  assertEquals(results, ["docs success", "docs success"]);
});

Deno.test("KeyService hands answers of sources that are the same over to the next worker", async () => {
  await using documents = startDocuments();
  using files = makeKeyFile({ docs: { cpix: documents.url } });
  using started = startService(files);
  await started.get(DOCUMENT);
  files.write({ docs: { cpix: documents.url }, other: { cpix: "http://127.0.0.1:1/" } });
  (await started.service.files.read())();
  await eventually(() => started.replaced() === 1, "the worker is replaced");
  await started.get(DOCUMENT);
  assertEquals(documents.count(), 1);
});

Deno.test("KeyService.files changes nothing if the key file is broken", async () => {
  using files = makeKeyFile({ house: { seed: SEED } });
  using started = startService(files);
  const before = await started.get();
  Deno.writeTextFileSync(files.file, "{");
  const error = assertThrows(() => started.service.files.read(), SetupError, "line 1");
  assertEquals(error.message.includes(SEED), false);
  assertEquals(await started.get(), before);
});

Deno.test("KeyService.check() calls back once for each change, also if the file is broken", () => {
  using files = makeKeyFile({ house: { seed: SEED } });
  using started = startService(files);
  const { service } = started;
  let changes = 0;
  const check = () => {
    service.check(() => {
      changes++;
      try {
        (service.files.read() as () => void)();
      } catch (error) {
        if (!(error instanceof SetupError)) throw error;
      }
    });
    return changes;
  };
  assertEquals(check(), 0);
  Deno.writeTextFileSync(files.file, "{ broken");
  assertEquals([check(), check()], [1, 1]);
  files.write({ house: { seed: SEED } });
  assertEquals([check(), check()], [2, 2]);
});

Deno.test("KeyService replaces a worker that fails, and repeats requests", async () => {
  using files = makeKeyFile({ house: { seed: SEED } });
  const script = new URL("./failing_key_worker.ts", import.meta.url);
  const messages: string[] = [];
  const replaced = Promise.withResolvers<void>();
  using _ = new KeyService({
    ...files,
    onMessage: ({ message }) => messages.push(message),
    onReplaced: () => replaced.resolve(),
  }, script);
  await replaced.promise;
  assertEquals(messages.length, 1);
  assertMatch(messages[0]!, /^Key worker failed and was restarted: Cannot start in this test/);
});

Deno.test("a worker with the permissions of buildKeyPermissions() reaches no other host or file", async () => {
  using files = makeKeyFile({});
  const directory = join(files.file, "..", "cpix");
  Deno.mkdirSync(directory);
  Deno.writeTextFileSync(join(directory, "a.xml"), "x");
  const worker = new Worker(new URL("./sandbox_worker.ts", import.meta.url), {
    type: "module",
    deno: { permissions: buildKeyPermissions({ hosts: ["127.0.0.1:4"], paths: [directory] }) },
  });
  const { promise, resolve } = Promise.withResolvers<Record<string, string>>();
  worker.onmessage = ({ data }) => resolve(data);
  worker.postMessage({ inside: join(directory, "a.xml"), outside: files.file, port: 3 });
  const { "read inside": inside, ...others } = await promise;
  worker.terminate();
  assertEquals(inside, "done");
  assertEquals(Object.entries(others).filter(([, result]) => result !== "denied"), []);
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
