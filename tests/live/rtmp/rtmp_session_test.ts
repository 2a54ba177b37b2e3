import { assertEquals, assertThrows } from "@std/assert";
import { type AmfValue } from "../../../lib/live/rtmp/amf0.ts";
import { RtmpError } from "../../../lib/live/rtmp/rtmp_error.ts";
import type { RtmpEvent } from "../../../lib/live/rtmp/rtmp_event.ts";
import { RtmpSession } from "../../../lib/live/rtmp/rtmp_session.ts";
import { hex } from "./hex.ts";
import { Client, HANDSHAKE, HANDSHAKE_SIZE, message, send } from "./session_client.ts";
import { amf0 } from "./amf_values.ts";
import { concat } from "../../mp4/movie_file.ts";

const CONNECT = send(0, "connect", 1, new Map([["app", "live/news"], ["tcUrl", "rtmp://h/live"]]));
const CREATE = send(0, "createStream", 4, null);
const PUBLISH = send(1, "publish", 5, null, "KEY?a=b", "live");
const DELETE = send(0, "deleteStream", 6, null, 1);
const VIDEO = message(9, hex("1701"), 1, 40);

const START: RtmpEvent = { kind: "publish", app: "live/news", name: "KEY?a=b" };
const FRAME: RtmpEvent = { kind: "media", type: "video", timestamp: 40, payload: hex("1701") };
const END: RtmpEvent = { kind: "end" };

Deno.test("RtmpSession sends nothing before C1 is complete", () => {
  const session = new RtmpSession();
  assertEquals(session.push(HANDSHAKE.subarray(0, 1536)), []);
  assertEquals(session.takeOutput().length, 0);
  session.push(HANDSHAKE.subarray(1536, 1537));
  assertEquals(session.takeOutput().length, HANDSHAKE_SIZE);
  assertEquals(session.takeOutput().length, 0);
});

Deno.test("RtmpSession responds to connect in chunk streams 2 and 3, in chunks of 4096 bytes", () => {
  const { session } = new Client();
  session.push(CONNECT);
  const bytes = session.takeOutput();
  const control = hex(`02 000000 000004 05 00000000 002625a0
    02 000000 000005 06 00000000 002625a002
    02 000000 000004 01 00000000 00001000
    03 000000`);
  assertEquals(bytes.subarray(0, control.length), control);
  const rest = bytes.subarray(control.length);
  assertEquals(rest.subarray(3, 8), hex("14 00000000"));
  assertEquals(rest.length - 8, 256 * rest[1]! + rest[2]!); // over 128 bytes, in one chunk
});

Deno.test("RtmpSession follows a client from connect to deleteStream", () => {
  const client = new Client();
  assertEquals(client.send(CONNECT), []);
  assertEquals(client.read(), [
    "5 002625a0",
    "6 002625a002",
    ["_result", 1, 0, undefined, "NetConnection.Connect.Success"],
  ]);
  client.send(send(0, "releaseStream", 2, null, "KEY"), send(0, "FCPublish", 3, null, "KEY"));
  assertEquals(client.read(), [
    ["_result", 2, 0, null, undefined],
    ["_result", 3, 0, null, undefined],
    ["onFCPublish", 0, 0, null, "NetStream.Publish.Start"],
  ]);
  client.send(CREATE);
  assertEquals(client.read(), [["_result", 4, 0, null, 1]]);
  assertEquals(client.send(PUBLISH), [START]);
  assertEquals(client.read(), []);
  client.session.acceptPublish();
  assertEquals(client.read(), [
    "4 000000000001",
    ["onStatus", 0, 1, null, "NetStream.Publish.Start"],
  ]);
  const metadata = amf0("onMetaData", new Map([["width", 640]]));
  const audio = message(8, hex("af01"), 1, 2 ** 32 - 1);
  assertEquals(client.send(message(18, concat(amf0("@setDataFrame"), metadata)), VIDEO, audio), [
    { kind: "media", type: "data", timestamp: 0, payload: metadata },
    FRAME,
    { kind: "media", type: "audio", timestamp: 2 ** 32 - 1, payload: hex("af01") },
  ]);
  assertEquals(client.send(send(0, "FCUnpublish", 6, null, "KEY"), DELETE), [END]);
  assertEquals(client.read(), [
    ["_result", 6, 0, null, undefined],
    ["onStatus", 0, 1, null, "NetStream.Unpublish.Success"],
  ]);
});

