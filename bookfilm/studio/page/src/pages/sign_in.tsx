import { useEffect, useRef, useState } from "preact/hooks";
import { get, Problem, token } from "../api/client";
import type { Me } from "../api/types";
import { problemIn } from "../parts/loading";
import { Stage } from "../parts/stage";
import { Trouble } from "../parts/trouble";
import { Field, toFirstFault } from "../parts/form";
import { useWords } from "../words";

/** The door: a token, which stays in this tab alone. */
export function SignIn({ turnedAway, onIn }: { turnedAway: boolean; onIn: (me: Me) => void }) {
  const say = useWords();
  const [given, setGiven] = useState("");
  const [busy, setBusy] = useState(false);
  const [empty, setEmpty] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const [problem, setProblem] = useState<Problem | null>(turnedAway ? new Problem("signed-out", 401, "") : null);
  useEffect(() => {
    document.title = `${say("sign.title")} · bookfilm`;
  }, [say]);

  const enter = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    const shown = given.trim();
    setEmpty(shown === "");
    if (shown === "") return toFirstFault(form.current);
    if (!/^[\x21-\x7e]+$/.test(shown)) {
      setProblem(new Problem("unauthorized", 401, ""));
      return;
    }
    setBusy(true);
    setProblem(null);
    token.set(shown);
    try {
      onIn(await get<Me>("v1/me"));
    } catch (error) {
      token.drop();
      setProblem(problemIn(error));
      setBusy(false);
    }
  };
  return (
    <main id="main" tabIndex={-1} class="door">
      <Stage />
      <form class="door-form" noValidate ref={form} onSubmit={enter}>
        <h1>{say("sign.heading")}</h1>
        <p class="lead">{say("sign.lead")}</p>
        <Trouble problem={problem} />
        <Field label={say("sign.token")} hint={say("sign.hint")} fault={empty ? say("sign.none") : null}>
          {(marks) => (
            <input
              {...marks}
              type="password"
              name="token"
              autocomplete="current-password"
              spellcheck={false}
              aria-required
              value={given}
              onInput={(event) => setGiven(event.currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit" class="main" aria-disabled={busy}>
          {busy ? say("sign.busy") : say("sign.in")}
        </button>
      </form>
    </main>
  );
}
