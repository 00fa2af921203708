import { useEffect, useRef } from "preact/hooks";
import type { Shot } from "../api/types";
import { useDesk } from "../parts/desk";
import { go, hrefOf } from "../route";
import { clock, useWords } from "../words";
import { numberOf, sizeOf } from "./board";
import { LineForm } from "./line_form";
import { ShotForm } from "./shot_form";
import { Takes } from "./takes";

interface ShotDeskProps {
  shot: Shot;
  names: Map<string, string>;
  order: Shot[];
}

/** One shot: seen, its takes compared, its lines and its camera changed. */
export function ShotDesk({ shot, names, order }: ShotDeskProps) {
  const say = useWords();
  const desk = useDesk();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const board = { page: "film", film: desk.film.id, tab: "board", shot: null } as const;
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
    heading.current?.focus();
  }, []);
  const at = numberOf(order, shot) - 1;
  const [before, after] = [order[at - 1], order[at + 1]];
  const lines = linesOf(desk.screenplay.value, shot);
  return (
    <dialog
      class="shot-desk"
      ref={dialog}
      aria-labelledby="shot-title"
      onClose={() => go(board)}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div class="shot-desk-in">
        <header>
          <h2 id="shot-title" tabIndex={-1} ref={heading}>
            {say("shot.title", { number: at + 1 })} <small>{sizeOf(shot, say)}</small>
            {shot.seconds !== null && <small>{clock(shot.seconds)}</small>}
          </h2>
          <div class="row">
            {before && <a href={hrefOf({ ...board, shot: before.id })}>{say("shot.before")}</a>}
            {after && <a href={hrefOf({ ...board, shot: after.id })}>{say("shot.after")}</a>}
            <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
              {say("close")}
            </button>
          </div>
        </header>
        {desk.atWork && <p class="note">{say("shot.busy")}</p>}
        <div class="shot-desk-parts">
          <div>
            <Takes shot={shot} />
            {shot.reason && (
              <p class="reason">
                <span>{say("shot.reason")}</span> <span lang="en">{shot.reason}</span>
              </p>
            )}
          </div>
          <div>
            {lines.map((line) => (
              <LineForm key={line.id} line={line} names={names} />
            ))}
            {shot.kind === "scene" && <ShotForm key={`${shot.size} ${shot.camera} ${shot.hold_ms}`} shot={shot} />}
          </div>
        </div>
      </div>
    </dialog>
  );
}

function linesOf(screenplay: ReturnType<typeof useDesk>["screenplay"]["value"], shot: Shot) {
  if (screenplay === null) return [];
  const heard = new Set(shot.heard.map((said) => said.line));
  return screenplay.scenes
    .filter((scene) => scene.id === shot.scene)
    .flatMap((scene) => scene.beats.flatMap((beat) => beat.lines))
    .filter((line) => heard.has(line.id));
}
