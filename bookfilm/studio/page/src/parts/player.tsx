import { useMemo, useRef, useState } from "preact/hooks";
import { ask, get } from "../api/client";
import type { FileTold, Film, Shot, Timeline } from "../api/types";
import { clock, tongueOf, useWords } from "../words";
import { useDesk } from "./desk";
import { Choice } from "./form";
import { watchedUntil } from "./live_player";
import { useLoaded } from "./loading";
import { Screen, type Track } from "./screen";

/** The film, in each language in which it is spoken, with its subtitles, and its chapters beside it. */
export function Player() {
  const say = useWords();
  const { film, addressOf, shots } = useDesk();
  const video = useRef<HTMLVideoElement>(null);
  const [at, setAt] = useState(0);
  const [chosen, setChosen] = useState<string | null>(null);
  const files = useLoaded(
    async (signal) => (await get<FileTold[]>(`v1/films/${film.id}/files`, signal)).map((file) => file.name),
    [film.id, film.job],
  );
  const versions = versionsOf(film, files.value ?? []);
  const version = versions.find((one) => one.language === chosen) ?? versions[0]!;
  const timeline = useLoaded(
    async (signal) => read<Timeline>(film.id, `timeline${version.dub}.json`, signal),
    [film.id, film.job, version.dub],
  );
  const rate = timeline.value?.rate;
  const chapters = (timeline.value?.chapters ?? []).map((mark) => ({
    title: mark.title,
    start: rate ? (mark.start_frame * rate.den) / rate.num : 0,
  }));
  const current = chapters.filter((chapter) => chapter.start <= at + 0.05).length - 1;
  const shown = useMemo(() => standsFor(shots.value ?? []), [shots.value]);
  const seek = (start: number) => {
    if (!video.current) return;
    video.current.currentTime = start;
    void video.current.play().catch(() => {});
  };
  return (
    <div class="player">
      <div class="screens">
        <Screen
          // Another job's film is another file under the same name.
          key={`${film.job} ${version.dub}`}
          video={video}
          address={addressOf(`film${version.dub}.mp4`)}
          title={film.title}
          language={version.language}
          tracks={tracksOf(version.dub, version.language, files.value ?? [], say.language)}
          addressOf={addressOf}
          from={() => (version.dub === "" ? watchedUntil(film.id, film.job) : undefined)}
          frame={shown?.take ?? null}
          middle={(shown?.seconds ?? 0) / 2}
          onTime={setAt}
        />
        {versions.length > 1 && (
          <Choice
            label={say("player.spoken")}
            value={version.language}
            choices={versions.map(({ language }) => [language, tongueOf(language)])}
            onValue={setChosen}
          />
        )}
      </div>
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
                  <span lang={version.language}>{chapter.title}</span>
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

interface Version {
  language: string;
  /** What its files have in their names: nothing, or "-ru". */
  dub: string;
}

/** In which languages the film can be heard: the one that was made last first. */
function versionsOf(film: Film, files: string[]): Version[] {
  const made = film.order.dub;
  const found = files.map((name) => /^film(?:-(\w\w))?\.mp4$/.exec(name)).filter((one) => one !== null);
  const versions = found.map(([, dub]) => ({ language: dub ?? film.book.language, dub: dub ? `-${dub}` : "" }));
  const newest = made ? { language: made, dub: `-${made}` } : { language: film.book.language, dub: "" };
  return [newest, ...versions.filter((one) => one.dub !== newest.dub)];
}

/** The subtitles of a version: its own words, and those in other languages; shown at once to who reads those. */
function tracksOf(dub: string, spoken: string, files: string[], reader: string): Track[] {
  const names = files.length ? files : [`film${dub}.vtt`];
  const pattern = new RegExp(`^film${dub}(?:\\.(\\w\\w))?\\.vtt$`);
  const found = names.map((name) => ({ name, match: pattern.exec(name) })).filter(({ match }) => match !== null);
  const tracks = found.map(({ name, match }) => ({ name, language: match![1] ?? spoken, shown: false }));
  const wanted = tracks.find((one) => one.language === reader) ?? tracks[0];
  return tracks.map((one) => ({ ...one, shown: spoken !== reader && one === wanted }));
}

/** The shot that stands for a film: its widest, nearest to a third of it. */
function standsFor(shots: Shot[]): Shot | null {
  const wide = (shot: Shot) => (shot.size === "wide" || shot.size === "full" ? 0 : 1);
  const seen = shots
    .map((shot, at) => ({ shot, off: Math.abs(at / shots.length - 1 / 3) }))
    .filter(({ shot }) => shot.kind === "scene" && shot.take !== null && !shot.slate);
  seen.sort((one, other) => wide(one.shot) - wide(other.shot) || one.off - other.off);
  return seen[0]?.shot ?? null;
}

/** Read a JSON file of a film. */
export async function read<T>(film: string, name: string, signal: AbortSignal): Promise<T> {
  return (await ask(`v1/films/${film}/files/${name}`, { signal })).json() as Promise<T>;
}
