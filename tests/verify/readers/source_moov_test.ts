import { assertEquals, assertRejects } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import type { Source } from "../../../lib/storage/source.ts";
import { readSourceMoov } from "../../../lib/verify/readers/source_moov.ts";
import { hex } from "../../codecs/entry.ts";

function sourceOf(text: string): Source {
  const bytes = hex(text);
  return {
    name: "a.mp4",
    size: bytes.length,
    synchronous: true,
    read: (offset, into) => into.set(bytes.subarray(offset, offset + into.length)),
    close: () => {},
  };
}

const MDAT = "00000001 6d646174 0000000000000012 abcd";

Deno.test("readSourceMoov() finds a moov behind media", async () => {
  assertEquals((await readSourceMoov(sourceOf(`${MDAT} 0000000a 6d6f6f76 0102`))).toHex(), "0102");
});

Deno.test("readSourceMoov() reads a moov to the end of the file", async () => {
  assertEquals((await readSourceMoov(sourceOf(`${MDAT} 00000000 6d6f6f76 0102`))).toHex(), "0102");
});

for (const text of [MDAT, `${MDAT} 00000004 6d6f6f76`, `${MDAT} 00000020 6d6f6f76`, ""]) {
  Deno.test(`readSourceMoov() rejects a file without a moov: ${text}`, async () => {
    await assertRejects(
      () => readSourceMoov(sourceOf(text)),
      MediaError,
      "a.mp4: Cannot find a moov",
    );
  });
}
