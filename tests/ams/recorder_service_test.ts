import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { connect } from "node:tls";
import { join } from "@std/path";
import {
  buildRecorderPermissions,
  RecorderService,
  type RecorderServiceEvents,
} from "../../lib/ams/recorder_service.ts";
import type { RecorderConfig } from "../../lib/ams/recorder_worker_messages.ts";
import type { LiveCounts } from "../../lib/metrics/live_counts.ts";
import { eventually } from "../eventually.ts";
import { freePort } from "../free_port.ts";

/** Some wait for messages of workers. */
const LIMIT = { timeout: 180_000 };

const FAILING = new URL("./failing_recorder.ts", import.meta.url);
const PEM = new URL("../http/tls/", import.meta.url);

const readCertificate = (cert: string, key: string) => ({
  cert: Deno.readTextFileSync(new URL(cert, PEM)),
  key: Deno.readTextFileSync(new URL(key, PEM)),
});

/** A directory of channels, and a service that records in it. */
function createService(
  more: Partial<RecorderConfig> = {},
  { script, ...events }: Partial<RecorderServiceEvents> & { script?: URL } = {},
) {
  const directory = Deno.realPathSync(Deno.makeTempDirSync());
  const messages: string[] = [];
  const appended: string[] = [];
  const counts: LiveCounts[] = [];
  const address = { host: "127.0.0.1", port: freePort() };
  const config = { directory, path: "live", address, maxIngestBytes: 2 ** 26, ...more };
  const service = new RecorderService(config, {
    onMessage: ({ message }) => messages.push(message),
    onAppended: (files) => appended.push(...files),
    onCounts: (_, received) => counts.push(received),
    ...events,
  }, script);
  return {
    service,
    directory,
    port: address.port,
    messages,
    appended,
    counts,
    publish: (path = "live/news.json/KEY/a.mp4") =>
      fetch(`http://127.0.0.1:${address.port}/${path}`, { method: "PUT", body: "x" }),
    [Symbol.dispose]() {
      service[Symbol.dispose]();
      Deno.removeSync(directory, { recursive: true });
    },
  };
}

Deno.test(
  "buildRecorderPermissions() allows to write in one directory, and to listen on two addresses",
  LIMIT,
  async () => {
    using test = createService();
    using outside = createService();
    for (const { directory } of [test, outside]) {
      Deno.writeTextFileSync(join(directory, "file"), "x");
    }
    const { directory, port } = test;
    const address = { host: "127.0.0.1", port };
    const worker = new Worker(new URL("./sandbox_worker.ts", import.meta.url), {
      type: "module",
      deno: {
        permissions: buildRecorderPermissions({ directory, path: "", address, maxIngestBytes: 0 }),
      },
    });
    const { promise, resolve } = Promise.withResolvers<Record<string, string>>();
    worker.onmessage = ({ data }) => resolve(data);
    const [inside, secret] = [join(directory, "file"), join(outside.directory, "file")];
    worker.postMessage({ inside, outside: secret, port: outside.port });
    const results = await promise;
    worker.terminate();
    const allowed = Object.entries(results).filter(([, result]) => result !== "denied");
    assertEquals(allowed, [
      ["read inside", "done"],
      ["write inside", "done"],
      ["remove inside", "done"],
    ]);
    const tlsAddress = { host: "::1", port: 3 };
    const permissions = buildRecorderPermissions({
      directory,
      path: "",
      address: { host: "0.0.0.0", port: 2 },
      tlsAddress,
      maxIngestBytes: 0,
    });
    assertEquals(permissions.net, ["0.0.0.0:2", "[::1]:3"]);
  },
);

Deno.test("RecorderService takes publishers, counts, and stops", LIMIT, async () => {
  using test = createService();
  await test.service.start();
  const response = await test.publish();
  assertEquals(response.status, 404);
  assertEquals((await response.json()).code, "NOT_FOUND");
  assertEquals(await test.service.ping(10_000), true);
  assertEquals(test.counts.length, 1);
  assertEquals(test.counts[0]!.receivedBytes.http! > 100, true);
  assertEquals(test.counts[0]!.channels, { waiting: 0, live: 0, silent: 0, over: 0 });
  assertMatch(test.messages.join("\n"), /PUT \/live\/news\.json\/….* 404 NOT_FOUND/);
  assertEquals(test.messages.join().includes("KEY"), false);
  await test.service.stop(5);
  await assertRejects(() => test.publish());
  assertEquals(await test.service.ping(10), true); // there is none
});

