/** What ffmpeg and curl publish arrives whole, however slowly it is read. */

import { assert, assertEquals } from "@std/assert";
import { createIngestCounts } from "../../lib/live/ingest_counts.ts";
import { INGESTED } from "../../lib/live/http/http_response.ts";
import { IngestServer } from "../../lib/live/listener.ts";
import { StreamKeys } from "../../lib/live/stream_keys.ts";
import { SYSTEM_CLOCK } from "../../lib/timeout_clock.ts";
import { eventually } from "../eventually.ts";
import { createTemporaryDirectory } from "./temporary_directory.ts";

const KEY = "abcdefghijklmnop";

const SOURCE = [
  ...["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=25", "-f", "lavfi", "-i"],
  ...["anoisesrc=r=48000:seed=1", "-t", "4", "-c:v", "libx264", "-preset", "ultrafast", "-qp", "2"],
  ...["-threads", "1", "-g", "25", "-c:a", "aac", "-fflags", "+bitexact", "-flags", "+bitexact"],
];
const FRAGMENTED = ["-movflags", "+frag_keyframe+delay_moov+default_base_moof", "-f", "mp4"];

const ADDRESS = { hostname: "127.0.0.1", port: 0 };

interface Received {
  /** Bodies by the path behind the key; undefined for one that was not whole. */
  readonly bodies: Map<string, Uint8Array | undefined>;
  readonly log: string[];
  readonly responses: Readonly<Record<number, number>>;
}

/** Reads bodies with a pause after each piece, as a slow disk causes. */
async function receive(
  send: (authority: string) => Promise<unknown>,
  listen: (address: typeof ADDRESS) => Deno.TcpListener | Deno.TlsListener = Deno.listen,
): Promise<Received> {
  const bodies = new Map<string, Uint8Array | undefined>();
  const log: string[] = [];
  const counts = createIngestCounts();
  const keys = new StreamKeys([{ name: "main", key: KEY }]);
  const server = new IngestServer({
    findPublishers: (channel) => channel === "live/news.json" ? keys : undefined,
    async publish({ publication: { path }, body }) {
      bodies.set(path, undefined);
      const pieces: Uint8Array<ArrayBuffer>[] = [];
      for await (const piece of body) {
        pieces.push(piece.slice());
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      bodies.set(path, await new Blob(pieces).bytes());
      return INGESTED;
    },
    counts,
    log: ({ message }) => log.push(message),
    clock: SYSTEM_CLOCK,
    nowMs: Date.now,
  });
  const listener = listen(ADDRESS);
  const listening = server.listen(listener);
  await send(`127.0.0.1:${listener.addr.port}`);
  // ffmpeg does not wait for responses on persistent connections
  await eventually(() => server.updateCounts().connections === 0, "all connections have ended");
  await server.stop(0);
  await listening;
  return { bodies, log, responses: counts.responses };
}

async function run(program: string, args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    signal: AbortSignal.timeout(60_000),
  }).output();
  return { code, stdout, stderr: new TextDecoder().decode(stderr) };
}

