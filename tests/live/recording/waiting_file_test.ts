import { assertEquals, assertThrows } from "@std/assert";
import { writeWholeFile } from "../../../lib/archive/file_system.ts";
import { MediaError } from "../../../lib/errors.ts";
import { FragmentReader } from "../../../lib/live/media/fragments.ts";
import {
  readWaiting,
  removeWaiting,
  writeWaiting,
} from "../../../lib/live/recording/waiting_file.ts";
import { MemoryFileSystem } from "../../archive/memory_file_system.ts";
import { Encoder } from "../encoder.ts";

function createWaiting() {
  const encoder = new Encoder({ profile: "cmaf", start: 1.7e9 });
  const reader = new FragmentReader();
  const [init, fragment] = [encoder.init, encoder.fragment(0)].flatMap((it) => reader.push(it));
  if (init?.kind !== "init" || fragment?.kind !== "fragment") throw new Error("no fragment");
  const samples = fragment.tracks.map(({ trackId, samples, time }) => ({
    ...{ publisher: "main", stream: "feed", init: init.init, trackId, name: `feed-${trackId}` },
    ...{ samples, time: time!, arrival: 1.7e15, isInPeriod: trackId === 1 },
  }));
  return { period: 7, samples };
}

Deno.test("writeWaiting() writes what readWaiting() reads, until it is removed", () => {
  const files = new MemoryFileSystem();
  assertEquals(readWaiting(files), undefined);
  removeWaiting(files);
  const waiting = createWaiting();
  writeWaiting(files, waiting);
  const read = readWaiting(files)!;
  const comparable = ({ samples, ...rest }: typeof waiting | typeof read) => ({
    ...rest,
    samples: samples.map(({ init, ...it }) => ({ ...it, init: init.key })),
  });
  assertEquals(comparable(read), comparable(waiting));
  assertEquals(files.list(""), ["waiting.json"]);
  removeWaiting(files);
  assertEquals(files.list(""), []);
});

Deno.test("writeWaiting() encodes the init segment of a stream once, however many samples wait", () => {
  const { period, samples } = createWaiting();
  let encoded = 0;
  class CountedBytes extends Uint8Array<ArrayBuffer> {
    override toBase64(): string {
      encoded++;
      return super.toBase64();
    }
  }
  const init = { ...samples[0]!.init, moov: CountedBytes.from(samples[0]!.init.moov) };
  const many = Array.from({ length: 50 }, () => samples).flat().map((it) => ({ ...it, init }));
  writeWaiting(new MemoryFileSystem(), { period, samples: many });
  assertEquals(encoded, 1);
});

const broken: [name: string, change: (text: string) => string][] = [
  ["a part", (text) => text.slice(0, 200)],
  ["another version", (text) => text.replace('"ams":1', '"ams":2')],
  ["an unknown stream", (text) => text.replace('"stream":0', '"stream":3')],
  ["a column that is too short", (text) => text.replace('"flags":[', '"flags":[0,')],
  ["data that is too short", (text) => text.replace(/"data":"[^"]{4}/, '"data":"')],
  ["no Base64", (text) => text.replace('"data":"', '"data":"?')],
  ["a broken moov", (text) => text.replace(/"moov":"[^"]{40}/, '"moov":"')],
];

for (const [name, change] of broken) {
  Deno.test(`readWaiting() rejects ${name}`, () => {
    const files = new MemoryFileSystem();
    writeWaiting(files, createWaiting());
    const text = change(new TextDecoder().decode(files.bytes("waiting.json")));
    writeWholeFile(files, "waiting.json", new TextEncoder().encode(text));
    assertThrows(() => readWaiting(files), MediaError);
  });
}
