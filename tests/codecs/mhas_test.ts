import { assertEquals, assertThrows } from "@std/assert";
import { findMpeghConfig } from "../../lib/codecs/mhas.ts";
import { MediaError } from "../../lib/errors.ts";
import { bytesOf, hex } from "./entry.ts";

/** A packet for synchronization, as each stream starts. */
const SYNC = "c001a5";

/** Type 1, label 4, 2 bytes. */
const LABELLED = "001" + "11" + "00000001" + "00000000010" + "00001101" + "00011000";

const samples: [what: string, sample: Uint8Array, config: string][] = [
  ["the first packet", hex("2003 0d1846"), "0d1846"],
  ["a packet behind the synchronization", hex(`${SYNC} 2003 0d1846 4010`), "0d1846"],
  ["a packet with an escaped label", bytesOf(LABELLED), "0d18"],
  ["the start of a long packet", hex("27ff 000001 0d1846"), "0d1846"],
];

for (const [what, sample, config] of samples) {
  Deno.test(`findMpeghConfig() reads ${what}`, () => {
    assertEquals(findMpeghConfig(sample).toHex(), config);
  });
}

const rejected: [what: string, sample: Uint8Array, message: string][] = [
  ["no packet", new Uint8Array(), "Cannot find a packet with mpegh3daConfig"],
  ["frames alone", hex("4002 0000"), "Cannot find a packet with mpegh3daConfig"],
  ["many packets", hex("0000".repeat(40)), "Cannot find a packet with mpegh3daConfig"],
  ["a packet longer than the sample", hex("4010 00"), "Cannot skip"],
  ["a truncated header", hex("27"), "Cannot read"],
];

for (const [what, sample, message] of rejected) {
  Deno.test(`findMpeghConfig() rejects ${what}`, () => {
    assertThrows(() => findMpeghConfig(sample), MediaError, message);
  });
}
