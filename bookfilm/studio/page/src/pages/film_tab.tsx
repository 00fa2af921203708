import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { send, type Problem } from "../api/client";
import type { Film } from "../api/types";
import { useDesk } from "../parts/desk";
import { Lamps } from "../parts/lamps";
import { LivePlayer } from "../parts/live_player";
import { keepPlace } from "../parts/focus";
import { problemIn } from "../parts/loading";
import { Player } from "../parts/player";
import { AllSaid, Said } from "../parts/said";
import { isAtKeyframes } from "../parts/state";
import { Trouble } from "../parts/trouble";
import { go, hrefOf } from "../route";
import { useWords } from "../words";
import { GoOn } from "./keyframes";
import { Setup } from "./setup";

/** The film itself: to be ordered, on its way, or to be watched. */
export function FilmTab() {
  const say = useWords();
  const desk = useDesk();
  const { film, atWork } = desk;
  if (film.state === "new") return <Setup />;
  const stopped = film.state === "failed" || film.state === "cancelled" || film.state === "stopped";
  return (
    <>
      {!atWork && film.film && <Player />}
      {(atWork || stopped) && <Growing />}
      {atWork && film.film && <p class="hint">{say("film.earlier")}</p>}
      {isAtKeyframes(film) && (
        <section class="note ready" aria-label={say("keyframes.ready")}>
          <p>
            {say("keyframes.ready")}{" "}
            <a href={hrefOf({ page: "film", film: film.id, tab: "keyframes", shot: null })}>{say("keyframes.look")}</a>
          </p>
          <GoOn />
        </section>
      )}
      {film.state === "slates" && (
        <p class="note">
          {say("film.slates")} <a href={hrefOf({ page: "film", film: film.id, tab: "board", shot: null })}>{say("tab.board")}</a>
        </p>
      )}
      {film.errors.length > 0 && (
        <p class="trouble" role="alert">
          {say("film.error")}{" "}
          <span class="trouble-detail">
            <AllSaid told={film.errors} />
          </span>
        </p>
      )}
      <Warnings />
      <Verbs />
      <Facts />
    </>
  );
}

function Growing() {
  const say = useWords();
  const desk = useDesk();
  const counts = desk.film.shots;
  const whole = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const shots = whole ? { done: counts["done"] ?? 0, all: whole } : null;
  const frames = (desk.shots.value ?? []).filter((shot) => shot.take !== null && shot.kind === "scene").slice(-18);
  return (
    <section class="growing" aria-label={say("film.growing")}>
      <h2>{desk.film.state === "queued" ? say("film.queued") : desk.atWork ? say("film.growing") : say("film.so_far")}</h2>
      <Lamps stages={desk.film.stages} took={desk.took} atWork={desk.film.state === "running"} shots={shots} />
      {shots && desk.atWork && (
        <progress class="shots-done" max={shots.all} value={shots.done} aria-label={say("stage.shots", shots)} />
      )}
      {desk.atWork && <LivePlayer />}
      {!desk.alive && <p class="note">{say("film.unheard")}</p>}
      {frames.length > 0 && (
        <ul class="strip grows" aria-label={say("film.frames")}>
          {frames.map((shot) => (
            <li key={shot.id}>
              <img src={desk.frameOf(shot.id)!} alt={shot.heard[0]?.text ?? say.named("size", shot.size)} loading="lazy" />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Warnings() {
  const say = useWords();
  const { warnings } = useDesk();
  if (warnings.length === 0) return null;
  return (
    <details class="warnings">
      <summary>{say("film.warnings", { n: warnings.length })}</summary>
      <ul>
        {warnings.map((one) => (
          <li key={one.said}>
            <Said told={one} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function Verbs() {
  const say = useWords();
  const desk = useDesk();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [asking, setAsking] = useState<"cancel" | "delete" | null>(null);
  const row = useRef<HTMLDivElement>(null);
  const asked = useRef<HTMLButtonElement>(null);
  const sure = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (asking) sure.current?.focus();
  }, [asking]);
  const { film } = desk;
  const paused = film.state === "paused";
  const doing = async (work: () => Promise<unknown>, stays = true) => {
    setProblem(null);
    try {
      await work();
      if (!stays) return;
      await desk.refresh();
      setAsking(null);
      keepPlace(() => row.current);
    } catch (error) {
      setProblem(problemIn(error));
    }
  };
  const verb = (name: string) => doing(() => send<unknown>("POST", `v1/films/${film.id}/${name}`));
  const make = () =>
    doing(async () => {
      // Who had it stop at its keyframes, or earlier, goes on to the film now.
      await send<Film>("POST", `v1/films/${film.id}/make?until=film`, undefined, { once: true });
      desk.wait([]);
    });
  const remove = () =>
    doing(async () => {
      await send<void>("DELETE", `v1/films/${film.id}`);
      go({ page: "films" });
    }, false);
  return (
    <div class="verbs" role="group" aria-label={say("verbs.label")} tabIndex={-1} ref={row}>
      {desk.atWork && (
        // One button, so that who has paused a film stands where it is let go on.
        <button type="button" class={paused ? "main" : ""} onClick={() => verb(paused ? "resume" : "pause")}>
          {say(paused ? "verb.resume" : "verb.pause")}
        </button>
      )}
      {desk.atWork ? (
        <button type="button" class="quiet" ref={asked} onClick={() => setAsking("cancel")}>
          {say("verb.cancel")}
        </button>
      ) : (
        <>
          {!isAtKeyframes(film) && (
            <button type="button" class={film.film ? "" : "main"} onClick={make}>
              {film.film ? say("verb.again") : say("verb.go_on")}
            </button>
          )}
          <button type="button" class="quiet" ref={asked} onClick={() => setAsking("delete")}>
            {say("verb.delete")}
          </button>
        </>
      )}
      {asking && (asking === "cancel") === desk.atWork && (
        <div class="sure" role="group" aria-labelledby="sure" tabIndex={-1} ref={sure}>
          <p id="sure">{say(`sure.${asking}`)}</p>
          <button type="button" class="danger" onClick={asking === "cancel" ? () => verb("cancel") : remove}>
            {say(`sure.${asking}.yes`)}
          </button>
          <button
            type="button"
            class="quiet"
            onClick={() => {
              setAsking(null);
              asked.current?.focus();
            }}
          >
            {say("sure.no")}
          </button>
        </div>
      )}
      <Trouble problem={problem} />
    </div>
  );
}

function Facts() {
  const say = useWords();
  const { film } = useDesk();
  const { right, book } = film;
  const terms = [right.holder, right.territory, right.term].filter(Boolean).join(", ");
  return (
    <dl class="facts">
      <div>
        <dt>{say("facts.book")}</dt>
        <dd>{say("facts.words", { n: book.words })}, {say("facts.chapters", { n: book.chapters })}</dd>
      </div>
      <div>
        <dt>{say("facts.right")}</dt>
        <dd>
          {say.named("right.stated", right.basis)}
          {terms && `: ${terms}`}
        </dd>
      </div>
      <div>
        <dt>{say("facts.begun")}</dt>
        <dd>{new Date(film.created_at).toLocaleString(say.language, { dateStyle: "long", timeStyle: "short" })}</dd>
      </div>
    </dl>
  );
}
