/** Verifies everything that AMS builds from testdata/. */

import { assert, assertEquals } from "@std/assert";
import type { OpenPresentation } from "../open_presentation.ts";
import { countSegments } from "../../lib/presentation/segment_timeline.ts";
import { verify, type VerifyInputs } from "../../lib/verify/verification.ts";
import { MEDIA, openSample, openTestdata, PRESENTATION_NAMES } from "../sample_presentations.ts";

async function check(
  presentation: OpenPresentation,
  { operator }: VerifyInputs = {},
): Promise<void> {
  try {
    const { rows, differences, differenceCount } = await verify(presentation, { operator });
    assertEquals(differences, []);
    assertEquals(differenceCount, 0);
    for (const rendition of presentation.renditions.values()) {
      const row = rows.find(({ location }) =>
        location.rendition === rendition.name && /^(CMAF|JPEG|WebVTT)$/.test(location.format)
      );
      assert(row, rendition.name);
      if (rendition.type === "text") assertEquals(row.samples, rendition.webvtt.cues.length);
      else {
        assertEquals(row.segments, countSegments(rendition.timeline));
        assertEquals(row.samples, rendition.timing.end - rendition.timing.first);
      }
    }
    assert(
      rows.some(({ location, segments }) => location.format === "DASH manifest" && segments > 0),
    );
  } finally {
    presentation.close();
  }
}

/** Languages and labels are those of the files. */
const NO_PACKAGE = new Map();

for (const file of [...MEDIA, "ladder-vtt-eng.vtt"]) {
  Deno.test(`verify() finds no difference in ${file}`, async () =>
    await check(await openTestdata([file]), { operator: NO_PACKAGE }));
}

for (const name of PRESENTATION_NAMES) {
  Deno.test(`verify() finds no difference in ${name}`, async () =>
    await check(await openSample(name)));
}