Deno.test("RtmpSession returns the same events and bytes for pieces of any size", () => {
  const bytes = concat(HANDSHAKE, CONNECT, CREATE, PUBLISH, VIDEO, message(8, new Uint8Array(300)));
  const run = (size: number) => {
    const session = new RtmpSession();
    const events: RtmpEvent[] = [];
    const output: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      events.push(...session.push(bytes.slice(at, at + size)));
      output.push(session.takeOutput());
    }
    return { events, output: concat(...output) };
  };
  const whole = run(bytes.length);
  assertEquals(whole.events.length, 3);
  for (const size of [1, 2, 3, 100, 1537]) assertEquals(run(size), whole);
});

const APPS: [app: AmfValue, name: AmfValue, event: [app: string, name: string]][] = [
  ["live/news?a=b", "KEY", ["live/news", "KEY"]],
  ["live/news/", "", ["live/news/", ""]],
  ["live", "news/KEY", ["live", "news/KEY"]],
  [undefined, undefined, ["", ""]],
  [1, 2, ["", ""]],
];

for (const [app, name, [eventApp, eventName]] of APPS) {
  Deno.test(`RtmpSession states app ${app} and name ${name} of publish`, () => {
    const client = new Client(send(0, "connect", 1, new Map([["app", app]])));
    const event: RtmpEvent = { kind: "publish", app: eventApp, name: eventName };
    assertEquals(client.send(send(1, "publish", 0, null, name)), [event]);
  });
}

Deno.test("RtmpSession rejects a client, and ignores what it sends then", () => {
  const client = new Client(CONNECT, PUBLISH);
  client.session.rejectPublish("The key is wrong.");
  assertEquals(client.read(), [["onStatus", 0, 1, null, "NetStream.Publish.BadName"]]);
  assertEquals(client.send(VIDEO, DELETE), []);
});

Deno.test("RtmpSession decides on a request to publish, which it accepts once", () => {
  const client = new Client(CONNECT);
  const message = "Cannot find a request to publish";
  assertThrows(() => client.session.acceptPublish(), Error, message);
  assertThrows(() => client.session.rejectPublish(""), Error, message);
  client.send(PUBLISH);
  client.session.acceptPublish();
  assertThrows(() => client.session.acceptPublish(), Error, message);
});

Deno.test("RtmpSession accepts a client that has ended already, and sends nothing", () => {
  const client = new Client(CONNECT);
  assertEquals(client.send(PUBLISH, DELETE), [START, END]);
  client.read();
  client.session.acceptPublish();
  client.session.rejectPublish("The key is wrong.");
  assertEquals(client.read(), []);
});

Deno.test("RtmpSession ends what a client publishes with an error, unless the client has ended it", () => {
  for (const hasEnded of [false, true]) {
    const client = new Client(CONNECT, CREATE, PUBLISH);
    client.session.acceptPublish();
    if (hasEnded) client.send(DELETE);
    client.read();
    client.session.rejectPublish("The disk is full.");
    const error = ["onStatus", 0, 1, null, "NetStream.Publish.BadName"];
    assertEquals([client.read(), client.send(VIDEO)], [hasEnded ? [] : [error], []]);
  }
});

Deno.test("RtmpSession returns media that follows publish at once", () => {
  const client = new Client(CONNECT);
  assertEquals(client.send(PUBLISH, VIDEO), [START, FRAME]);
});

Deno.test("RtmpSession rejects a second stream beside the first, and takes one after it", () => {
  const client = new Client(CONNECT, PUBLISH);
  client.session.acceptPublish();
  client.read();
  assertEquals(client.send(send(2, "publish", 0, null, "OTHER")), []);
  assertEquals(client.read(), [["onStatus", 0, 2, null, "NetStream.Publish.BadName"]]);
  assertEquals(client.send(VIDEO, DELETE, VIDEO, DELETE, PUBLISH, VIDEO), [
    FRAME,
    END,
    START,
    FRAME,
  ]);
});

