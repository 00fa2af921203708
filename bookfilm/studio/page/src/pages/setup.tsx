import { useState } from "preact/hooks";
import { get, send, type Problem } from "../api/client";
import type { Between, Estimate, Film, Offers, Options } from "../api/types";
import { useDesk } from "../parts/desk";
import { Choice, Field } from "../parts/form";
import { problemIn, useLoaded } from "../parts/loading";
import { Trouble } from "../parts/trouble";
import { clock, size, useWords, type Key, type Say } from "../words";

const SIZES = ["", "640x360", "1280x720", "1920x1080", "3840x2160"];

/** Before a film is begun: how long it is to be, how it is to look, and what that takes. */
export function Setup() {
  const say = useWords();
  const desk = useDesk();
  const offers = useLoaded((signal) => get<Offers>("v1/offers", signal), []);
  const [minutes, setMinutes] = useState("");
  const [asked, setAsked] = useState("");
  const [chosen, setChosen] = useState({ preset: desk.film.order.preset, size: "", style: "", until: "film" });
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const preset = offers.value?.presets.find((one) => one.name === chosen.preset);
  const runtime = asked ? `${asked}m` : null;
  const estimate = useLoaded(
    (signal) => get<Estimate>(estimatePath(desk.film.id, chosen.preset, runtime, chosen.size), signal),
    [desk.film.id, chosen.preset, runtime, chosen.size],
  );

  const start = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    const options: Options = { preset: chosen.preset };
    if (minutes) options.runtime = `${minutes}m`;
    if (chosen.size) options.size = chosen.size;
    if (chosen.style) options.style = chosen.style;
    if (preset?.keyframes) options.until = chosen.until;
    try {
      await send<Film>("POST", `v1/films/${desk.film.id}/make`, options, true);
      desk.refresh();
    } catch (error) {
      setProblem(problemIn(error));
      setBusy(false);
    }
  };
  return (
    <form class="setup" onSubmit={start}>
      <h2>{say("setup.title")}</h2>
      <p class="lead">
        {say("setup.read", { words: desk.film.book.words })} {say("facts.chapters", { n: desk.film.book.chapters })}.
      </p>
      <div class="setup-fields">
        <Field label={say("setup.minutes")} hint={say("setup.minutes.hint")}>
          {(id, hint) => (
            <input
              id={id}
              type="number"
              min={1}
              max={600}
              step={1}
              inputmode="numeric"
              value={minutes}
              aria-describedby={hint}
              onInput={(event) => setMinutes(event.currentTarget.value)}
              onChange={(event) => setAsked(event.currentTarget.validity.valid ? event.currentTarget.value : "")}
            />
          )}
        </Field>
        {offers.value && offers.value.presets.length > 1 && (
          <Choice
            label={say("setup.preset")}
            value={chosen.preset}
            choices={offers.value.presets.map((one) => [one.name, one.name])}
            hint={preset?.about ?? ""}
            onValue={(name) => setChosen({ ...chosen, preset: name, style: "" })}
          />
        )}
        {preset && preset.styles.length > 0 && (
          <Choice
            label={say("setup.style")}
            value={chosen.style || preset.style}
            choices={preset.styles.map((one) => [one.name, say.named("style", one.name)])}
            hint={say.named("style.about", chosen.style || preset.style)}
            onValue={(style) => setChosen({ ...chosen, style })}
          />
        )}
        {preset?.keyframes && (
          <Choice
            label={say("setup.until")}
            value={chosen.until}
            choices={[
              ["film", say("setup.until.film")],
              ["keyframes", say("setup.until.keyframes")],
            ]}
            hint={say("setup.until.hint")}
            onValue={(until) => setChosen({ ...chosen, until })}
          />
        )}
        <Choice
          label={say("setup.size")}
          value={chosen.size}
          choices={SIZES.map((one) => [one, one ? one.replace("x", " × ") : say("setup.size.usual")])}
          onValue={(size) => setChosen({ ...chosen, size })}
        />
      </div>
      <Trouble problem={offers.problem} again={offers.again} />
      <Estimated found={estimate.value} problem={estimate.problem} again={estimate.again} />
      <Trouble problem={problem} />
      <div class="row">
        <button type="submit" class="main" disabled={busy}>
          {say("setup.start")}
        </button>
        <p class="hint">{say("setup.start.hint")}</p>
      </div>
    </form>
  );
}

function estimatePath(film: string, preset: string, runtime: string | null, size: string): string {
  const query = new URLSearchParams({ preset, ...(runtime ? { runtime } : {}), ...(size ? { size } : {}) });
  return `v1/films/${film}/estimate?${query}`;
}

function Estimated({ found, problem, again }: { found: Estimate | null; problem: Problem | null; again: () => void }) {
  const say = useWords();
  if (problem) return <Trouble problem={problem} again={again} />;
  return (
    <section class="estimate" aria-label={say("estimate.title")} aria-live="polite" aria-busy={found === null}>
      {found === null ? (
        <p>{say("estimate.thinking")}</p>
      ) : (
        <dl>
          <Figure name="estimate.length" shown={clock(found.film_s)} />
          <Figure name="estimate.shots" shown={found.shots.toLocaleString(say.language)} />
          {found.wall_s && <Figure name="estimate.time" shown={spanOfTime(found.wall_s, say)} />}
          {found.gpu_h && <Figure name="estimate.gpu" shown={spanOf(found.gpu_h, say)} />}
          <Figure name="estimate.cost" shown={found.usd ? `${spanOf(found.usd, say)} USD` : costOf(found, say)} />
          {found.disk_bytes !== null && <Figure name="estimate.disk" shown={size(found.disk_bytes, say.language)} />}
        </dl>
      )}
      {found && found.measured_takes === 0 && <p class="hint">{say("estimate.unknown")}</p>}
    </section>
  );
}

function Figure({ name, shown }: { name: Key; shown: string }) {
  const say = useWords();
  return (
    <div>
      <dt>{say(name)}</dt>
      <dd>{shown}</dd>
    </div>
  );
}

function costOf(found: Estimate, say: Say): string {
  return found.gpus_a_take ? say("estimate.price_unknown") : say("estimate.free");
}

function spanOf(between: Between, say: Say): string {
  const style = { maximumFractionDigits: between.high < 10 ? 1 : 0 };
  return `${between.low.toLocaleString(say.language, style)}–${between.high.toLocaleString(say.language, style)}`;
}

/** A time that is only about: in minutes, in hours from two on. */
function spanOfTime(between: Between, say: Say): string {
  const hours = between.expected >= 2 * 3600;
  const [low, high] = [between.low, between.high].map((one) => Math.max(1, Math.round(one / (hours ? 3600 : 60))));
  const span = low === high ? `${low}` : `${low}–${high}`;
  return say(hours ? "estimate.hours" : "estimate.minutes", { span });
}
