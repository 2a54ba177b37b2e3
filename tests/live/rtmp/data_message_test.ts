import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { EcmaArray } from "../../../lib/live/rtmp/amf0.ts";
import { MAX_DATA_SIZE, readDataMessage } from "../../../lib/live/rtmp/data_message.ts";
import { amf0 } from "./amf_values.ts";
import { concat } from "../../mp4/movie_file.ts";

const metadata = amf0("onMetaData", new EcmaArray([["width", 640]]));
const format = new Uint8Array(1);
const read = (type: number, payload: Uint8Array) =>
  readDataMessage({ type, timestamp: 0, streamId: 1, payload });

const CASES: [name: string, type: number, payload: Uint8Array, data: Uint8Array | undefined][] = [
  ["onMetaData", 18, metadata, metadata],
  ["@setDataFrame", 18, concat(amf0("@setDataFrame"), metadata), metadata],
  ["AMF 3", 15, concat(format, amf0("@setDataFrame"), metadata), metadata],
  ["AMF 3 without its format", 15, metadata, metadata],
  ["other data", 18, amf0("onTextData", null), amf0("onTextData", null)],
  ["@setDataFrame alone", 18, amf0("@setDataFrame"), undefined],
  ["@setDataFrame of no name", 18, amf0("@setDataFrame", 1), undefined],
  ["@clearDataFrame", 18, amf0("@clearDataFrame", "onMetaData"), undefined],
  ["no name", 18, amf0(1), undefined],
  ["nothing", 15, format, undefined],
];

for (const [name, type, payload, data] of CASES) {
  Deno.test(`readDataMessage() reads ${name}`, () => {
    assertEquals(read(type, payload), data);
  });
}

Deno.test("readDataMessage() rejects broken names and too much", () => {
  assertThrows(() => read(18, new Uint8Array([2, 0, 9, 65])), MediaError, "Cannot read 9 bytes");
  const most = concat(amf0("onMetaData"), new Uint8Array(MAX_DATA_SIZE - 13));
  assertEquals(read(18, most), most);
  const large = concat(amf0("onMetaData"), new Uint8Array(MAX_DATA_SIZE));
  assertThrows(
    () => read(18, large),
    MediaError,
    "Cannot read metadata of 1048589 bytes, expected at most 1048576",
  );
});
