import { useRef, useState } from "preact/hooks";
import { ask } from "../api/client";
import type { Timeline } from "../api/types";
import { clock, useWords } from "../words";
import { useDesk } from "./desk";
import { watchedUntil } from "./live_player";
import { useLoaded } from "./loading";

/** The film, with its subtitles, and its chapters beside it. */
export function Player() {
  const say = useWords();
  const { film, addressOf, shots } = useDesk();
  const video = useRef<HTMLVideoElement>(null);
  const [at, setAt] = useState(0);
  const timeline = useLoaded(async (signal) => read<Timeline>(film.id, "timeline.json", signal), [film.id, film.job]);
  const rate = timeline.value?.rate;
  const chapters = (timeline.value?.chapters ?? []).map((mark) => ({
    title: mark.title,
    start: rate ? (mark.start_frame * rate.den) / rate.num : 0,
  }));
  const current = chapters.filter((chapter) => chapter.start <= at + 0.05).length - 1;
  const poster = shots.value?.find((shot) => shot.take !== null && shot.kind === "scene")?.take;
  const seek = (start: number) => {
    if (!video.current) return;
    video.current.currentTime = start;
    void video.current.play().catch(() => {});
  };
  return (
    <div class="player">
      <video
        // Another job's film is another file under the same name.
        key={film.job}
        ref={video}
        controls
        playsInline
        preload="metadata"
        aria-label={film.title}
        lang={film.book.language}
        src={addressOf("film.mp4")}
        {...(poster ? { poster: addressOf(`takes/${poster}.jpg`) } : {})}
        onLoadedMetadata={(event) => {
          // Not to its very beginning, which is dark: until it is played it is shown by one of its frames.
          const place = watchedUntil(film.id, film.job);
          if (place) event.currentTarget.currentTime = place;
        }}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
      >
        <track
          kind="subtitles"
          src={addressOf("film.vtt")}
          srclang={film.book.language}
          label={film.book.language === "ru" ? "Русский" : "English"}
          default={film.book.language !== say.language}
        />
      </video>
      {chapters.length > 0 && (
        <nav class="chapters" aria-label={say("player.chapters")}>
          <h2>{say("player.chapters")}</h2>
          <ol>
            {chapters.map((chapter, number) => (
              <li key={chapter.start}>
                <button
                  type="button"
                  aria-current={number === current ? "true" : undefined}
                  onClick={() => seek(chapter.start)}
                >
                  <span lang={film.book.language}>{chapter.title}</span>
                  <time>{clock(chapter.start)}</time>
                </button>
              </li>
            ))}
          </ol>
        </nav>
      )}
    </div>
  );
}

/** Read a JSON file of a film. */
export async function read<T>(film: string, name: string, signal: AbortSignal): Promise<T> {
  return (await ask(`v1/films/${film}/files/${name}`, { signal })).json() as Promise<T>;
}
