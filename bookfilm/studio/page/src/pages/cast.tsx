import { useState } from "preact/hooks";
import { get } from "../api/client";
import type { Character, Look, Voices } from "../api/types";
import { ScreenplayConsent } from "../parts/consent";
import { useDesk } from "../parts/desk";
import { Choice } from "../parts/form";
import { useLoaded } from "../parts/loading";
import { Trouble } from "../parts/trouble";
import { useWords } from "../words";
import { LOOKS, lookOf } from "./looks";

/** The sizes in which somebody is known best. */
const NEAREST = ["close_up", "medium", "full", "wide"];

/** Who is in the film, how they look and with which voice they speak. */
export function CastTab() {
  const say = useWords();
  const desk = useDesk();
  const voices = useLoaded(
    (signal) => get<Voices>(`v1/films/${desk.film.id}/voices`, signal),
    [desk.film.id, desk.screenplay.value],
  );
  const [open, setOpen] = useState<string | null>(null);
  // What was chosen for somebody stays while another is looked at.
  const [opened, setOpened] = useState<string[]>([]);
  const portrait = (who: string): string | null => {
    const mine = (desk.shots.value ?? []).filter((shot) => shot.take && shot.heard.some((said) => said.speaker === who));
    const best = NEAREST.map((size) => mine.find((shot) => shot.size === size)).find(Boolean);
    return best ? desk.frameOf(best.id) : null;
  };
  const written = desk.film.made.includes("screenplay");
  const people = [...(desk.screenplay.value?.characters ?? [])].sort((one, other) => other.line_count - one.line_count);
  if (desk.screenplay.value === null && desk.screenplay.problem) {
    return <Trouble problem={desk.screenplay.problem} again={desk.screenplay.again} />;
  }
  if (desk.screenplay.value === null && written) return <p class="lead">{say("loading")}</p>;
  if (people.length === 0) return <p class="lead empty">{say("cast.none")}</p>;
  return (
    <ul class="cast">
      {people.map((one) => {
        const voice = voices.value?.cast[one.id];
        return (
          <li key={one.id} class={`card ${open === one.id ? "opened" : ""}`}>
            {portrait(one.id) && <img class="portrait" src={portrait(one.id)!} alt="" loading="lazy" />}
            <h2 lang={desk.film.book.language}>{one.name}</h2>
            <p class="look">{lookOf(one.look, say)}</p>
            <p class="look">
              {voice && `${say("cast.voice")}: ${voice}. `}
              {say("cast.lines", { n: one.line_count })}
            </p>
            <button
              type="button"
              aria-expanded={open === one.id}
              onClick={() => {
                setOpen(open === one.id ? null : one.id);
                setOpened([...new Set([...opened, one.id])]);
              }}
            >
              {say("cast.change", { name: one.name })}
            </button>
            {opened.includes(one.id) && (
              <div class="change" hidden={open !== one.id}>
                <CharacterForm character={one} voices={voices.value} />
              </div>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function CharacterForm({ character, voices }: { character: Character; voices: Voices | null }) {
  const say = useWords();
  const [chosen, setChosen] = useState<Partial<Look & { voice: string }>>({});
  // The screenplay shows a look or a voice that was changed once the film is made with it.
  const [carried, setCarried] = useState<Partial<Look & { voice: string }>>({});
  const before = { ...character.look, voice: voices?.cast[character.id] ?? "", ...carried };
  const look = { ...before, ...chosen };
  const edit: Record<string, string> = {};
  for (const part of [...LOOKS.map(([name]) => name), "voice"] as const) {
    if (look[part] !== before[part]) edit[part] = look[part];
  }
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <div class="looks">
        {LOOKS.map(([part, values]) => (
          <Choice
            key={part}
            label={say.named("look", part)}
            value={look[part]}
            choices={values.map((one) => [one, say.named(part, one)])}
            onValue={(value) => setChosen({ ...chosen, [part]: value })}
          />
        ))}
        {voices && voices.voices.length > 0 && (
          <Choice
            label={say("cast.voice")}
            value={look.voice}
            choices={voices.voices.map((one) => [
              one.id,
              `${one.id} (${say.named("sex", one.sex)}, ${say.named("age", one.age)})`,
            ])}
            onValue={(voice) => setChosen({ ...chosen, voice })}
          />
        )}
      </div>
      <ScreenplayConsent
        edit={edit}
        body={{ characters: [{ name: character.name, ...edit }] }}
        onDone={() => {
          setCarried({ ...carried, ...chosen });
          setChosen({});
        }}
      />
    </form>
  );
}
