import { assertEquals, assertThrows } from "@std/assert";
import { RtmpError } from "../../../lib/live/rtmp/rtmp_error.ts";
import { RtmpHandshake } from "../../../lib/live/rtmp/rtmp_handshake.ts";

const C1 = Uint8Array.from({ length: 1536 }, (_, i) => i * 7 + 1);
const CLIENT = new Uint8Array([3, ...C1, ...new Uint8Array(1536).fill(9), 2, 0, 0]);

for (const pieceSize of [1, 2, 1536, 1537, 1538, 3073, 4000]) {
  Deno.test(`RtmpHandshake responds once after C1, in pieces of ${pieceSize}`, () => {
    const handshake = new RtmpHandshake();
    const responses: [position: number, response: Uint8Array][] = [];
    let position = 0;
    for (let at = 0; at < CLIENT.length; at += pieceSize) {
      const piece = CLIENT.subarray(at, at + pieceSize);
      const { taken, response } = handshake.push(piece);
      position += taken;
      if (response) responses.push([at + piece.length, response]);
    }
    assertEquals([position, handshake.isComplete, responses.length], [3073, true, 1]);
    const [at, response] = responses[0]!;
    assertEquals(at, Math.min(Math.ceil(1537 / pieceSize) * pieceSize, CLIENT.length));
    assertEquals(response.length, 3073);
    assertEquals(response[0], 3);
    assertEquals(response.subarray(1, 9), new Uint8Array(8)); // time, and no version of a digest
    assertEquals(response.subarray(1537), C1);
  });
}

Deno.test("RtmpHandshake takes nothing once it is complete", () => {
  const handshake = new RtmpHandshake();
  assertEquals(handshake.push(CLIENT).taken, 3073);
  assertEquals(handshake.push(CLIENT), { taken: 0, response: undefined });
});

for (const version of [0, 2, 6, 0x47, 255]) {
  Deno.test(`RtmpHandshake rejects version ${version}`, () => {
    assertThrows(
      () => new RtmpHandshake().push(new Uint8Array([version])),
      RtmpError,
      `Cannot read version ${version} of RTMP, expected 3`,
    );
  });
}
