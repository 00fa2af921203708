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

interface Chosen {
  size?: string;
  camera?: string;
  hold?: string;
}

/** How near a shot is, how the camera goes, and how long it stays. To carry it out is to ask for another take. */
export function ShotForm({ shot }: { shot: Shot }) {
  const say = useWords();
  const desk = useDesk();
  const [chosen, setChosen] = useState<Chosen>({});
  const now = { size: shot.size, camera: shot.camera, hold: String(shot.hold_ms / 1000) };
  const { size, camera, hold } = { ...now, ...chosen };
  const holdMs = Math.round(Number(hold.replace(",", ".") || NaN) * 1000);
  const sound = Number.isFinite(holdMs) && holdMs >= 0 && holdMs <= LONGEST_S * 1000;
  const edit = {
    ...(size !== shot.size ? { size } : {}),
    ...(camera !== shot.camera ? { camera } : {}),
    ...(sound && holdMs !== shot.hold_ms ? { hold_ms: holdMs } : {}),
  };
  const place = `v1/films/${desk.film.id}/shots/${shot.id}`;
  return (
    <form class="card shot-form" noValidate onSubmit={(event) => event.preventDefault()}>
      <h3>{say("shot.form")}</h3>
      <div class="pair">
        <Choice
          label={say("shot.size")}
          value={size}
          choices={SIZES.map((one) => [one, say.named("size", one)])}
          onValue={(value) => setChosen({ ...chosen, size: value })}
        />
        <Choice
          label={say("shot.camera")}
          value={camera}
          choices={CAMERAS.map((one) => [one, say.named("camera", one)])}
          onValue={(value) => setChosen({ ...chosen, camera: value })}
        />
        <Field
          label={say("shot.hold")}
          hint={say("shot.hold.hint")}
          fault={sound ? null : say("shot.hold.fault", { most: LONGEST_S })}
        >
          {(marks) => (
            <input
              {...marks}
              type="number"
              min={0}
              max={LONGEST_S}
              step={0.1}
              value={hold}
              onInput={(event) => setChosen({ ...chosen, hold: event.currentTarget.value })}
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
        onDone={() => setChosen({})}
      />
    </form>
  );
}
