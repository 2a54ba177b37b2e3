/** Init segments of a real file, in place of those of `Encoder`, which have no decoder configuration. */

import { buildInit } from "../../lib/cmaf/init.ts";
import type { buildPeriodInit } from "../../lib/live/recording/period_init.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { getMedia, open } from "../archive/recorded_asset.ts";
import { openInputs } from "../open_presentation.ts";

const renditions = await readRenditions();

async function readRenditions(): Promise<readonly MediaRendition[]> {
  const presentation = await openInputs(
    [{ file: "ladder-avc-240p.mp4" }, { file: "ladder-aac-eng.mp4" }],
    { segmentDuration: 2, open },
  );
  presentation.close();
  return getMedia(presentation);
}

export const buildTestInit: typeof buildPeriodInit = ({ live: { type, track }, mediaTime }) => {
  const rendition = renditions.find((rendition) => rendition.type === type)!;
  return buildInit({ ...rendition, timing: { timescale: track.timescale, mediaTime } });
};
