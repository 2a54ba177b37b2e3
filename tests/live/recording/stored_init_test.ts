import { assertEquals, assertNotEquals } from "@std/assert";
import { FragmentReader } from "../../../lib/live/media/fragments.ts";
import { readLiveInit } from "../../../lib/live/media/live_init.ts";
import { restoreInit, storeInit } from "../../../lib/live/recording/stored_init.ts";
import { Encoder } from "../encoder.ts";

const [item] = new FragmentReader().push(new Encoder().init);
if (item?.kind !== "init") throw new Error("no init segment");
const { moov, key } = item.init;

Deno.test("restoreInit() restores what storeInit() stored, through JSON", () => {
  const names = new Map([[2, "audio-1"], [1, "video"]]);
  const init = readLiveInit(moov, { names });
  const restored = restoreInit(JSON.parse(JSON.stringify(storeInit(init))));
  assertEquals([restored.key, restored.names], [init.key, names]);
});

Deno.test("restoreInit() restores an init segment without names", () => {
  const restored = restoreInit(storeInit(readLiveInit(moov)));
  assertEquals([restored.key, restored.names], [key, undefined]);
});

Deno.test("readLiveInit() gives another key for other names", () => {
  assertNotEquals(readLiveInit(moov, { names: new Map([[1, "video"]]) }).key, key);
});
