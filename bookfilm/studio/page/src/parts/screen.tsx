import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { AddressOf } from "../api/tickets";
import { tongueOf, useWords } from "../words";

/** Subtitles: the file's name, their language, and whether they are shown at once. */
export interface Track {
  name: string;
  language: string;
  shown: boolean;
}

interface ScreenProps {
  video: RefObject<HTMLVideoElement | null>;
  address: string;
  addressOf: AddressOf;
  title: string;
  language: string;
  tracks: Track[];
  /** Where it goes on, in seconds: it was watched so far while it grew. */
  from: () => number | undefined;
  /** The take by which it is shown until it is played, and where its middle is, in seconds. */
  frame: string | null;
  middle: number;
  onTime: (seconds: number) => void;
}

/** What a film is watched on. Until it is begun it shows one of its frames: its very beginning is dark. */
export function Screen({ video, address, addressOf, from, onTime, ...film }: ScreenProps) {
  const say = useWords();
  const [begun, setBegun] = useState(false);
  const [waits, setWaits] = useState(false);
  const { source, broken, again, goTo, ...held } = useSource(video, address);
  useEffect(() => {
    // What it was watched on while it grew says only as it goes how far that was.
    const place = from();
    if (place === undefined) return;
    setBegun(true);
    goTo(place);
  }, []);
  const begin = () => {
    setBegun(true);
    void video.current?.play().catch(() => {});
    video.current?.focus();
  };
  return (
    <div class="screen">
      <div class="frame">
        <video
          ref={video}
          controls={begun}
          playsInline
          preload="metadata"
          tabIndex={begun ? 0 : -1}
          aria-label={film.title}
          lang={film.language}
          src={source}
          {...held}
          onPlay={() => setBegun(true)}
          onSeeking={() => setBegun(true)}
          onWaiting={() => setWaits(true)}
          onPlaying={() => setWaits(false)}
          onSeeked={() => setWaits(false)}
          onTimeUpdate={(event) => onTime(event.currentTarget.currentTime)}
        >
          {film.tracks.map((track) => (
            <track
              key={track.name}
              kind="subtitles"
              src={addressOf(track.name)}
              srclang={track.language}
              label={tongueOf(track.language)}
              default={track.shown}
            />
          ))}
        </video>
        {!begun && (
          <button type="button" class="curtain" aria-label={say("player.play", { title: film.title })} onClick={begin}>
            {film.frame && (
              // The take itself, which is as sharp as the film: pictures of takes are small.
              <video
                muted
                playsInline
                preload="auto"
                tabIndex={-1}
                aria-hidden="true"
                poster={addressOf(`takes/${film.frame}.jpg`)}
                src={`${addressOf(`takes/${film.frame}.mp4`)}#t=${film.middle.toFixed(2)}`}
              />
            )}
            <svg viewBox="0 0 64 64" aria-hidden="true">
              <circle cx="32" cy="32" r="31" />
              <path d="M25 19v26l22-13z" />
            </svg>
          </button>
        )}
      </div>
      <p class="hint" role="status">
        {waits && !broken ? say("player.waits") : ""}
      </p>
      {broken && (
        <div class="trouble" role="alert">
          <p>{say("player.broken")}</p>
          <button type="button" class="quiet" onClick={again}>
            {say("again")}
          </button>
        </div>
      )}
    </div>
  );
}

/** From where a video plays. An address that is played is not taken from under who watches: another ticket is shown as
 * soon as they stop, or the old one opens nothing any more. */
function useSource(video: RefObject<HTMLVideoElement | null>, address: string) {
  const [source, setSource] = useState(address);
  const [broken, setBroken] = useState(false);
  const goOn = useRef<{ at: number; plays: boolean } | null>(null);
  const arrive = () => {
    const place = goOn.current;
    goOn.current = null;
    if (place === null || video.current === null) return;
    if (place.at > 0) video.current.currentTime = place.at;
    if (place.plays) void video.current.play().catch(() => {});
  };
  const change = (plays: boolean) => {
    const at = video.current?.currentTime ?? 0;
    goOn.current = at > 0 ? { at, plays } : (goOn.current ?? { at: 0, plays });
    setBroken(false);
    if (source === address) video.current?.load();
    else setSource(address);
  };
  useEffect(() => {
    if (source !== address && video.current?.paused) change(false);
  }, [address]);
  return {
    source,
    broken,
    again: () => change(true),
    onPause: () => {
      if (source !== address) change(false);
    },
    onError: () => {
      if (source !== address) change(true);
      else setBroken(true);
    },
    onLoadedMetadata: arrive,
    goTo: (at: number) => {
      goOn.current = { at, plays: false };
      if (video.current && video.current.readyState > 0) arrive();
    },
  };
}
