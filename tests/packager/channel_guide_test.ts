import { assertEquals } from "@std/assert";
import { getStreamName, parsePublishingUrl } from "../../lib/live/http/publishing_url.ts";
import { formatChannelGuide } from "../../lib/packager/channel_guide.ts";

const KEY = "K".repeat(16);

const LINES = formatChannelGuide({ path: "live/a%20b.json", key: KEY, segmentDuration: 6 });

/** What a pattern finds in each line that it matches. */
const find = (pattern: RegExp) => LINES.flatMap((line) => pattern.exec(line)?.[1] ?? []);

Deno.test("formatChannelGuide() prints publishing URLs that the listener understands", () => {
  const paths = find(/http:\/\/HOST:1935([^\s']+)'?$/);
  assertEquals(paths.length, 9);
  for (const path of paths) {
    const { channel, names } = parsePublishingUrl(path);
    assertEquals([channel, names[0], getStreamName(names.slice(1))], [
      "live/a b.json",
      KEY,
      "feed",
    ]);
  }
});

Deno.test("formatChannelGuide() prints the server and the stream key of OBS on lines of their own", () => {
  const server = LINES.findIndex((line) => line === "  rtmp://HOST:1935/live/a%20b");
  assertEquals(LINES[server + 1], `  ${KEY}`);
});

Deno.test("formatChannelGuide() prints a command of ffmpeg for each protocol, with key frames at segment boundaries", () => {
  const commands = find(/^ {2}(ffmpeg .*)/);
  const protocols = commands.map((command) => / -f (\w+) (?:-.* )?'?(\w+):.*$/.exec(command)!);
  assertEquals(protocols.map(([, format, scheme]) => `${scheme} ${format}`), [
    "rtmp flv",
    "http mp4",
    "http mp4",
    "http dash",
    "http hls",
    "http ismv",
  ]);
  assertEquals(find(/-force_key_frames 'expr:gte\(t,n_forced\*(\d+)\)'/), Array(6).fill("6"));
  assertEquals(find(/-(?:seg_duration|hls_time) (\d+)/), ["6", "6"]);
});

const OPTIONS: [path: string, option: string][] = [
  ["live/news.json", ""],
  ["live/sports/a.json", ""],
  ["tv/news.json", " --channels tv"],
  ["my%20tv/sports/a.json", " --channels 'my tv'"],
  ["news.json", ""],
];

for (const [path, option] of OPTIONS) {
  Deno.test(`formatChannelGuide() names the directory of channels where it is another than by default: ${path}`, () => {
    const lines = formatChannelGuide({ path, key: KEY, segmentDuration: 4 });
    const started = lines.flatMap((line) => /, where HOST runs (.*):$/.exec(line)?.[1] ?? []);
    const options = ["--ingest 0.0.0.0:1935", "--ingest-tls 0.0.0.0:1936", "-p 80"];
    assertEquals(started, options.map((it) => `ams${option} ${it}`));
  });
}

Deno.test("formatChannelGuide() prints commands that go on when ams is restarted, where a request is a segment", () => {
  const commands = find(/^ {2}(ffmpeg .*)/);
  const patient = commands.filter((command) => command.includes(" -ignore_io_errors 1 "));
  assertEquals(patient.map((command) => / -f (\w+)/.exec(command)![1]), ["dash", "hls"]);
});
