import { omitUndefined } from "../omit_undefined.ts";
import type { ClosedCaptions } from "../package/closed_captions.ts";
import type { Role } from "../package/role.ts";
import type { Sidecar } from "./stems.ts";
import type { TrackInput } from "./track_input.ts";
import { getFileLabel, getFileRole } from "./track_metadata.ts";
import type { TrackOptions } from "./track_options.ts";

/** Options of a media file: one `-i` of amspackager. */
export interface InputOptions {
  readonly file: string;
  /** BCP 47 or ISO 639-2, for every track. */
  readonly language?: string;
  /** For audio and subtitles; in a file without these, for video and images. */
  readonly label?: string;
  /** For tracks of the type that the role implies. */
  readonly role?: Role;
  /** For the first audio track, else for the first subtitle track. */
  readonly default?: boolean;
  readonly captions?: readonly ClosedCaptions[];
  /** The file is left out, with a warning, if it cannot be used. */
  readonly optional?: true;
  /** Set if the file belongs to another input by its name. */
  readonly sidecar?: Sidecar;
}

const TYPE_BY_ROLE: Partial<Record<Role, TrackInput["type"]>> = {
  caption: "text",
  subtitle: "text",
  forced: "text",
  dub: "audio",
  "enhanced-audio-intelligibility": "audio",
  sign: "video",
};

/** Returns false for a role that players understand for another type of track only. */
export function roleApplies(role: Role, type: TrackInput["type"]): boolean {
  return (TYPE_BY_ROLE[role] ?? type) === type;
}

/** Returns tracks with the options that apply to them, else metadata of the file, and warns of options that apply to none. */
export function applyOptions(
  inputs: readonly TrackInput[],
  options: InputOptions,
): { inputs: TrackInput[]; warnings: string[] } {
  const { label, role, captions } = options;
  const selectable = getSelectable(inputs);
  const withRole = role ? findTracksForRole(inputs, selectable, role) : [];
  const first = selectable.find(({ type }) => type === "audio") ?? selectable[0];
  const toTrackOptions = (input: TrackInput): Partial<TrackOptions> =>
    omitUndefined({
      label: (selectable.includes(input) ? label : undefined) ?? getOwnLabel(input),
      role: (withRole.includes(input) ? role : undefined) ?? getOwnRole(input),
      default: options.default && input === first || isFileDefault(input) ? true : undefined,
      captions: input.type === "video" ? captions : undefined,
    });
  return {
    inputs: inputs.map((input) => ({
      ...input,
      options: { ...input.options, ...toTrackOptions(input) },
    })),
    warnings: warnUnusedOptions(inputs, options),
  };
}

function getSelectable(inputs: readonly TrackInput[]): readonly TrackInput[] {
  const selectable = inputs.filter(({ type }) => type === "audio" || type === "text");
  return selectable.length > 0 ? selectable : inputs;
}

/** Returns tracks even if the role fits none: `warnLabels()` then names them. */
function findTracksForRole(
  inputs: readonly TrackInput[],
  selectable: readonly TrackInput[],
  role: Role,
): readonly TrackInput[] {
  const ofType = inputs.filter(({ type }) => TYPE_BY_ROLE[role] === type);
  return ofType.length > 0 ? ofType : selectable;
}

/** Ignores the label of video, since labels would separate the qualities of one switching set. */
function getOwnLabel(input: TrackInput): string | undefined {
  if (input.type === "text") return input.fileLabel;
  return input.type === "audio" ? getFileLabel(input.track) : undefined;
}

function getOwnRole(input: TrackInput): Role | undefined {
  if (input.type === "text") return input.fileRole;
  return input.type === "audio" ? getFileRole(input.track) : undefined;
}

function isFileDefault(input: TrackInput): boolean {
  return input.type === "text" && input.isFileDefault === true;
}

function warnUnusedOptions(
  inputs: readonly TrackInput[],
  { file, captions }: InputOptions,
): string[] {
  const hasVideo = inputs.some(({ type }) => type === "video");
  return captions && !hasVideo
    ? [`${file}: --captions is ignored, since the file has no video`]
    : [];
}
