import { useEffect, useState } from "preact/hooks";
import { send, type Problem } from "../api/client";
import type { Film } from "../api/types";
import { FilmDesk, useFilmDesk, type Desk } from "../parts/desk";
import { keepPlace } from "../parts/focus";
import { problemIn } from "../parts/loading";
import { stateOf } from "../parts/state";
import { Trouble } from "../parts/trouble";
import { hrefOf, TABS, type Tab } from "../route";
import { clock, useWords, type Key } from "../words";
import { Board } from "./board";
import { BookTab } from "./book";
import { CastTab } from "./cast";
import { FilesTab } from "./files";
import { FilmTab } from "./film_tab";
import { KeyframesTab } from "./keyframes";

interface FilmPageProps {
  film: string;
  tab: Tab;
  shot: string | null;
}

/** One film: watched, or seen growing; its storyboard, its cast, its book, its files. */
export function FilmPage({ film, tab, shot }: FilmPageProps) {
  const say = useWords();
  const { desk, problem, again } = useFilmDesk(film);
  useEffect(() => {
    if (desk) document.title = `${desk.film.title} · ${say(`tab.${tab}` as Key)} · bookfilm`;
  }, [say, desk?.film.title, tab]);
  if (desk === null) return problem ? <Unshown problem={problem} again={again} /> : <p class="lead">{say("loading")}</p>;
  const told = desk.film;
  return (
    <FilmDesk.Provider value={desk}>
      <div class="film-head">
        <Back />
        <h1 lang={told.book.language}>{told.title}</h1>
        <p class="byline">
          <span lang={told.book.language}>{told.author ?? say("films.anonymous")}</span>
          <span class={`state ${told.state}`}>{stateOf(told, say)}</span>
          {lengthOf(desk) !== null && <span>{clock(lengthOf(desk)!)}</span>}
        </p>
        <nav class="tabs" aria-label={say("film.nav")}>
          {TABS.filter((one) => one !== "keyframes" || drawsKeyframes(told)).map((one) => (
            <a
              key={one}
              href={hrefOf({ page: "film", film, tab: one, shot: null })}
              aria-current={one === tab ? "page" : undefined}
            >
              {say(`tab.${one}` as Key)}
            </a>
          ))}
        </nav>
      </div>
      <p class="sr-only" role="status">
        {spoken(desk, say)}
      </p>
      <Trouble problem={problem} again={again} />
      {tab === "film" && <FilmTab />}
      {tab === "board" && <Board shot={shot} />}
      {tab === "keyframes" && <KeyframesTab />}
      {tab === "cast" && <CastTab />}
      {tab === "book" && <BookTab />}
      {tab === "files" && <FilesTab />}
      <Waiting desk={desk} />
    </FilmDesk.Provider>
  );
}

/** Whether keyframes are, or were, drawn for the film. */
function drawsKeyframes(film: Film): boolean {
  return film.stages.includes("keyframes") || film.made.includes("keyframes");
}

function Back() {
  const say = useWords();
  return (
    <p class="crumb">
      <a href="#/">{say("nav.films")}</a>
    </p>
  );
}

/** A film that is not there, or cannot be asked for now. */
function Unshown({ problem, again }: { problem: Problem; again: () => void }) {
  const say = useWords();
  return (
    <>
      <div class="film-head">
        <Back />
        <h1>{say("film.unshown")}</h1>
      </div>
      <Trouble problem={problem} again={again} />
    </>
  );
}

/** Return how long the film is, once its timeline is laid. */
function lengthOf(desk: Desk): number | null {
  const last = desk.shots.value?.at(-1);
  return last?.start_s == null || last.seconds == null ? null : last.start_s + last.seconds;
}

/** What a screen reader is told as the film grows: states and stages, and the picture by tenths. */
function spoken(desk: Desk, say: ReturnType<typeof useWords>): string {
  const { film, took } = desk;
  if (film.state !== "running") return stateOf(film, say);
  const stage = Object.keys(took).at(-1);
  const counts = Object.values(film.shots);
  const whole = counts.reduce((sum, count) => sum + count, 0);
  const tenth = whole ? Math.floor(((film.shots["done"] ?? 0) / whole) * 10) * 10 : 0;
  const done = stage ? say("spoken.stage", { stage: say.named("stage", stage) }) : say("state.running");
  return tenth > 0 && !("picture" in took) ? `${done} ${say("spoken.shots", { percent: tenth })}` : done;
}

/** What was changed and waits to be made: said at the foot of every tab until it is. */
function Waiting({ desk }: { desk: Desk }) {
  const say = useWords();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  if (desk.waiting.length === 0 || desk.atWork) return null;
  const make = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await send<Film>("POST", `v1/films/${desk.film.id}/make`, undefined, { once: true });
      desk.wait([]);
      await desk.refresh();
      keepPlace();
    } catch (error) {
      setProblem(problemIn(error));
    }
    setBusy(false);
  };
  return (
    <aside class="waiting" aria-label={say("waiting.label")}>
      <p>{say("waiting.shots", { n: desk.waiting.length })}</p>
      <button type="button" class="main" disabled={busy} onClick={make}>
        {say("waiting.make")}
      </button>
      <Trouble problem={problem} />
    </aside>
  );
}
