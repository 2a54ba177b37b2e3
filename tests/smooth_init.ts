/** Builds the init segment of a Smooth Streaming client from CodecPrivateData and the attributes of a QualityLevel. */

import { ascii, box, concat, fullBox, type Part, trak, u16, u32, u8 } from "./mp4/movie_file.ts";
import { type Level, TICKS } from "./smooth.ts";

/** Builds ftyp and moov of one track with the track_ID of fragments. */
export function buildSmoothInit(level: Level): Uint8Array<ArrayBuffer> {
  const media = level.type === "video" ? visualEntry(level) : audioEntry(level);
  const empty = ["stts", "stsc", "stco"].map((type) => fullBox(type, 0, 0, u32(0)));
  const tables = [
    fullBox("stsd", 0, 0, u32(1), media),
    ...empty,
    fullBox("stsz", 0, 0, u32(0, 0)),
  ];
  const handler = level.type === "video" ? "vide" : "soun";
  return concat(
    box("ftyp", ascii("isom"), u32(0), ascii("isom")),
    box(
      "moov",
      fullBox("mvhd", 0, 0, u32(0, 0, TICKS, 0, 0x10000), new Uint8Array(76), u32(2)),
      trak({ handler, timescale: TICKS, tables }),
      box("mvex", fullBox("trex", 0, 0, u32(1, 1, 0, 0, 0))),
    ),
  ) as Uint8Array<ArrayBuffer>;
}

function visualEntry({ fourCC, privateData, attributes }: Level): Uint8Array {
  const sets = splitParameterSets(privateData);
  const lengthSize = Number(attributes["NALUnitLengthField"] ?? 4);
  const [type, configuration] = fourCC === "HVC1"
    ? ["hvc1", hvcC(sets, lengthSize)]
    : ["avc1", avcC(sets, lengthSize)];
  const size = u16(Number(attributes["MaxWidth"]), Number(attributes["MaxHeight"]));
  return box(
    type!,
    [u16(0, 0, 0, 1), new Uint8Array(16), size, u32(0x480000, 0x480000, 0), u16(1)],
    [new Uint8Array(32), u16(0x18, 0xFFFF), configuration!],
  );
}

/** Splits NAL units at start codes of four bytes. */
function splitParameterSets(privateData: Uint8Array): Uint8Array[] {
  const [before, ...sets] = privateData.toHex().split("00000001");
  if (before !== "") throw new Error("Cannot find a start code at the start of CodecPrivateData");
  return sets.map((set) => Uint8Array.fromHex(set));
}

/** AVCDecoderConfigurationRecord (14496-15 §5.3.3.1). */
function avcC(sets: readonly Uint8Array[], lengthSize: number): Uint8Array {
  const typed = (type: number) => sets.filter((set) => (set[0]! & 31) === type);
  const coded = (list: readonly Uint8Array[]) => list.map((set) => [u16(set.length), set]);
  const [sps, pps] = [typed(7), typed(8)];
  const profile = sps[0]!.subarray(1, 4);
  const counts = [u8(0xE0 | sps.length), coded(sps), u8(pps.length), coded(pps)];
  return box("avcC", u8(1), profile, u8(0xFC | lengthSize - 1), counts);
}

/** HEVCDecoderConfigurationRecord (14496-15 §8.3.3.1), with defaults for values that the parameter sets contain. */
function hvcC(sets: readonly Uint8Array[], lengthSize: number): Uint8Array {
  const typeOf = (set: Uint8Array) => set[0]! >> 1 & 63;
  const sps = sets.find((set) => typeOf(set) === 33)!;
  const plain = sps.filter((byte, i) => !(byte === 3 && sps[i - 1] === 0 && sps[i - 2] === 0));
  const arrays = sets.map((set) => [u8(0x80 | typeOf(set)), u16(1, set.length), set]);
  return box(
    "hvcC",
    [u8(1), plain.subarray(3, 15), u16(0xF000), u8(0xFC, 0xFD, 0xF8, 0xF8), u16(0)],
    [u8(0x0C | lengthSize - 1, sets.length), arrays],
  );
}

/** Size of WAVEFORMATEXTENSIBLE without WAVEFORMATEX; the codec configuration follows. */
const EXTENSION_SIZE = 22;

function audioEntry({ fourCC, privateData, attributes }: Level): Uint8Array {
  const rest = privateData.subarray(EXTENSION_SIZE);
  const entries: Record<string, [type: string, configuration: Uint8Array]> = {
    "AACL": ["mp4a", esds(privateData)],
    "AC-3": ["ac-3", box("dac3", rest)],
    "EC-3": ["ec-3", box("dec3", rest)],
  };
  const [type, configuration] = entries[fourCC]!;
  const channels = Number(attributes["Channels"]);
  const fields = u16(0, 0, 0, 1, 0, 0, 0, 0, channels, Number(attributes["BitsPerSample"]), 0, 0);
  return box(type, fields, u16(Number(attributes["SamplingRate"]), 0), configuration);
}

/** ES_Descriptor (14496-1 §7.2.6.5) of AAC. */
function esds(config: Uint8Array): Uint8Array {
  const descriptor = (tag: number, ...body: Part[]) => {
    const bytes = concat(...body);
    return concat(u8(tag, bytes.length), bytes);
  };
  const decoder = descriptor(4, u8(0x40, 0x15), new Uint8Array(11), descriptor(5, config));
  return fullBox("esds", 0, 0, descriptor(3, u16(1), u8(0), decoder, descriptor(6, u8(2))));
}
