import { buildMpd } from "../../../lib/dash/mpd.ts";
import { replace, testMutations } from "../manifest_mutations.ts";

const CHANGED = {
  change: (change: (text: string) => string) => () => ({
    mpd: (...args: Parameters<typeof buildMpd>) => change(buildMpd(...args)),
  }),
} as const;

const SDR = "test-hevc-hvc1.mp4";
const PQ = "test-hevc-hdr10.mp4";

testMutations("DASH manifest", [
  ["HLG instead of PQ", replace(/(Transfer\w+" value=")16/, "$118"), "colour"],
  ["wrong primaries", replace(/(Primaries" value=")9/, "$11"), "colour"],
  ["no matrix", replace(/<Essential\w+ [^>]*MatrixCoefficients[^>]*>/, ""), "colour"],
  ["PQ that is not essential", (text) => text.replaceAll("Essential", "Supplemental"), "colour"],
  [
    "PQ of plain video",
    replace(/(<Essential\w+ [^>]*Transfer[^>]*>)([^]*<Adapt[^>]*>)/, "$1$2$1"),
    "colour",
  ],
], { files: [PQ, SDR], ...CHANGED });

testMutations("DASH manifest", [
  ["PQ that is essential alone", (text) => text.replaceAll("Supplemental", "Essential"), "colour"],
], { files: [PQ], ...CHANGED });
