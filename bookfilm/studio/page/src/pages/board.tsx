import { useMemo } from "preact/hooks";
import type { Scene, Shot } from "../api/types";
import { useDesk } from "../parts/desk";
import { Trouble } from "../parts/trouble";
import { hrefOf } from "../route";
import { clock, useWords, type Say } from "../words";
import { ShotDesk } from "./shot";

/** The storyboard: scene by scene, each shot with its frame and its lines. */
export function Board({ shot }: { shot: string | null }) {
  const say = useWords();
  const desk = useDesk();
  const { shots, screenplay } = desk;
  const rows = useMemo(() => scenesOf(shots.value ?? [], screenplay.value?.scenes ?? []), [shots.value, screenplay.value]);
  const names = useMemo(
    () => new Map(screenplay.value?.characters.map((one) => [one.id, one.name]) ?? []),
    [screenplay.value],
  );
  const opened = shots.value?.find((one) => one.id === shot) ?? null;
  if (shots.value === null) {
    return shots.problem ? <Trouble problem={shots.problem} again={shots.again} /> : <p class="lead">{say("loading")}</p>;
  }
  if (shots.value.length === 0) return <p class="lead empty">{say("board.none")}</p>;
  return (
    <div class="board">
      <Trouble problem={shots.problem} again={shots.again} />
      {rows.map((row) => (
        <div key={row.key} role="group" aria-labelledby={`scene-${row.key}`}>
          {row.chapter !== null && (
            <p class="board-chapter" lang={desk.film.book.language}>
              {row.chapter}
            </p>
          )}
          <h2 id={`scene-${row.key}`}>{row.scene ? headingOf(row, desk.screenplay.value!.places, say) : say("board.cards")}</h2>
          <ol class="shots">
            {row.shots.map((one) => (
              <ShotCard key={one.id} shot={one} names={names} />
            ))}
          </ol>
        </div>
      ))}
      {opened && <ShotDesk key={opened.id} shot={opened} names={names} order={shots.value} />}
    </div>
  );
}

function ShotCard({ shot, names }: { shot: Shot; names: Map<string, string> }) {
  const say = useWords();
  const desk = useDesk();
  const frame = desk.frameOf(shot.id);
  const waits = desk.waiting.includes(shot.id);
  return (
    <li class={`shot ${waits ? "waits" : ""}`}>
      <a
        href={hrefOf({ page: "film", film: desk.film.id, tab: "board", shot: shot.id })}
        aria-label={say("board.open", { number: desk.numberOf(shot.id) ?? 0, size: sizeOf(shot, say) })}
      >
        {frame ? <img src={frame} alt="" loading="lazy" width="320" height="180" /> : <span class="no-frame">{say("board.no_frame")}</span>}
        <span class="shot-line">
          <span>{sizeOf(shot, say)}</span>
          {shot.seconds !== null && <span>{clock(shot.seconds)}</span>}
        </span>
      </a>
      <ul class="marks">
        {shot.locked && <li>{say("shot.locked")}</li>}
        {shot.slate && <li class="bad">{say("shot.slate")}</li>}
        {waits && <li class="due">{say("shot.waits")}</li>}
      </ul>
      <div class="shot-heard" lang={desk.film.book.language}>
        {shot.heard.map((said, number) => (
          <p key={number}>
            {said.speaker && <b>{names.get(said.speaker) ?? said.speaker}</b>} {said.text}
          </p>
        ))}
      </div>
    </li>
  );
}

/** How near a shot is and how the camera goes; for a card, which. */
export function sizeOf(shot: Shot, say: Say): string {
  if (shot.kind !== "scene") return say.named("kind", shot.kind);
  const near = say.named("size", shot.size);
  return shot.camera === "static" ? near : `${near}, ${say.named("camera", shot.camera)}`;
}

export interface Row {
  key: string;
  number: number;
  scene: Scene | null;
  chapter: string | null;
  shots: Shot[];
}

/** Gather shots that follow each other into their scenes. A chapter's title stands over its first. */
export function scenesOf(shots: Shot[], scenes: Scene[]): Row[] {
  const known = new Map(scenes.map((scene) => [scene.id, scene]));
  const numbers = new Map(scenes.map((scene, at) => [scene.id, at + 1]));
  const rows: Row[] = [];
  let chapter = -1;
  let card: Shot[] = [];
  for (const shot of shots) {
    // A chapter's card is shown with the scene that it opens.
    if (shot.kind === "chapter") {
      card = [shot];
      continue;
    }
    const scene = shot.scene ? (known.get(shot.scene) ?? null) : null;
    const last = rows.at(-1);
    if (last && last.scene?.id === scene?.id && card.length === 0) {
      last.shots.push(shot);
      continue;
    }
    const opens = scene !== null && scene.chapter !== chapter;
    if (scene) chapter = scene.chapter;
    rows.push({
      key: `${rows.length}`,
      number: scene ? numbers.get(scene.id)! : 0,
      scene,
      chapter: opens ? (scene?.chapter_title ?? null) : null,
      shots: [...card, shot],
    });
    card = [];
  }
  return rows;
}

export function headingOf(row: Row, places: { id: string; kind: string; name: string }[], say: Say): string {
  const scene = row.scene!;
  const place = places.find((one) => one.id === scene.place);
  const parts = [say.named("place", place?.kind ?? ""), say.named("hour", scene.hour)];
  if (scene.weather !== "clear") parts.push(say.named("weather", scene.weather));
  return `${say("board.scene", { number: row.number })} · ${parts.join(", ")}`;
}
