import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Shot } from "../api/types";
import { useDesk } from "../parts/desk";
import { AllSaid } from "../parts/said";
import { Unsaved } from "../parts/unsaved";
import { go, hrefOf, isAt, type Route } from "../route";
import { clock, useWords } from "../words";
import { sizeOf } from "./board";
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
  const { unsaved, asked, leave, stay } = useLeaving(board, dialog);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
    heading.current?.focus();
  }, []);
  const at = (desk.numberOf(shot.id) ?? 1) - 1;
  const [before, after] = [order[at - 1], order[at + 1]];
  const lines = linesOf(desk.screenplay.value, shot);
  const to = (one: Shot) => ({ ...board, shot: one.id });
  const linked = (one: Shot, name: string) => (
    <a
      href={hrefOf(to(one))}
      onClick={(event) => {
        event.preventDefault();
        leave(to(one));
      }}
    >
      {name}
    </a>
  );
  return (
    <dialog
      class="shot-desk"
      ref={dialog}
      aria-labelledby="shot-title"
      {...useBackdrop(() => leave(board))}
      onClose={() => {
        // A browser tells so a moment later: who has gone elsewhere meanwhile is not brought back.
        if (isAt(to(shot))) go(board);
      }}
      onCancel={(event) => {
        event.preventDefault();
        leave(board);
      }}
      onKeyDown={(event) => {
        // Of two in a row a browser takes the second as meant, whatever the page says of it.
        if (event.key !== "Escape") return;
        event.preventDefault();
        if (asked) stay();
        else leave(board);
      }}
    >
      <div class="shot-desk-in">
        <header>
          <h2 id="shot-title" tabIndex={-1} ref={heading}>
            {say("shot.title", { number: at + 1 })} <small>{sizeOf(shot, say)}</small>
            {shot.seconds !== null && <small>{clock(shot.seconds)}</small>}
          </h2>
          <div class="row">
            {before && linked(before, say("shot.before"))}
            {after && linked(after, say("shot.after"))}
            <button type="button" class="quiet" onClick={() => leave(board)}>
              {say("close")}
            </button>
          </div>
          {asked && <Sure leave={() => leave(asked, true)} stay={stay} />}
        </header>
        {desk.atWork && <p class="note">{say("shot.busy")}</p>}
        <Unsaved.Provider value={unsaved}>
          <div class="shot-desk-parts">
            <div>
              <Takes shot={shot} />
              {shot.reasons.length > 0 && (
                <p class="reason">
                  {say("shot.reason")} <AllSaid told={shot.reasons} />
                </p>
              )}
            </div>
            <div>
              {lines.map((line) => (
                <LineForm key={line.id} line={line} names={names} />
              ))}
              {shot.kind === "scene" && <ShotForm shot={shot} />}
            </div>
          </div>
        </Unsaved.Provider>
      </div>
    </dialog>
  );
}

/** Leaves for another place; where something was typed and not carried out, it is asked first. */
function useLeaving(board: Route, dialog: { current: HTMLDialogElement | null }) {
  const unsaved = useRef(new Set<string>()).current;
  const [asked, setAsked] = useState<Route | null>(null);
  const from = useRef<Element | null>(null);
  const leave = (to: Route, sure = false) => {
    if (!sure && unsaved.size > 0) {
      from.current = document.activeElement;
      setAsked(to);
    } else if (hrefOf(to) === hrefOf(board)) dialog.current?.close();
    else go(to);
  };
  const stay = () => {
    setAsked(null);
    (from.current as HTMLElement | null)?.focus();
  };
  return { unsaved, asked, leave, stay };
}

function Sure({ leave, stay }: { leave: () => void; stay: () => void }) {
  const say = useWords();
  const group = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => group.current?.focus(), []);
  return (
    <div class="sure" role="group" aria-labelledby="shot-unsaved" tabIndex={-1} ref={group}>
      <p id="shot-unsaved">{say("shot.unsaved")}</p>
      <button type="button" class="danger" onClick={leave}>
        {say("shot.unsaved.drop")}
      </button>
      <button type="button" class="quiet" onClick={stay}>
        {say("shot.unsaved.stay")}
      </button>
    </div>
  );
}

/** Has `leave` called by a click that begins and ends beside a dialog: one that ends there may have marked words. */
function useBackdrop(leave: () => void) {
  const begun = useRef(false);
  const beside = (event: MouseEvent) => {
    const { left, right, top, bottom } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const { clientX: x, clientY: y } = event;
    return event.target === event.currentTarget && (x < left || x >= right || y < top || y >= bottom);
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      begun.current = beside(event);
    },
    onClick: (event: MouseEvent) => {
      if (begun.current && beside(event)) leave();
      begun.current = false;
    },
  };
}

function linesOf(screenplay: ReturnType<typeof useDesk>["screenplay"]["value"], shot: Shot) {
  if (screenplay === null) return [];
  const heard = new Set(shot.heard.map((said) => said.line));
  return screenplay.scenes
    .filter((scene) => scene.id === shot.scene)
    .flatMap((scene) => scene.beats.flatMap((beat) => beat.lines))
    .filter((line) => heard.has(line.id));
}