async function runFfmpeg(...args: string[]): Promise<Uint8Array> {
  const { code, stdout, stderr } = await run("ffmpeg", [...SOURCE, ...args]);
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

/** What ffmpeg publishes, as it writes it to a pipe. */
const sent = await runFfmpeg(...FRAGMENTED, "pipe:1");

for (const method of ["POST", "PUT"]) {
  Deno.test(`IngestServer receives all that ffmpeg sends by ${method}`, async () => {
    const { bodies, responses } = await receive((authority) =>
      runFfmpeg(...FRAGMENTED, "-method", method, `http://${authority}/live/news.json/${KEY}/feed`)
    );
    const body = bodies.get("feed");
    assert(body && body.length > 2_000_000, `${body?.length} bytes`);
    assertEquals([body.length, responses], [sent.length, { 200: 1 }]);
    assert(body.every((byte, i) => byte === sent[i]));
  });
}

Deno.test("IngestServer has ffmpeg send the credentials of its URL", async () => {
  const { bodies, responses } = await receive((authority) =>
    runFfmpeg(...FRAGMENTED, "-method", "POST", `http://x:${KEY}@${authority}/live/news.json/feed`)
  );
  assertEquals([bodies.get("feed")?.length, responses], [sent.length, { 200: 1, 401: 1 }]);
});

for (const persistent of ["0", "1"]) {
  Deno.test(`IngestServer receives every file of DASH with -http_persistent ${persistent}`, async () => {
    const { bodies, responses } = await receive(async (authority) => {
      const url = `http://${authority}/live/news.json/${KEY}/feed/a.mpd`;
      const options = ["-seg_duration", "1", "-http_persistent", persistent, "-method", "PUT"];
      const { code } = await run("ffmpeg", [...SOURCE, "-f", "dash", ...options, url]);
      assertEquals(code, 0); // with a warning: names cannot be changed over HTTP
    });
    const names = [...bodies.keys()].filter((name) => name.endsWith(".m4s"));
    assertEquals(names.filter((name) => /stream0-0/.test(name)).length, 4);
    for (const [name, body] of bodies) assert(body && body.length > 0, name);
    assertEquals(Object.keys(responses), ["200"]);
  });
}

async function curl(file: string, url: string, ...options: string[]): Promise<string> {
  const format = ["-w", "\n%{http_code} %{size_upload}"];
  const { stdout } = await run("curl", ["-sS", "-m", "20", ...format, "-T", file, ...options, url]);
  return new TextDecoder().decode(stdout).split("\n").at(-1)!;
}

Deno.test("IngestServer has curl continue, or sends it an error before the body", async () => {
  using directory = createTemporaryDirectory();
  const file = `${directory.path}/body`;
  Deno.writeFileSync(file, sent);
  const results: string[] = [];
  const { bodies, log } = await receive(async (authority) => {
    const url = `http://${authority}/live/news.json`;
    results.push(await curl(file, `${url}/${KEY}/a.mp4`));
    results.push(await curl(file, `${url}/b.mp4`, "-u", `x:${KEY}`));
    results.push(await curl(file, `${url}/c.mp4`, "-H", `Authorization: Bearer ${KEY}`));
    results.push(await curl(file, `${url}/WRONG/d.mp4`));
    results.push(await curl(file, `${url}/e.mp4`, "-u", "x:WRONG"));
    results.push(await curl(file, `${url}x/${KEY}/f.mp4`));
  });
  const accepted = `200 ${sent.length}`;
  assertEquals(results, [accepted, accepted, accepted, "401 0", "403 0", "404 0"]);
  const lengths = Array.from(bodies, ([name, body]) => [name, body?.length]);
  assertEquals(lengths, ["a.mp4", "b.mp4", "c.mp4"].map((name) => [name, sent.length]));
  assertEquals(log.filter((line) => line.includes(KEY)), []);
});

Deno.test("IngestServer receives what ffmpeg and curl send over TLS", async () => {
  using directory = createTemporaryDirectory();
  const file = `${directory.path}/body`;
  Deno.writeFileSync(file, sent);
  const [cert, key] = ["cert.pem", "key.pem"].map((name) =>
    Deno.readTextFileSync(new URL(`../http/tls/${name}`, import.meta.url))
  ) as [string, string];
  let result = "";
  const { bodies, log } = await receive(async (authority) => {
    const url = `https://${authority}/live/news.json/${KEY}`;
    result = await curl(file, `${url}/a.mp4`, "-k");
    await runFfmpeg(...FRAGMENTED, "-method", "PUT", `${url}/b.mp4`);
    await curl(file, url.replace("https", "http"));
  }, (address) => Deno.listenTls({ ...address, cert, key }));
  assertEquals([result, log.length], [`200 ${sent.length}`, 1]);
  assertEquals([...bodies.values()].map((body) => body?.length), [sent.length, sent.length]);
});

Deno.test("IngestServer ends an upload of ffmpeg with a wrong key, which reads nothing", async () => {
  const { bodies, responses } = await receive((authority) => {
    const url = `http://${authority}/live/news.json/WRONG/feed`;
    return run("ffmpeg", [...SOURCE, ...FRAGMENTED, "-method", "POST", url]);
  });
  assertEquals([bodies.size, responses], [0, { 403: 1 }]);
});