Deno.test("RecorderService.start() rejects with the reason on one line", LIMIT, async () => {
  using test = createService();
  using _ = Deno.listen({ hostname: "127.0.0.1", port: test.port });
  const message = `Cannot listen on 127.0.0.1:${test.port}: the port is in use`;
  assertEquals((await assertRejects(() => test.service.start(), Error)).message, message);
  using other = createService();
  Deno.removeSync(other.directory, { recursive: true });
  const error = await assertRejects(() => other.service.start(), Error);
  Deno.mkdirSync(other.directory);
  const reason = "no such file or directory";
  assertEquals(error.message, `Cannot write to the directory of --channels 'live': ${reason}`);
});

Deno.test(
  "RecorderService replaces a recorder that fails: its connections end, its port and lock are free",
  LIMIT,
  async () => {
    using test = createService({}, { script: FAILING });
    await test.service.start();
    using publisher = await Deno.connect({ hostname: "127.0.0.1", port: test.port });
    assertEquals(await test.service.ping(10_000), true); // nobody waits for one that has failed
    const ended = publisher.read(new Uint8Array(1)).catch(() => null);
    await eventually(() => test.appended.length === 2, "the recorder is replaced");
    assertEquals(test.messages.length, 1);
    assertMatch(test.messages[0]!, /^Recorder failed and was restarted; publishers have to .*: /);
    assertEquals(await ended, null);
  },
);

Deno.test("RecorderService tries again until a recorder starts", LIMIT, async () => {
  let allowed = false;
  using test = createService({}, { script: FAILING, canStart: () => allowed });
  await test.service.start();
  Deno.writeTextFileSync(join(test.directory, "broken"), "");
  test.service.ping(10_000);
  await eventually(() => test.messages.length === 1, "the recorder has failed");
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assertEquals(test.messages.length, 1); // a replacement would have failed by now
  allowed = true;
  await eventually(() => test.messages.length === 2, "the replacement has failed");
  assertEquals(test.messages[1], "Cannot start the recorder: it is broken");
  Deno.removeSync(join(test.directory, "broken"));
  await eventually(() => test.appended.length === 2, "the recorder is replaced");
});

Deno.test("RecorderService rejects new publishers while it drains", LIMIT, async () => {
  using test = createService();
  Deno.writeTextFileSync(
    join(test.directory, "news.json"),
    JSON.stringify({ ams: 1, live: { publishers: "loopback" } }),
  );
  test.service.drain();
  await test.service.start();
  test.service.drain();
  const response = await test.publish();
  assertEquals([response.status, (await response.json()).code], [503, "DRAINING"]);
  await test.service.stop(0);
});

/** Reads a response, whose connection the server closes, after `pause` in the middle of the request. */
async function request(port: number, pause: () => Promise<void> = () => Promise.resolve()) {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  let text = "";
  socket.on("data", (data) => text += data);
  await new Promise((resolve, reject) => {
    socket.once("secureConnect", resolve);
    socket.once("error", reject);
  });
  const name = `${socket.getPeerCertificate().subject.CN}`;
  socket.write("PUT /live/none.json/KEY/a.mp4 HTTP/1.1\r\n");
  await pause();
  socket.write("Host: a\r\nContent-Length: 0\r\n\r\n");
  await new Promise((resolve) => socket.once("close", resolve));
  return { name, text };
}

Deno.test("RecorderService uses a new certificate for new connections", LIMIT, async () => {
  const port = freePort();
  using test = createService({
    tlsAddress: { host: "127.0.0.1", port },
    certificate: readCertificate("cert.pem", "key.pem"),
  });
  await test.service.start();
  let second = "";
  const first = await request(port, async () => {
    test.service.certificate = readCertificate("renewed.pem", "renewed-key.pem");
    await eventually(async () => {
      second = await request(port).then(({ name }) => name, () => "");
      return second !== "" && second !== "localhost";
    }, "the certificate is in use");
  });
  assertStringIncludes(first.text, " 404 ");
  assertEquals([first.name, second], ["localhost", "renewed"]);
  await test.service.stop(1);
});
