import { useState } from "preact/hooks";
import type { Line } from "../api/types";
import { ScreenplayConsent } from "../parts/consent";
import { useDesk } from "../parts/desk";
import { Choice, Field } from "../parts/form";
import { useWords } from "../words";

const EMOTIONS = ["neutral", "joy", "anger", "fear", "sorrow", "surprise", "tender", "whisper", "shout"];
const NOBODY = "";

/** A line's words, who says them and how. */
export function LineForm({ line, names }: { line: Line; names: Map<string, string> }) {
  const say = useWords();
  const desk = useDesk();
  const speaker = line.speaker ? (names.get(line.speaker) ?? line.speaker) : NOBODY;
  const [text, setText] = useState(line.text);
  const [who, setWho] = useState(speaker);
  const [emotion, setEmotion] = useState(line.emotion);
  const edit = {
    ...(text.trim() && text !== line.text ? { text: text.trim().replace(/\s+/g, " ") } : {}),
    ...(who !== speaker ? { speaker: who } : {}),
    ...(emotion !== line.emotion ? { emotion } : {}),
  };
  const people = [...new Set(names.values())];
  return (
    <form class="card line-form" onSubmit={(event) => event.preventDefault()}>
      <h3>{line.speaker ? <span lang={desk.film.book.language}>{speaker}</span> : say.named("line", line.kind)}</h3>
      <Field label={say("line.text")}>
        {(id) => (
          <textarea
            id={id}
            rows={Math.min(8, 2 + Math.floor(text.length / 60))}
            maxLength={2000}
            lang={desk.film.book.language}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        )}
      </Field>
      <div class="pair">
        <Choice
          label={say("line.speaker")}
          value={who}
          choices={[[NOBODY, say("line.nobody")], ...people.map((one): [string, string] => [one, one])]}
          onValue={setWho}
        />
        <Choice
          label={say("line.emotion")}
          value={emotion}
          choices={EMOTIONS.map((one) => [one, say.named("emotion", one)])}
          onValue={setEmotion}
        />
      </div>
      <ScreenplayConsent edit={edit} body={{ lines: { [line.id]: edit } }} />
    </form>
  );
}
