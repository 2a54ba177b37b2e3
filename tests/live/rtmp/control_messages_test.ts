import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import {
  acknowledgement,
  readWindowAcknowledgementSize,
  respondToUserControl,
  setChunkSize,
  setPeerBandwidth,
  streamBegin,
  windowAcknowledgementSize,
} from "../../../lib/live/rtmp/control_messages.ts";
import type { RtmpMessage } from "../../../lib/live/rtmp/rtmp_message.ts";
import { hex } from "./hex.ts";

/** Vectors of message/common_test.go and user_control_event_common_test.go of github.com/yutopp/go-rtmp (Boost Software License 1.0). */
const GO_RTMP: [name: string, message: RtmpMessage, type: number, payload: string][] = [
  ["setChunkSize", setChunkSize(1024), 1, "00000400"],
  ["acknowledgement", acknowledgement(1024), 3, "00000400"],
  ["windowAcknowledgementSize", windowAcknowledgementSize(1024), 5, "00000400"],
  ["streamBegin", streamBegin(1234), 4, "0000 000004d2"],
];

for (const [name, message, type, payload] of GO_RTMP) {
  Deno.test(`${name}() agrees with go-rtmp`, () => {
    assertEquals(message, { type, timestamp: 0, streamId: 0, payload: hex(payload) });
  });
}

Deno.test("setPeerBandwidth() lets the client choose the limit", () => {
  assertEquals(setPeerBandwidth(1024).payload, hex("00000400 02"));
});

const userControl = (payload: string) =>
  respondToUserControl({ type: 4, timestamp: 0, streamId: 0, payload: hex(payload) })?.payload;

Deno.test("respondToUserControl() returns the time of a ping", () => {
  assertEquals(userControl("0006 21f6fbc3"), hex("0007 21f6fbc3")); // as in gortmplib
});

for (const payload of ["0003 000004d2 0000162e", "0000 00000001", "0007 000004d2", "001f"]) {
  Deno.test(`respondToUserControl() ignores ${payload}`, () => {
    assertEquals(userControl(payload), undefined);
  });
}

for (const payload of ["", "00", "0006 0000"]) {
  Deno.test(`respondToUserControl() rejects ${payload || "nothing"}`, () => {
    assertThrows(() => userControl(payload), MediaError, "Cannot read");
  });
}

Deno.test("readWindowAcknowledgementSize() reads what is written, and rejects less", () => {
  assertEquals(readWindowAcknowledgementSize(windowAcknowledgementSize(2 ** 32 - 1)), 2 ** 32 - 1);
  const short = { type: 5, timestamp: 0, streamId: 0, payload: new Uint8Array(3) };
  assertThrows(() => readWindowAcknowledgementSize(short), MediaError, "Cannot read 4 bytes");
});
