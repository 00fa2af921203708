import { useRef, useState } from "preact/hooks";
import { get, send, type Problem } from "../api/client";
import type { Shot, Take } from "../api/types";
import { useDesk } from "../parts/desk";
import { keepPlace } from "../parts/focus";
import { problemIn, useLoaded } from "../parts/loading";
import { AllSaid } from "../parts/said";
import { Trouble } from "../parts/trouble";
import { useWords } from "../words";

/** A shot's takes beside each other: one is in the film, and may be held there. */
export function Takes({ shot }: { shot: Shot }) {
  const say = useWords();
  const desk = useDesk();
  const place = `v1/films/${desk.film.id}/shots/${shot.id}`;
  const takes = useLoaded((signal) => get<Take[]>(`${place}/takes`, signal), [place, shot.take, desk.film.job]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [said, setSaid] = useState("");
  const group = useRef<HTMLDivElement>(null);
  const asked = async (verb: "choose" | "retake" | "lock" | "unlock", body?: unknown) => {
    setProblem(null);
    setSaid("");
    try {
      await send<Shot>("POST", `${place}/${verb}`, body);
      if (verb === "choose" || verb === "retake") desk.wait([shot.id]);
      await Promise.all([takes.again(), desk.refresh()]);
      setSaid(say(`takes.said.${verb}`));
      keepPlace(() => group.current);
    } catch (error) {
      setProblem(problemIn(error));
    }
  };
  const found = takes.value ?? [];
  return (
    <div
      class={`takes ${found.length > 1 ? "several" : ""}`}
      role="group"
      aria-label={say("takes.label")}
      tabIndex={-1}
      ref={group}
    >
      <p class="sr-only" role="status">
        {said}
      </p>
      {takes.value === null && !takes.problem && <p class="no-frame large">{say("loading")}</p>}
      {takes.problem && <Trouble problem={takes.problem} again={takes.again} />}
      {takes.value && found.length === 0 && <p class="no-frame large">{say("takes.none")}</p>}
      {found.map((take, number) => (
        <figure key={take.key} class={take.chosen ? "chosen" : ""}>
          <video
            controls
            loop
            playsInline
            preload="none"
            poster={desk.addressOf(`takes/${take.key}.jpg`)}
            src={desk.addressOf(`takes/${take.key}.mp4`)}
            aria-label={say("takes.number", { number: number + 1 })}
          />
          <figcaption>
            <span>
              {say("takes.number", { number: number + 1 })}
              {take.chosen && <b> · {shot.locked ? say("takes.held") : say("takes.chosen")}</b>}
            </span>
            {take.flagged.length > 0 && (
              <span class="bad">
                <AllSaid told={take.flagged} />
              </span>
            )}
            {!take.chosen && (
              <button type="button" disabled={desk.atWork} onClick={() => asked("choose", { take: take.key })}>
                {say("takes.choose")}
              </button>
            )}
          </figcaption>
        </figure>
      ))}
      <div class="row">
        {shot.take !== null && (
          <button
            type="button"
            class="quiet"
            disabled={desk.atWork}
            onClick={() => asked(shot.locked ? "unlock" : "lock")}
          >
            {shot.locked ? say("takes.unlock") : say("takes.lock")}
          </button>
        )}
        {shot.slate && (
          <button type="button" disabled={desk.atWork} onClick={() => asked("retake")}>
            {say("takes.retake")}
          </button>
        )}
      </div>
      {shot.take !== null && <p class="hint">{say("takes.hint")}</p>}
      <Trouble problem={problem} />
    </div>
  );
}
