import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { checkRecording } from "../../lib/ams/recording_setup.ts";
import { SetupError } from "../../lib/ams/setup.ts";
import { freePort } from "../free_port.ts";

const OPTIONS = { channels: "live", ingestBytes: 2 ** 26 };

function makeRoot() {
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  return { root, [Symbol.dispose]: () => Deno.removeSync(root, { recursive: true }) };
}

Deno.test("checkRecording() makes the directory of channels only where encoders publish", () => {
  using test = makeRoot();
  assertEquals(checkRecording(OPTIONS, test.root, undefined), undefined);
  assertEquals([...Deno.readDirSync(test.root)], []);
  const [address, tlsAddress] = [freePort(), freePort()].map((port) => ({
    host: "127.0.0.1",
    port,
  }));
  const directory = join(test.root, "live");
  const shared = { directory, path: "live", maxIngestBytes: 2 ** 26 };
  assertEquals(checkRecording({ ...OPTIONS, ingest: address! }, test.root, undefined), {
    ...shared,
    address: address!,
  });
  const certificate = { cert: "c", key: "k" };
  assertEquals(checkRecording({ ...OPTIONS, ingestTls: tlsAddress! }, test.root, certificate), {
    ...shared,
    tlsAddress: tlsAddress!,
    certificate,
  });
});

Deno.test("checkRecording() chooses a free port, and rejects one that is in use", () => {
  using test = makeRoot();
  const ingest = { host: "127.0.0.1", port: 0 };
  const { address } = checkRecording({ ...OPTIONS, ingest }, test.root, undefined)!;
  assertEquals(address!.port > 0, true);
  using _ = Deno.listen({ hostname: "127.0.0.1", port: address!.port });
  assertThrows(
    () => checkRecording({ ...OPTIONS, ingest: address! }, test.root, undefined),
    SetupError,
    `Cannot listen on 127.0.0.1:${address!.port}: the port is in use`,
  );
});

Deno.test("checkRecording() rejects a directory that cannot be used", () => {
  using test = makeRoot();
  Deno.writeTextFileSync(join(test.root, "live"), "");
  const ingest = { host: "127.0.0.1", port: 0 };
  assertThrows(
    () => checkRecording({ ...OPTIONS, ingest }, test.root, undefined),
    SetupError,
    "Cannot use --channels 'live': 'live' is a file, expected a directory",
  );
});
