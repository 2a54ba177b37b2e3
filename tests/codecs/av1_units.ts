/** Builds OBUs and frame headers of AV1 from bit strings. */

import { bytesOf } from "./entry.ts";

export const bits = (value: number, count: number) =>
  count ? value.toString(2).padStart(count, "0") : "";

/** OBU with obu_has_size_field. */
export function obu(type: number, body: Uint8Array): number[] {
  return [type << 3 | 2, 0x80 | body.length & 127, body.length >> 7, ...body];
}

export const OBU_HEADER = 3;

export interface SequenceOptions {
  readonly width?: number;
  readonly reduced?: boolean;
  /** From timing_info_present_flag to seq_level_idx. */
  readonly points?: string;
  readonly ids?: string;
  /** Superblocks to seq_force_integer_mv, then super-resolution, CDEF and restoration. */
  readonly tools?: string;
  readonly filters?: string;
  /** color_config() and film_grain_params_present. */
  readonly end?: string;
}

/** 320 × 180 in 4:2:0, without order hints and filters. */
export function sequence(options: SequenceOptions = {}): number[] {
  const { width = 320, points = "0" + "0" + "00000" + "0".repeat(12) + "00101", ids = "0" } =
    options;
  const { tools = "000" + "0000" + "0" + "0" + "0", filters = "000" } = options;
  const { end = "0000" + "00" + "0" + "0" } = options;
  const size = bits(11, 4) + bits(7, 4) + bits(width - 1, 12) + bits(179, 8);
  const body = options.reduced
    ? "000" + "11" + "00101" + size + "000" + filters + end
    : "000" + "00" + points + size + ids + tools + filters + end;
  return obu(1, bytesOf(body + "1"));
}

/** show_existing_frame, frame_type, show_frame, disable_cdf_update; then frame_size_override_flag. */
export const KEY = "0" + "00" + "1" + "0" + "0";
/** render_and_frame_size_different, then disable_frame_end_update_cdf. */
export const SIZE = "0";
export const UPDATE = "1";
/** Uniform tiles, of which there is one. */
export const ONE_TILE = "1" + "0" + "0";
/** base_q_idx, no differences, no matrix; no segments; no delta_q_present. */
export const QUANTIZER = bits(100, 8) + "000" + "0" + "0" + "0";
/** Levels 0, sharpness, no differences. */
export const LOOP_FILTER = "000000".repeat(2) + "000" + "0";
export const TX_MODE = "1";
/** reduced_tx_set. */
export const END = "0";

export const intraTools = QUANTIZER + LOOP_FILTER + TX_MODE + END;
export const keyFrame = KEY + SIZE + UPDATE + ONE_TILE + intraTools;

/** Not error-resilient; primary reference 0; refreshes slot 0; references 0 to 6. */
export const INTER = "0" + "01" + "1" + "0" + "0" + "0" + "000" + bits(1, 8) +
  [0, 1, 2, 3, 4, 5, 6].map((slot) => bits(slot, 3)).join("");
/** allow_high_precision_mv; is_filter_switchable; is_motion_mode_switchable. */
export const MOTION = "1" + "1" + "0";
export const REFERENCE_SELECT = "0";
export const NO_GLOBAL_MOTION = "0000000";
export const interTools = QUANTIZER + LOOP_FILTER + TX_MODE + REFERENCE_SELECT + END +
  NO_GLOBAL_MOTION;
export const interFrame = INTER + SIZE + MOTION + UPDATE + ONE_TILE + interTools;

/** Aligned header, then tile data. */
export function frame(header: string, data = [1, 2, 3, 4]): Uint8Array {
  return Uint8Array.of(...bytesOf(header), ...data);
}
