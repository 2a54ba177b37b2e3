import { assertEquals } from "@std/assert";
import { formatChannelGuide } from "../../lib/packager/channel_guide.ts";
import { getStreamName, parsePublishingUrl } from "../../lib/live/publishing_url.ts";

Deno.test("formatChannelGuide() prints publishing URLs that the listener understands", () => {
  const lines = formatChannelGuide({
    path: "live/a%20b.json",
    key: "K".repeat(16),
    segmentDuration: 4,
  });
  const urls = lines.flatMap((line) => line.match(/http:\/\/HOST:1935(\S+)$/)?.[1] ?? []);
  assertEquals(urls.length, 4);
  for (const url of urls) {
    const { channel, names } = parsePublishingUrl(url);
    assertEquals([channel, names[0], getStreamName(names.slice(1))], [
      "live/a b.json",
      "K".repeat(16),
      "feed",
    ]);
  }
});
