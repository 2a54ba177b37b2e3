/** What an operator says of a whole file, given to those of its tracks that it can mean. */

import type { ClosedCaptions } from "../package/closed_captions.ts";
import type { Role } from "../package/role.ts";
import { getFileLabel, getFileRole } from "./track_metadata.ts";
import type { TrackInput } from "./track_input.ts";
import type { TrackOptions } from "./track_options.ts";

/** One `-i` of amspackager, or a bare file: all its tracks. */
export interface InputOptions {
  readonly file: string;
  /** ISO 639-2, in place of the file's own; of every track. */
  readonly language?: string;
  /** Of the file's sounds and texts; of a file that has neither, of its pictures. */
  readonly label?: string;
  /** Of those that the word fits: a caption is a text, a dub is a sound. */
  readonly role?: Role;
  /** Of its first sound, else its first text. */
  readonly default?: boolean;
  /** Of its pictures. */
  readonly captions?: readonly ClosedCaptions[];
}

/** Roles that only texts, only sounds or only pictures have. */
const OF_ONE_TYPE: Partial<Record<Role, TrackInput["type"]>> = {
  caption: "text",
  subtitle: "text",
  forced: "text",
  dub: "audio",
  "enhanced-audio-intelligibility": "audio",
  sign: "video",
};

/** False for a role that tracks of another type have: no player will make sense of it. */
export function roleApplies(role: Role, type: TrackInput["type"]): boolean {
  return (OF_ONE_TYPE[role] ?? type) === type;
}

/**
 * The pieces of a file with all that is said of them: by the operator, or by the file itself where the operator says
 * nothing.
 *
 * @returns also a sentence for each wish that no track of the file can have
 */
export function applyOptions(
  inputs: readonly TrackInput[],
  input: InputOptions,
): { pieces: TrackInput[]; warnings: string[] } {
  const { label, role, captions } = input;
  const chosen = chosenOf(inputs);
  const ofRole = role ? fitting(inputs, chosen, role) : [];
  const first = chosen.find(({ type }) => type === "audio") ?? chosen[0];
  const wishesOf = (piece: TrackInput): Partial<TrackOptions> =>
    defined({
      label: (chosen.includes(piece) ? label : undefined) ?? ownLabelOf(piece),
      role: (ofRole.includes(piece) ? role : undefined) ?? ownRoleOf(piece),
      default: input.default && piece === first ? true : undefined,
      captions: piece.type === "video" ? captions : undefined,
    });
  return {
    pieces: inputs.map((piece) => ({
      ...piece,
      options: { ...piece.options, ...wishesOf(piece) },
    })),
    warnings: unusedOptions(inputs, input),
  };
}

/** What viewers choose among: sounds and texts; pictures, where there is nothing else. */
function chosenOf(pieces: readonly TrackInput[]): readonly TrackInput[] {
  const chosen = pieces.filter(({ type }) => type === "audio" || type === "text");
  return chosen.length > 0 ? chosen : pieces;
}

/** Where a word fits none, it was meant all the same: whoever reads the warning can mend it. */
function fitting(pieces: readonly TrackInput[], chosen: readonly TrackInput[], role: Role) {
  const only = pieces.filter(({ type }) => OF_ONE_TYPE[role] === type);
  return only.length > 0 ? only : chosen;
}

/** Of pictures none: a label would part the qualities of one. */
function ownLabelOf(piece: TrackInput): string | undefined {
  if (piece.type === "text") return piece.fileLabel;
  return piece.type === "audio" ? getFileLabel(piece.track) : undefined;
}

function ownRoleOf(piece: TrackInput): Role | undefined {
  if (piece.type === "text") return piece.fileRole;
  return piece.type === "audio" ? getFileRole(piece.track) : undefined;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(object: T): Defined<T> {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Defined<T>;
}

function unusedOptions(pieces: readonly TrackInput[], { file, captions }: InputOptions): string[] {
  const hasVideo = pieces.some(({ type }) => type === "video");
  return captions && !hasVideo ? [`${file}: it has no video that could hold captions`] : [];
}
