import { assertEquals, assertStringIncludes } from "@std/assert";
import { ChannelFileWatch } from "../../lib/live/channel_file_watch.ts";
import { StreamKeys } from "../../lib/live/stream_keys.ts";
import { MemoryChannels } from "./recorded_server.ts";

const [KEY, OTHER] = ["abcdefghijklmnop", "ponmlkjihgfedcba"];

function watch() {
  const channels = new MemoryChannels();
  const logs: string[] = [];
  const file = new ChannelFileWatch({
    directory: channels,
    path: "news.json",
    name: "live/news.json",
    log: ({ level, message }) => logs.push(`${level} ${message}`),
  });
  return { channels, file, logs };
}

const findKey = (file: ChannelFileWatch, key: string) => {
  const publishers = file.check()?.publishers;
  return publishers instanceof StreamKeys ? publishers.find(key) : publishers;
};

Deno.test("ChannelFileWatch follows edits, and warns of keys in clear once", () => {
  const { channels, file, logs } = watch();
  assertEquals(file.check()?.publishers, "loopback");
  channels.write("news.json", { publishers: [{ name: "main", key: KEY }], window: 60 });
  assertEquals([findKey(file, KEY), findKey(file, OTHER)], ["main", undefined]);
  assertEquals(file.check()?.file.window, 60);
  assertEquals(logs.length, 1);
  assertStringIncludes(logs[0]!, "warn live/news.json: keys of main are in clear");
  channels.write("news.json", { publishers: [{ name: "spare", key: OTHER }] });
  assertEquals([findKey(file, KEY), findKey(file, OTHER)], [undefined, "spare"]);
  assertEquals(logs.filter((line) => line.includes(KEY) || line.includes(OTHER)), []);
});

Deno.test("ChannelFileWatch keeps the last contents of a file that is broken, and logs it once", () => {
  const { channels, file, logs } = watch();
  file.check();
  channels.write("news.json", { window: -1, publishers: [{ name: "main", key: KEY }] });
  for (let i = 0; i < 3; i++) assertEquals(file.check()?.publishers, "loopback");
  assertEquals(logs.length, 1);
  assertStringIncludes(logs[0]!, "error live/news.json: live.window: ");
  assertStringIncludes(logs[0]!, "expected seconds");
  assertStringIncludes(logs[0]!, "its previous contents remain in force");
  channels.texts.set("news.json", `{ "ams": 1, "live": { "publishers": "${KEY}`);
  file.check();
  assertEquals([logs.length, logs[1]!.includes(KEY)], [2, false]);
  channels.write("news.json", { window: 7 });
  assertEquals([file.check()?.file.window, logs.length], [7, 2]);
});

Deno.test("ChannelFileWatch finds no channel in a package, and none that was never valid", () => {
  const { channels, file, logs } = watch();
  channels.texts.set("news.json", '{ "ams": 1, "tracks": [] }');
  assertEquals([file.check(), logs], [undefined, []]);
  channels.texts.set("news.json", '{ "live": { "window": "x" } }');
  assertEquals([file.check(), logs.length], [undefined, 1]);
  channels.write("news.json", {});
  assertEquals(file.check()?.publishers, "loopback");
  channels.texts.delete("news.json");
  assertEquals(file.check(), undefined);
});
