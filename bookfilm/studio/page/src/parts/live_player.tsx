import { useEffect, useRef, useState } from "preact/hooks";
import { CannotPlay, playLive } from "../api/live";
import { clock, tongueOf, useWords } from "../words";
import { useDesk } from "./desk";

/** How far a job's film was watched while it grew, in seconds: the finished one goes on from there. */
const watched = new Map<string, number>();
/** Jobs are numbered film by film. */
const keyOf = (film: string, job: number | null) => `${film} ${job}`;
export const watchedUntil = (film: string, job: number | null) => watched.get(keyOf(film, job));

/** The scenes that are finished, while the rest is rendered. Nothing is fetched before somebody wants to watch. */
export function LivePlayer() {
  const say = useWords();
  const { live } = useDesk();
  const [asked, setAsked] = useState(false);
  if (live === null) return null;
  const time = clock(live.seconds);
  return (
    <section class="live" aria-label={say("live.label")}>
      {asked && <Watching key={live.job} job={live.job} />}
      <p class="live-line">
        {!asked && (
          <button type="button" class="main" onClick={() => setAsked(true)}>
            {say("live.watch")}
          </button>
        )}
        <span role="status">{say("live.so_far", { time })}</span>
      </p>
    </section>
  );
}

function Watching({ job }: { job: number }) {
  const say = useWords();
  const { film, live, addressOf, shots } = useDesk();
  const video = useRef<HTMLVideoElement>(null);
  const [trouble, setTrouble] = useState<"live.cannot" | "live.broken" | null>(null);
  const [waits, setWaits] = useState(false);
  const [turn, setTurn] = useState(0);
  const poster = shots.value?.find((shot) => shot.take !== null && shot.kind === "scene")?.take;
  useEffect(() => {
    const screen = video.current!;
    let gone = false;
    let end = () => {};
    setTrouble(null);
    playLive(screen, `v1/films/${film.id}/live/${job}/film.m3u8`, addressOf("film.m3u8", `live/${job}`), {
      broken: () => setTrouble("live.broken"),
    }).then(
      (ends) => {
        end = ends;
        if (gone) end();
        else void screen.play().catch(() => {});
      },
      (error) => setTrouble(error instanceof CannotPlay ? "live.cannot" : "live.broken"),
    );
    return () => {
      gone = true;
      end();
    };
  }, [film.id, job, turn]);
  return (
    <>
      <video
        ref={video}
        controls
        playsInline
        aria-label={say("live.title", { title: film.title })}
        lang={film.book.language}
        {...(poster ? { poster: addressOf(`takes/${poster}.jpg`) } : {})}
        onWaiting={(event) => setWaits(live !== null && event.currentTarget.currentTime > live.seconds - 2)}
        onPlaying={() => setWaits(false)}
        // As it goes: the finished film may be there before this one is taken away.
        onTimeUpdate={(event) => {
          const at = event.currentTarget.currentTime;
          if (at > 0) watched.set(keyOf(film.id, job), at);
        }}
      >
        <track
          kind="subtitles"
          src={addressOf("film.vtt", `live/${job}`)}
          srclang={film.book.language}
          label={tongueOf(film.book.language)}
          default={film.book.language !== say.language}
        />
      </video>
      <p class={waits && trouble === null ? "note" : "sr-only"} role="status">
        {waits && trouble === null ? say("live.waits") : ""}
      </p>
      {trouble && (
        <div class="trouble" role="alert">
          <p>{say(trouble)}</p>
          {trouble === "live.broken" && (
            <button type="button" class="quiet" onClick={() => setTurn(turn + 1)}>
              {say("again")}
            </button>
          )}
        </div>
      )}
    </>
  );
}
