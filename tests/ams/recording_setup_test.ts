import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import {
  checkRecording,
  describeMissingChannels,
  testRecording,
} from "../../lib/ams/recording_setup.ts";
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

Deno.test("testRecording() names a port that is in use, and changes nothing", () => {
  using test = makeRoot();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [ingest, ingestTls] = [listener.addr.port, 0].map((port) => ({ host: "127.0.0.1", port }));
  const messages: string[] = [];
  const channels = "tv/live";
  testRecording(
    { ...OPTIONS, channels, ingest: ingest!, ingestTls: ingestTls! },
    test.root,
    (message) => messages.push(message),
  );
  assertEquals(messages, [`Cannot listen on 127.0.0.1:${ingest!.port}: the port is in use`]);
  assertEquals([...Deno.readDirSync(test.root)], []);
});

Deno.test("testRecording() rejects an address, and a directory, that cannot be used", () => {
  using test = makeRoot();
  const attempt = (host: string) =>
    testRecording({ ...OPTIONS, ingest: { host, port: 0 } }, test.root, () => {});
  assertThrows(
    () => attempt("192.0.2.1"),
    SetupError,
    "Cannot listen on 192.0.2.1:0: ",
  );
  Deno.symlinkSync("/", join(test.root, "live"));
  const message = "Cannot use --channels 'live': 'live' is a link, expected a directory";
  assertThrows(() => attempt("127.0.0.1"), SetupError, message);
});

Deno.test("describeMissingChannels() names a directory that is missing, but for the default", () => {
  using test = makeRoot();
  assertEquals(describeMissingChannels(OPTIONS, test.root), undefined);
  const options = { channels: "tv" };
  assertEquals(
    describeMissingChannels(options, test.root),
    "The directory of --channels 'tv' is missing: there are no channels",
  );
  Deno.mkdirSync(join(test.root, "tv"));
  assertEquals(describeMissingChannels(options, test.root), undefined);
});
