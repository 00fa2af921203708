import { useState } from "preact/hooks";
import { send } from "../api/client";
import type { Shot } from "../api/types";
import { Consent } from "../parts/consent";
import { useDesk } from "../parts/desk";
import { Choice, Field } from "../parts/form";
import { useWords } from "../words";

const SIZES = ["wide", "full", "medium", "over_shoulder", "close_up", "insert"];
const CAMERAS = ["static", "push", "pull", "pan_left", "pan_right", "tilt_up", "tilt_down", "follow"];
const LONGEST_S = 60;

/** How near a shot is, how the camera goes, and how long it stays. To carry it out is to ask for another take. */
export function ShotForm({ shot }: { shot: Shot }) {
  const say = useWords();
  const desk = useDesk();
  const [size, setSize] = useState(shot.size);
  const [camera, setCamera] = useState(shot.camera);
  const [hold, setHold] = useState(String(shot.hold_ms / 1000));
  const holdMs = Math.round(Number(hold.replace(",", ".")) * 1000);
  const sound = Number.isFinite(holdMs) && holdMs >= 0 && holdMs <= LONGEST_S * 1000;
  const edit = {
    ...(size !== shot.size ? { size } : {}),
    ...(camera !== shot.camera ? { camera } : {}),
    ...(sound && holdMs !== shot.hold_ms ? { hold_ms: holdMs } : {}),
  };
  const place = `v1/films/${desk.film.id}/shots/${shot.id}`;
  return (
    <form class="card shot-form" onSubmit={(event) => event.preventDefault()}>
      <h3>{say("shot.form")}</h3>
      <div class="pair">
        <Choice
          label={say("shot.size")}
          value={size}
          choices={SIZES.map((one) => [one, say.named("size", one)])}
          onValue={setSize}
        />
        <Choice
          label={say("shot.camera")}
          value={camera}
          choices={CAMERAS.map((one) => [one, say.named("camera", one)])}
          onValue={setCamera}
        />
        <Field label={say("shot.hold")} hint={say("shot.hold.hint")}>
          {(id, hint) => (
            <input
              id={id}
              type="number"
              min={0}
              max={LONGEST_S}
              step={0.1}
              value={hold}
              aria-describedby={hint}
              onInput={(event) => setHold(event.currentTarget.value)}
            />
          )}
        </Field>
      </div>
      <Consent
        edit={edit}
        tell={() => send<{ shots: string[] }>("PATCH", `${place}?only_tell=true`, edit)}
        carry={async () => {
          await send<Shot>("POST", `${place}/retake`, edit);
          return [shot.id];
        }}
      />
    </form>
  );
}
