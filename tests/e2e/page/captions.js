/** Element over the video for players that render subtitles themselves. */

export function captionsOver(video) {
  const element = document.createElement("div");
  const { left, top, width, height } = video.getBoundingClientRect();
  const place = { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` };
  Object.assign(element.style, { position: "absolute", ...place });
  document.body.append(element);
  return { element, captions: () => element.innerText.replace(/\s+/g, " ").trim() };
}
