/** Plays a film that is still being made: HTTP Live Streaming (RFC 8216), by hls.js, which is fetched from here when asked. */

import { token, urlOf } from "./client";

const NATIVE = "application/vnd.apple.mpegurl";

/** Thrown where a browser can play no stream at all. */
export class CannotPlay extends Error {}

interface Told {
  /** It can go no further: the service did not answer, or what it answered cannot be played. */
  broken: () => void;
}

/** Play the stream at `path` from its beginning; `address` is the same with a ticket. Return what ends it. */
export async function playLive(video: HTMLVideoElement, path: string, address: string, told: Told): Promise<() => void> {
  const { default: Hls, ErrorTypes } = await import("hls.js/light");
  if (!Hls.isSupported()) {
    if (video.canPlayType(NATIVE) === "") throw new CannotPlay();
    video.src = address;
    video.onerror = told.broken;
    return () => {
      video.onerror = null;
      video.removeAttribute("src");
    };
  }
  const player = new Hls({
    // A worker would be made of a string, which the page's policy lets nobody do.
    enableWorker: false,
    startPosition: 0,
    maxBufferLength: 20,
    backBufferLength: 60,
    xhrSetup: (request) => request.setRequestHeader("Authorization", `Bearer ${token.get() ?? ""}`),
  });
  let mended = 0;
  player.on(Hls.Events.ERROR, (_, error) => {
    if (!error.fatal) return;
    // One bad moment of the decoder is got over; the rest is for the person to hear of.
    if (error.type === ErrorTypes.MEDIA_ERROR && mended++ < 2) player.recoverMediaError();
    else told.broken();
  });
  player.loadSource(urlOf(path));
  player.attachMedia(video);
  return () => player.destroy();
}
