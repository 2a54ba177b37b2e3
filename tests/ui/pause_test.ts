import { assertEquals } from "@std/assert";
import { createPause, trackPause } from "../../lib/ui/pause.js";

/** A video that counts its pauses. */
function createVideo() {
  let listener = () => {};
  return {
    currentTime: 0,
    seeking: false,
    pauses: 0,
    pause() {
      this.pauses++;
    },
    addEventListener: (_type: string, added: () => void) => listener = added,
    goTo(time: number) {
      this.currentTime = time;
      listener();
    },
  };
}

Deno.test("createPause() pauses once at the end of a range", () => {
  const video = createVideo();
  const pauseAt = createPause(video);
  pauseAt(10);
  for (const time of [9.9, 10.1, 10.3]) video.goTo(time);
  assertEquals(video.pauses, 1);
  pauseAt(10);
  video.goTo(10.2);
  assertEquals(video.pauses, 2);
});

Deno.test("createPause() does not pause after a seek behind the end, or while the video seeks", () => {
  const video = createVideo();
  createPause(video)(10);
  video.seeking = true;
  video.goTo(10.5);
  video.seeking = false;
  video.goTo(20);
  video.goTo(10.5); // the range was left
  assertEquals(video.pauses, 0);
});

Deno.test("trackPause() tells a pause of the viewer from one after an error", () => {
  const error = null as Parameters<typeof trackPause>[0]["error"];
  const video = Object.assign(new EventTarget(), { paused: true, error });
  const isPaused = trackPause(video);
  const dispatch = (type: string) => {
    video.dispatchEvent(new Event(type));
    return isPaused();
  };
  assertEquals(isPaused(), true);
  assertEquals(dispatch("play"), false);
  assertEquals(dispatch("pause"), true);
  dispatch("play");
  video.error = {} as NonNullable<typeof error>;
  assertEquals(dispatch("pause"), false);
});
