import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { type AmfValue } from "../../../lib/live/rtmp/amf0.ts";
import {
  command,
  getCommandObject,
  getCommandText,
  MAX_COMMAND_SIZE,
  onStatus,
  readCommand,
  result,
} from "../../../lib/live/rtmp/rtmp_commands.ts";
import { hex } from "./hex.ts";
import { amf0 } from "./amf_values.ts";

const read = (payload: Uint8Array, type = 20) =>
  readCommand({ type, timestamp: 0, streamId: 5, payload });

/** Bodies of message/body_decoder_test.go of github.com/yutopp/go-rtmp (Boost Software License 1.0), after name and transaction. */
const GO_RTMP: [name: string, transactionId: number, body: string, values: AmfValue[]][] = [
  ["connect", 1, "05", [null]],
  ["createStream", 42, "05", [null]],
  ["deleteStream", 42, "05 00 4045000000000000", [null, 42]],
  ["publish", 42, "05 02 0003 616263 02 0003 646566", [null, "abc", "def"]],
  ["publish", 42, "05 02 0003 616263", [null, "abc"]],
  ["play", 42, "05 02 0003 616263 00 4045000000000000", [null, "abc", 42]],
  ["FCPublish", 42, "05 02 0003 616263", [null, "abc"]],
  ["closeStream", 42, "05", [null]],
];

for (const [name, transactionId, body, values] of GO_RTMP) {
  Deno.test(`readCommand() reads ${name} ${body} of go-rtmp`, () => {
    const payload = new Uint8Array([...amf0(name, transactionId), ...hex(body)]);
    const expected = { name, transactionId, streamId: 5, values };
    assertEquals(read(payload), expected);
    assertEquals(read(new Uint8Array([0, ...payload]), 17), expected); // AMF 3 with AMF 0 in it
    assertEquals(read(payload, 17), expected);
  });
}

/** `command amf0` of pkg/message/reader_test.go of github.com/bluenviron/gortmplib (MIT licence). */
Deno.test("readCommand() reads the command of gortmplib", () => {
  const payload = hex(`02 000c 693879797468726572677265 00 40eb910000000000
    03 0002 6b31 02 0002 7631 0002 6b32 02 0002 7632 0000 09 05`);
  const object = new Map([["k1", "v1"], ["k2", "v2"]]);
  const expected = { name: "i8yythrergre", transactionId: 56456, streamId: 5 };
  assertEquals(read(payload), { ...expected, values: [object, null] });
});

Deno.test("readCommand() takes a transaction that is no number for none", () => {
  for (const id of [NaN, Infinity, "1", null]) assertEquals(read(amf0("a", id)).transactionId, 0);
  assertEquals(read(amf0("a")), { name: "a", transactionId: 0, streamId: 5, values: [] });
});

const WRONG: [name: string, payload: Uint8Array, message: string][] = [
  ["nothing", new Uint8Array(), "Cannot find the name of a command"],
  ["a number", amf0(1, 2), "Cannot find the name of a command"],
  ["an incomplete value", amf0("connect", 1).subarray(0, 15), "Cannot read 8 bytes"],
  [
    "too many bytes",
    new Uint8Array(MAX_COMMAND_SIZE + 1),
    "Cannot read a command of 65537 bytes, expected at most 65536",
  ],
];

for (const [name, payload, message] of WRONG) {
  Deno.test(`readCommand() rejects ${name}`, () => {
    assertThrows(() => read(payload), MediaError, message);
  });
}

Deno.test("getCommandText() and getCommandObject() return something for any value", () => {
  const object = new Map([["app", "live"]]);
  const connect = read(amf0("connect", 1, object, "x"));
  assertEquals([getCommandObject(connect), getCommandText(connect, 1)], [object, "x"]);
  for (const values of [[], [null], [1, 2], [["app"], ["x"]]] as AmfValue[][]) {
    const other = read(amf0("connect", 1, ...values));
    assertEquals([getCommandObject(other), getCommandText(other, 1)], [new Map(), ""]);
  }
});

Deno.test("result() and onStatus() build what readCommand() reads", () => {
  const request = read(amf0("createStream", 4, null));
  assertEquals(readCommand(result(request, 1)), {
    name: "_result",
    transactionId: 4,
    streamId: 0,
    values: [null, 1],
  });
  const status = { level: "error", code: "a.b", description: "No." } as const;
  assertEquals(readCommand(onStatus(1, status)), {
    name: "onStatus",
    transactionId: 0,
    streamId: 1,
    values: [null, new Map(Object.entries(status))],
  });
  assertEquals(command(3, "a", 0).type, 20);
});