const ENDS: [name: string, command: Uint8Array, ends: boolean][] = [
  ["FCUnpublish", send(0, "FCUnpublish", 0, null, "KEY?a=b"), true],
  ["FCUnpublish of another stream", send(0, "FCUnpublish", 0, null, "OTHER"), false],
  ["closeStream", send(1, "closeStream", 0, null), true],
  ["closeStream of another stream", send(2, "closeStream", 0, null), false],
  ["deleteStream of another stream", send(0, "deleteStream", 0, null, 2), false],
];

for (const [name, end, ends] of ENDS) {
  Deno.test(`RtmpSession ${ends ? "ends with" : "goes on after"} ${name}`, () => {
    const client = new Client(CONNECT, PUBLISH);
    assertEquals(client.send(end), ends ? [END] : []);
  });
}

Deno.test("RtmpSession refuses to play", () => {
  const client = new Client(CONNECT);
  client.send(send(1, "play", 0, null, "KEY"));
  assertEquals(client.read(), [["onStatus", 0, 1, null, "NetStream.Play.StreamNotFound"]]);
});

Deno.test("RtmpSession responds to unknown commands that wait for it", () => {
  const client = new Client(CONNECT);
  client.send(send(0, "_checkbw", 7, null), send(0, "getStreamLength", 8, null, "KEY"));
  client.send(send(0, "onBWDone", 0, null));
  assertEquals(client.read(), [
    ["_result", 7, 0, null, undefined],
    ["_result", 8, 0, null, undefined],
  ]);
});

Deno.test("RtmpSession responds to pings, and ignores messages of other types", () => {
  const client = new Client(message(4, hex("000601020304"), 0), message(16, hex("00"), 0));
  client.send(message(4, hex("000601020304"), 0), message(3, hex("00000001"), 0));
  assertEquals(client.read(), ["4 000701020304"]);
});

Deno.test("RtmpSession acknowledges once per window of the client", () => {
  const client = new Client(CONNECT, message(5, hex("00000100"), 0), PUBLISH);
  client.read();
  const counts = [];
  for (let i = 0; i < 40; i++) {
    client.send(VIDEO);
    counts.push(...client.read());
  }
  const first = parseInt(`${counts[0]}`.slice(2), 16);
  assertEquals(counts.map((it) => parseInt(`${it}`.slice(2), 16) - first), [0, 266]);
});

Deno.test("RtmpSession splits aggregate messages, and ignores empty media", () => {
  const client = new Client(CONNECT, PUBLISH);
  const aggregate = hex("08 000001 000000 00 000000 af 0000000c 09 000000 000001 00 000000");
  assertEquals(client.send(message(22, aggregate, 1, 100), message(9, new Uint8Array())), [
    { kind: "media", type: "audio", timestamp: 100, payload: hex("af") },
  ]);
});

const WRONG: [name: string, bytes: Uint8Array, message: string][] = [
  ["another version", hex("06"), "Cannot read version 6 of RTMP, expected 3"],
  ["a command before connect", concat(HANDSHAKE, CREATE), "Cannot take commands before connect"],
  ["a second connect", concat(HANDSHAKE, CONNECT, CONNECT), "Cannot connect twice"],
  ["media before publish", concat(HANDSHAKE, CONNECT, VIDEO), "Cannot take media before publish"],
  ["a broken command", concat(HANDSHAKE, message(20, hex("0200"))), "Cannot read 2 bytes"],
  ["a ping of one byte", concat(HANDSHAKE, message(4, hex("00"))), "Cannot read 2 bytes"],
  ["a chunk without a header before", concat(HANDSHAKE, hex("c4")), "Cannot start chunk stream 4"],
];

for (const [name, bytes, message] of WRONG) {
  Deno.test(`RtmpSession rejects ${name}`, () => {
    assertThrows(() => new RtmpSession().push(bytes), RtmpError, message);
  });
}

Deno.test("RtmpSession.takeEvents() returns what came before an error", () => {
  const client = new Client(CONNECT);
  assertThrows(() => client.send(PUBLISH, VIDEO, hex("c5")), RtmpError);
  assertEquals(client.session.takeEvents(), [START, FRAME]);
});

Deno.test("RtmpSession.heldBytes counts incomplete messages and what is not sent", () => {
  const session = new RtmpSession();
  session.push(HANDSHAKE);
  assertEquals(session.heldBytes, HANDSHAKE_SIZE);
  session.takeOutput();
  session.push(VIDEO.subarray(0, 13));
  assertEquals(session.heldBytes, 1);
});
