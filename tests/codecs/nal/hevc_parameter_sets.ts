/** Builds parameter sets of HEVC from bit strings. */

import { nalOf, se, ue } from "../entry.ts";

/** NAL unit header of layer 0. */
export const header = (type: number) => "0" + type.toString(2).padStart(6, "0") + "000000" + "001";

export interface SpsOptions {
  readonly profile?: string;
  readonly format?: string;
  readonly offset?: string;
  readonly sets?: string;
  readonly longTerm?: string;
  readonly vectors?: string;
}

/** 320 × 184 in blocks of 64: 15 coding tree blocks; 4 bits of slice_pic_order_cnt_lsb. */
export function buildSps(options: SpsOptions): Uint8Array {
  const { profile = "00001", format = ue(1), offset = "0", sets = ue(0) } = options;
  const { longTerm = "0", vectors = "0" } = options;
  const level = "000" + profile + "01".repeat(44);
  const size = ue(0) + format + ue(320, 184) + "0" + ue(0, 0);
  const blocks = ue(0) + "1" + ue(4, 2, 5) + ue(0, 3, 0, 3, 0, 0) + "0" + "0" + offset + "0";
  const bits = "0000" + "000" + "1" + level + size + blocks + sets + longTerm + vectors + "0" + "0";
  return nalOf(header(33) + bits);
}

export interface PpsOptions {
  /** dependent_slice_segments_enabled_flag, output_flag_present_flag, num_extra_slice_header_bits. */
  readonly start?: string;
  readonly cabacInit?: string;
  readonly references?: string;
  readonly transformSkip?: string;
  /** cu_qp_delta_enabled_flag, offsets, and whether slices have them. */
  readonly quantizer?: string;
  /** weighted_pred_flag, weighted_bipred_flag. */
  readonly weights?: string;
  /** tiles_enabled_flag, entropy_coding_sync_enabled_flag, tiles. */
  readonly tiles?: string;
  readonly acrossSlices?: string;
  readonly deblocking?: string;
  readonly scaling?: string;
  readonly modification?: string;
  /** slice_segment_header_extension_present_flag, pps_extension_present_flag and what follows. */
  readonly extension?: string;
}

export function buildPps(options: PpsOptions): Uint8Array {
  const { start = "00000", cabacInit = "0", references = ue(0, 0), transformSkip = "0" } = options;
  const { quantizer = "0" + se(0, 0) + "0", weights = "00", tiles = "00" } = options;
  const { acrossSlices = "0", deblocking = "0", scaling = "0", modification = "0" } = options;
  const { extension = "00" } = options;
  const tools = "0" + cabacInit + references + se(0) + "0" + transformSkip + quantizer + weights +
    "0" + tiles;
  const end = acrossSlices + deblocking + scaling + modification + ue(0) + extension;
  return nalOf(header(34) + ue(0, 0) + start + tools + end);
}
