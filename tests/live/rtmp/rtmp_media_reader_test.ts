import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { IngestError } from "../../../lib/live/ingest_error.ts";
import type { PushedItem } from "../../../lib/live/media/pushed_item.ts";
import { RtmpError } from "../../../lib/live/rtmp/rtmp_error.ts";
import type { RtmpEvent } from "../../../lib/live/rtmp/rtmp_event.ts";
import { readEvents, RtmpMediaReader } from "../../../lib/live/rtmp/rtmp_media_reader.ts";

const PUBLISH: RtmpEvent = { kind: "publish", app: "", name: "" };
const END: RtmpEvent = { kind: "end" };

function frame(timestamp: number): RtmpEvent {
  return { kind: "media", type: "video", timestamp, payload: new Uint8Array() };
}

/** A session whose events the test chooses, and media whose items are the timestamps of their frames. */
function createReader(following: readonly RtmpEvent[] = []) {
  const pushed: (RtmpEvent | Error)[] = [];
  const frames: number[] = [];
  const takeEvents = () => {
    const error = pushed.findIndex((it) => it instanceof Error);
    return pushed.splice(0, error < 0 ? pushed.length : error) as RtmpEvent[];
  };
  const session = {
    heldBytes: 3,
    push() {
      const error = pushed.find((it) => it instanceof Error);
      if (error) throw error;
      return takeEvents();
    },
    takeEvents,
  };
  const take = (count: number) => frames.splice(0, count) as unknown as PushedItem[];
  const media = {
    heldBytes: 4,
    add({ timestamp }: { timestamp: number }) {
      if (timestamp < 0) throw new MediaError("Cannot read a tag");
      frames.push(timestamp);
    },
    takeItems: () => take(frames.length - 1), // the last frame waits
    finish: () => take(frames.length),
  };
  const reader = new RtmpMediaReader({ session, media, following });
  const push = (...events: (RtmpEvent | Error)[]): unknown[] => {
    pushed.push(...events);
    return reader.push(new Uint8Array(1));
  };
  return { reader, push };
}

Deno.test("RtmpMediaReader returns what is due, and the rest at the end of the body", () => {
  const { reader, push } = createReader([frame(1)]);
  assertEquals(push(frame(2), frame(3)), [1, 2] as unknown[]);
  assertEquals(reader.push(new Uint8Array()), []);
  assertEquals(reader.heldBytes, 7);
  assertEquals(reader.finish() as unknown[], [3]);
});

Deno.test("RtmpMediaReader returns the end of a stream behind its frames, and ignores what follows", () => {
  const { reader, push } = createReader();
  assertEquals(push(frame(1), END, PUBLISH, frame(2), END), [1, { kind: "end" }]);
  assertEquals([push(frame(3)), reader.hasEnded, reader.finish()], [[], true, []]);
});

Deno.test("RtmpMediaReader returns the end that came with publish", () => {
  const { reader, push } = createReader([frame(1), END]);
  assertEquals([push(), reader.hasEnded], [[1, { kind: "end" }], true]);
});

Deno.test("RtmpMediaReader returns what was complete before an error of the client", () => {
  const { reader, push } = createReader();
  const error = assertThrows(
    () => push(frame(1), frame(2), new RtmpError("Cannot read a chunk")),
    IngestError,
    "Cannot read a chunk",
  );
  assertEquals([error.code, reader.takeItems() as unknown[]], ["BAD_REQUEST", [1, 2]]);
});

Deno.test("RtmpMediaReader returns what was complete before broken media", () => {
  const { reader, push } = createReader();
  assertThrows(() => push(frame(1), frame(-1), frame(2)), MediaError, "Cannot read a tag");
  assertEquals(reader.takeItems() as unknown[], [1]);
});

Deno.test("readEvents() does not hide a bug", () => {
  const push = () => {
    throw new TypeError("a bug");
  };
  assertThrows(() => readEvents({ push }, new Uint8Array(1)), TypeError);
});
