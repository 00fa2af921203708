import { useState } from "preact/hooks";
import type { Line } from "../api/types";
import { ScreenplayConsent } from "../parts/consent";
import { useDesk } from "../parts/desk";
import { Choice, Field } from "../parts/form";
import { useWords } from "../words";

const EMOTIONS = ["neutral", "joy", "anger", "fear", "sorrow", "surprise", "tender", "whisper", "shout"];
const NOBODY = "";

interface Typed {
  text?: string;
  who?: string;
  emotion?: string;
}

/** A line's words, who says them and how. */
export function LineForm({ line, names }: { line: Line; names: Map<string, string> }) {
  const say = useWords();
  const desk = useDesk();
  const [typed, setTyped] = useState<Typed>({});
  const speaker = line.speaker ? (names.get(line.speaker) ?? line.speaker) : NOBODY;
  const { text, who, emotion } = { text: line.text, who: speaker, emotion: line.emotion, ...typed };
  const edit = {
    ...(text.trim() && text !== line.text ? { text: text.trim().replace(/\s+/g, " ") } : {}),
    ...(who !== speaker ? { speaker: who } : {}),
    ...(emotion !== line.emotion ? { emotion } : {}),
  };
  const people = [...new Set(names.values())];
  return (
    <form class="card line-form" onSubmit={(event) => event.preventDefault()}>
      <h3>{line.speaker ? <span lang={desk.film.book.language}>{speaker}</span> : say.named("line", line.kind)}</h3>
      <Field label={say("line.text")} fault={text.trim() ? null : say("line.no_text")}>
        {(marks) => (
          <textarea
            {...marks}
            rows={Math.min(8, 2 + Math.floor(text.length / 60))}
            maxLength={2000}
            lang={desk.film.book.language}
            value={text}
            onInput={(event) => setTyped({ ...typed, text: event.currentTarget.value })}
          />
        )}
      </Field>
      <div class="pair">
        <Choice
          label={say("line.speaker")}
          value={who}
          choices={[[NOBODY, say("line.nobody")], ...people.map((one): [string, string] => [one, one])]}
          onValue={(value) => setTyped({ ...typed, who: value })}
        />
        <Choice
          label={say("line.emotion")}
          value={emotion}
          choices={EMOTIONS.map((one) => [one, say.named("emotion", one)])}
          onValue={(value) => setTyped({ ...typed, emotion: value })}
        />
      </div>
      <ScreenplayConsent edit={edit} body={{ lines: { [line.id]: edit } }} onDone={() => setTyped({})} />
    </form>
  );
}
