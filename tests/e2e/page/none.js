/** Plays a progressive MP4 with the browser alone: the reference for the players. */

export async function openPlayer({ video, url }) {
  video.crossOrigin = "anonymous"; // Web Audio records silence otherwise
  video.preload = "auto";
  const ready = new Promise((resolve) => video.addEventListener("canplaythrough", resolve));
  video.src = url;
  await ready;
  return {};
}
