/** Playlists as strict parsers read them. */

import { assertEquals } from "@std/assert";
import hlsParser from "hls-parser";
import { Parser } from "m3u8-parser";

/** Strict mode: the parser throws instead of ignoring errors. */
hlsParser.setOptions({ strictMode: true });

export { hlsParser };

/** Parses with m3u8-parser; throws on a warning. */
export function parseM3u8<Manifest>(text: string): Manifest {
  const parser = new Parser();
  const warnings: string[] = [];
  parser.on("warn", ({ message }: { message: string }) => warnings.push(message));
  parser.push(text);
  parser.end();
  assertEquals(warnings, []);
  return parser.manifest;
}
