/** What happens to a video while it plays: errors, stalls, and what is buffered. */

/** @returns the list of errors, for the player to add its own, and a function that gives State of stage.ts */
export function stateOf(video) {
  const [errors, stalls, heights] = [[], [], []];
  let playing = false; // since the last start or seek
  video.addEventListener("playing", () => playing = true);
  video.addEventListener("seeking", () => playing = false);
  video.addEventListener("waiting", () => {
    if (playing && !video.seeking) stalls.push(video.currentTime);
  });
  video.addEventListener("error", () => errors.push(video.error?.message ?? "no reason"));
  video.addEventListener("resize", () => heights.push(video.videoHeight));
  const state = () => ({
    errors,
    stalls,
    heights,
    time: video.currentTime,
    duration: video.duration,
    ended: video.ended,
    buffers: sourceBuffers.map(({ type, sourceBuffer }) => ({
      type,
      ranges: ranges(sourceBuffer),
    })),
  });
  return { errors, state };
}

function ranges({ buffered }) {
  return Array.from(buffered, (_, i) => [buffered.start(i), buffered.end(i)]);
}

/** All that any player has made on this page, with their MIME types. */
const sourceBuffers = [];

const { addSourceBuffer } = MediaSource.prototype;
MediaSource.prototype.addSourceBuffer = function (type) {
  const sourceBuffer = addSourceBuffer.call(this, type);
  sourceBuffers.push({ type, sourceBuffer });
  return sourceBuffer;
};
