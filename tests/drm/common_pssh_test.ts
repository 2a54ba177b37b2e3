import { assertEquals } from "@std/assert";
import { buildCommonPssh } from "../../lib/drm/common_pssh.ts";
import { hex } from "../codecs/entry.ts";

Deno.test("buildCommonPssh() has each KID once, in ascending order", () => {
  const box = buildCommonPssh([
    "a56ce54c-0cc3-87e6-8470-40368011fbf6",
    "75794092-4434-8559-bd33-c5716f3ba359",
    "a56ce54c-0cc3-87e6-8470-40368011fbf6",
  ]);
  const expected = `00000044 70737368 01000000 1077efecc0b24d02ace33c1e52e2fb4b
    00000002 7579409244348559bd33c5716f3ba359 a56ce54c0cc387e6847040368011fbf6
    00000000`;
  assertEquals(box.toHex(), hex(expected).toHex());
});
