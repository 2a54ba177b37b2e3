/** What happens to a video while it plays: errors, stalls, and what is buffered. */

/** A machine with much else to do may be late with a picture; a wait for longer is a stall. In milliseconds. */
const LONGEST_HICCUP = 1000;

/** What must be loaded beyond the time at which a video waits, or it waits for that. In seconds. */
const AHEAD = 0.1;

/** @returns the list of errors, for the player to add its own, and a function that gives State of driver.ts */
export function stateOf(video) {
  const [errors, heights] = [[], []];
  const stalls = watchStalls(video);
  video.addEventListener("error", () => errors.push(video.error?.message ?? "no reason"));
  video.addEventListener("resize", () => heights.push(video.videoHeight));
  const state = () => ({
    errors,
    stalls,
    heights,
    time: video.currentTime,
    duration: video.duration,
    // dash.js may leave its MediaSource open (where a SourceBuffer is busy right then): no `ended`, but the end
    ended: video.ended || video.currentTime >= video.duration,
    buffers: sourceBuffers().map(({ type, sourceBuffer }) => ({
      type,
      ranges: ranges(sourceBuffer),
    })),
  });
  return { errors, state };
}

/** @returns a list that grows: times at which the video had to wait, but after a start or seek */
function watchStalls(video) {
  const stalls = [];
  let playing = false; // since the last start or seek
  let wait;
  video.addEventListener("waiting", () => {
    if (!playing || video.seeking) return;
    if (isLoaded(video.currentTime)) wait = { time: video.currentTime, since: performance.now() };
    else stalls.push(video.currentTime);
  });
  for (const type of ["playing", "seeking", "ended"]) {
    video.addEventListener(type, () => {
      playing = type === "playing";
      if (wait && performance.now() - wait.since > LONGEST_HICCUP) stalls.push(wait.time);
      wait = undefined;
    });
  }
  return stalls;
}

function isLoaded(time) {
  return sourceBuffers().every(({ sourceBuffer }) =>
    ranges(sourceBuffer).some(([start, end]) => start <= time && time + AHEAD < end)
  );
}

function ranges({ buffered }) {
  return Array.from(buffered, (_, i) => [buffered.start(i), buffered.end(i)]);
}

/** All that any player has made on this page. */
const made = [];

/** Those that are still in use, with their MIME types. */
function sourceBuffers() {
  return made.filter(({ mediaSource, sourceBuffer }) =>
    Array.from(mediaSource.sourceBuffers).includes(sourceBuffer)
  );
}

const { addSourceBuffer } = MediaSource.prototype;
MediaSource.prototype.addSourceBuffer = function (type) {
  const sourceBuffer = addSourceBuffer.call(this, type);
  made.push({ type, sourceBuffer, mediaSource: this });
  return sourceBuffer;
};
