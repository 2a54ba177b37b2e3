/** Observes a video: errors, stalls, presented frames and buffered ranges. */

/** A busy machine may delay a frame this long; a longer wait is a stall. */
const MAX_DELAY_MS = 5000;

/** A video that waits with less data buffered ahead waits for data. In seconds. */
const MIN_AHEAD = 0.1;

/** @returns the list of errors, to which the player adds its own, and a function that returns PlaybackState of page_driver.ts */
export function observeVideo(video) {
  const [errors, heights] = [[], []];
  const stalls = watchStalls(video);
  let frames = 0;
  const count = () => {
    frames++;
    video.requestVideoFrameCallback(count);
  };
  video.requestVideoFrameCallback(count);
  video.addEventListener("error", () => errors.push(video.error?.message ?? "no reason"));
  video.addEventListener("resize", () => heights.push(video.videoHeight));
  const state = () => ({
    errors,
    stalls,
    heights,
    frames,
    time: video.currentTime,
    duration: video.duration,
    // dash.js may leave its MediaSource open when a SourceBuffer is busy: the video reaches its end without `ended`
    ended: video.ended || video.currentTime >= video.duration,
    buffers: sourceBuffers().map(({ type, sourceBuffer }) => ({
      type,
      ranges: ranges(sourceBuffer),
      offset: sourceBuffer.timestampOffset,
    })),
  });
  return { errors, state };
}

/** @returns a growing list of the times of stalls, except after a start or seek */
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
      if (wait && performance.now() - wait.since > MAX_DELAY_MS) stalls.push(wait.time);
      wait = undefined;
    });
  }
  return stalls;
}

function isLoaded(time) {
  return sourceBuffers().every(({ sourceBuffer }) =>
    ranges(sourceBuffer).some(([start, end]) => start <= time && time + MIN_AHEAD < end)
  );
}

function ranges({ buffered }) {
  return Array.from(buffered, (_, i) => [buffered.start(i), buffered.end(i)]);
}

/** All SourceBuffers created on this page. */
const created = [];

/** Returns the attached SourceBuffers with their MIME types. */
function sourceBuffers() {
  return created.filter(({ mediaSource, sourceBuffer }) =>
    Array.from(mediaSource.sourceBuffers).includes(sourceBuffer)
  );
}

const { addSourceBuffer } = MediaSource.prototype;
MediaSource.prototype.addSourceBuffer = function (type) {
  const sourceBuffer = addSourceBuffer.call(this, type);
  created.push({ type, sourceBuffer, mediaSource: this });
  return sourceBuffer;
};
