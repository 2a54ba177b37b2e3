import { assertEquals } from "@std/assert";
import { findImageType, IMAGE_SIGNATURE_SIZE } from "../lib/image_type.ts";

const cases: [what: string, hex: string, type: string | undefined][] = [
  ["JPEG with JFIF", "ffd8ffe000104a46", "image/jpeg"],
  ["JPEG with Exif", "ffd8ffe1", "image/jpeg"],
  ["PNG", "89504e470d0a1a0a", "image/png"],
  ["PNG whose line breaks were converted", "89504e470a1a0a00", undefined],
  ["a truncated PNG", "89504e470d0a1a", undefined],
  ["GIF", "4749463839610000", undefined],
  ["a page", "3c68746d6c3e0000", undefined],
  ["nothing", "", undefined],
];

for (const [what, hex, type] of cases) {
  Deno.test(`findImageType() returns the type of ${what}`, () => {
    const start = Uint8Array.fromHex(hex);
    assertEquals(start.length <= IMAGE_SIGNATURE_SIZE, true);
    assertEquals(findImageType(start), type);
  });
}
