/** No player: the browser plays a progressive MP4 by itself. What it does is what the others are held against. */

export async function openPlayer({ video, url }) {
  video.crossOrigin = "anonymous"; // else Web Audio hears silence
  video.preload = "auto";
  const ready = new Promise((resolve) => video.addEventListener("canplaythrough", resolve));
  video.src = url;
  await ready;
  return {};
}
