import { assertEquals, assertNotEquals } from "@std/assert";
import { buildSampleIvs, deriveFirstIv } from "../../lib/drm/sample_iv.ts";
import { hex } from "../codecs/entry.ts";
import { KEY } from "./nist_vectors.ts";

const CONTEXT = { key: KEY, digest: new Uint8Array(32).fill(1), rendition: "video_eng=400000" };

Deno.test("deriveFirstIv() is the start of HMAC-SHA-256(key, digest ‖ rendition)", async () => {
  const { digest, rendition } = CONTEXT;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", new Uint8Array(KEY), algorithm, false, ["sign"]);
  const message = new Uint8Array([...digest, ...new TextEncoder().encode(rendition)]);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
  const iv = deriveFirstIv(CONTEXT).toString(16).padStart(16, "0");
  assertEquals(iv, mac.subarray(0, 8).toHex());
});

Deno.test("deriveFirstIv() differs by key, digest and rendition", () => {
  const others = [
    { key: hex("00".repeat(16)) },
    { digest: new Uint8Array(32).fill(2) },
    { rendition: "video_eng=400001" },
  ];
  for (const other of others) {
    assertNotEquals(deriveFirstIv({ ...CONTEXT, ...other }), deriveFirstIv(CONTEXT));
  }
});

const IVS: [first: bigint, sample: number, count: number, ivs: string][] = [
  [0n, 0, 3, "0000000000000000 0000000000000001 0000000000000002"],
  [0x0123456789ABCDEFn, 2, 1, "0123456789abcdf1"],
  [0n, 2 ** 32 - 1, 2, "00000000ffffffff 0000000100000000"],
  [2n ** 64n - 2n, 0, 3, "fffffffffffffffe ffffffffffffffff 0000000000000000"],
  [2n ** 64n - 2n, 1, 3, "ffffffffffffffff 0000000000000000 0000000000000001"],
  [5n, 0, 0, ""],
];

for (const [first, sample, count, ivs] of IVS) {
  Deno.test(`buildSampleIvs() adds the sample's index modulo 2^64: ${first} + ${sample}`, () => {
    assertEquals(buildSampleIvs(first, { sample, count }).toHex(), hex(ivs).toHex());
  });
}
