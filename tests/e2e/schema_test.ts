/** Every MPD is valid against the schema of ISO/IEC 23009-1. */

import { assertEquals } from "@std/assert";
import { CAPTIONS, MANY_TRACKS, packageManyTracks } from "./many_tracks.ts";
import { SCHEMA, validateMpd } from "./mpd_schema.ts";
import { serveProtectedLadder } from "./protected_ladder.ts";
import { LADDER, MEDIA, packageAll, packageLadder, serveTestdata } from "./root.ts";

if (SCHEMA) validateAll(SCHEMA);
else {
  Deno.test.ignore(
    "MPDs are valid (skipped: AMS_MPD_SCHEMA is not set to the path of DASH-MPD.xsd)",
    () => {},
  );
}

function validateAll(schema: string): void {
  const served = serveTestdata(async (root) => {
    await packageLadder(root);
    await packageAll(root, "all.json");
    await packageManyTracks(root);
  });
  const mpds = [...MEDIA, LADDER, "all.json", MANY_TRACKS, CAPTIONS].map((path) => `${path}/.mpd`);
  const others = [
    `${MANY_TRACKS}/wvtt.mpd`,
    `${MANY_TRACKS}/wvtt.mpd?start=1&end=2`,
    `${MANY_TRACKS}/.mpd?filter=${encodeURIComponent('type == "audio" || type == "textstream"')}`,
    `${LADDER}/.mpd?start=2`,
  ];
  for (const path of [...mpds, ...others]) {
    Deno.test(`${path} is valid`, async () => {
      assertEquals(await validate(`${served.ams.url}/${path}`, schema), "");
    });
  }
  const protectedLadder = serveProtectedLadder({
    "cenc.json": { scheme: "cenc" },
    "cbcs.json": { scheme: "cbcs", per: "resolution" },
  });
  for (const path of ["cenc.json/.mpd", "cbcs.json/.mpd", "cbcs.json/wvtt.mpd?start=2"]) {
    Deno.test(`protected ${path} is valid`, async () => {
      assertEquals(await validate(`${protectedLadder.ams.url}/${path}`, schema), "");
    });
  }
}

/** Fetches and validates an MPD. */
async function validate(url: string, schema: string): Promise<string> {
  const response = await fetch(url);
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return await validateMpd(text, schema);
}
