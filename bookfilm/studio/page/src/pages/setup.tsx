import { useEffect, useRef, useState } from "preact/hooks";
import { get, send, type Problem } from "../api/client";
import type { Between, Estimate, Film, Offers, Options } from "../api/types";
import { useDesk } from "../parts/desk";
import { keepPlace } from "../parts/focus";
import { Choice, Field, toFirstFault } from "../parts/form";
import { problemIn, useLoaded } from "../parts/loading";
import { Trouble } from "../parts/trouble";
import { clock, size, useWords, type Key, type Say } from "../words";

const SIZES = ["", "640x360", "1280x720", "1920x1080", "3840x2160"];

const MOST_MINUTES = 600;
/** Who types a number is waited for. */
const TYPED_MS = 600;

/** Before a film is begun: how long it is to be, how it is to look, and what that takes. */
export function Setup() {
  const say = useWords();
  const desk = useDesk();
  const offers = useLoaded((signal) => get<Offers>("v1/offers", signal), []);
  const [minutes, setMinutes] = useState("");
  const [chosen, setChosen] = useState({ preset: desk.film.order.preset, size: "", style: "", until: "film" });
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [hasty, setHasty] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const preset = offers.value?.presets.find((one) => one.name === chosen.preset);
  const sound = minutes === "" || (/^\d+$/.test(minutes) && Number(minutes) >= 1 && Number(minutes) <= MOST_MINUTES);
  const path = sound ? estimatePath(desk.film.id, chosen.preset, minutes ? `${minutes}m` : null, chosen.size) : null;
  const estimate = useEstimate(path);
  const about = preset ? aboutOf(preset.name, preset.about, say) : { text: "", lang: undefined };

  const start = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    if (!sound) return toFirstFault(form.current);
    // What it takes is said before it begins, of this film and no other.
    setHasty(estimate.found === null && estimate.problem === null);
    if (estimate.found === null && estimate.problem === null) return;
    setBusy(true);
    setProblem(null);
    const options: Options = { preset: chosen.preset };
    if (minutes) options.runtime = `${minutes}m`;
    if (chosen.size) options.size = chosen.size;
    if (chosen.style) options.style = chosen.style;
    if (preset?.keyframes) options.until = chosen.until;
    try {
      await send<Film>("POST", `v1/films/${desk.film.id}/make`, options, { once: true });
      await desk.refresh();
      keepPlace();
    } catch (error) {
      setProblem(problemIn(error));
      setBusy(false);
    }
  };
  return (
    <form class="setup" noValidate ref={form} onSubmit={start}>
      <h2>{say("setup.title")}</h2>
      <p class="lead">
        {say("setup.read", { words: desk.film.book.words })} {say("facts.chapters", { n: desk.film.book.chapters })}.
      </p>
      <div class="setup-fields">
        <Field
          label={say("setup.minutes")}
          hint={say("setup.minutes.hint")}
          fault={sound ? null : say("setup.minutes.fault", { most: MOST_MINUTES })}
        >
          {(marks) => (
            <input
              {...marks}
              type="text"
              inputMode="numeric"
              autocomplete="off"
              maxLength={6}
              value={minutes}
              onInput={(event) => setMinutes(event.currentTarget.value.trim())}
            />
          )}
        </Field>
        {offers.value && offers.value.presets.length > 1 && (
          <Choice
            label={say("setup.preset")}
            value={chosen.preset}
            choices={offers.value.presets.map((one) => [one.name, one.name])}
            hint={about.text}
            hintLang={about.lang}
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
      <Estimated found={estimate.found} problem={estimate.problem} again={estimate.again} none={!sound} />
      <Trouble problem={problem} />
      <div class="row">
        <button type="submit" class="main" aria-disabled={busy}>
          {say("setup.start")}
        </button>
        <p class="hint" role="status">
          {hasty && estimate.found === null ? say("setup.hasty") : say("setup.start.hint")}
        </p>
      </div>
    </form>
  );
}

/** What a film takes, asked of `path`: what was told of another is not shown. */
function useEstimate(path: string | null) {
  const [asked, setAsked] = useState(path);
  useEffect(() => {
    const due = setTimeout(() => setAsked(path), TYPED_MS);
    return () => clearTimeout(due);
  }, [path]);
  const loaded = useLoaded<{ of: string; found: Estimate | null; problem: Problem | null }>(
    asked === null ? null : async (signal) => {
      try {
        return { of: asked, found: await get<Estimate>(asked, signal), problem: null };
      } catch (error) {
        if (signal.aborted) throw error;
        return { of: asked, found: null, problem: problemIn(error) };
      }
    },
    [asked],
  );
  const mine = loaded.value !== null && loaded.value.of === path ? loaded.value : { found: null, problem: null };
  return { found: mine.found, problem: mine.problem, again: loaded.again };
}

/** What a preset is, in the page's language; one of somebody's own is told as they tell it. */
function aboutOf(name: string, about: string, say: Say): { text: string; lang: string | undefined } {
  const known = say.known(`preset.about.${name}`);
  if (known !== null) return { text: known, lang: undefined };
  return { text: about, lang: say.language === "en" ? undefined : "en" };
}

function estimatePath(film: string, preset: string, runtime: string | null, size: string): string {
  const query = new URLSearchParams({ preset, ...(runtime ? { runtime } : {}), ...(size ? { size } : {}) });
  return `v1/films/${film}/estimate?${query}`;
}

interface EstimatedProps {
  found: Estimate | null;
  problem: Problem | null;
  again: () => void;
  /** Nothing is asked: there is a mistake above. */
  none: boolean;
}

function Estimated({ found, problem, again, none }: EstimatedProps) {
  const say = useWords();
  return (
    <section class="estimate" aria-label={say("estimate.title")} aria-live="polite">
      {problem ? (
        <Trouble problem={problem} again={again} />
      ) : found === null ? (
        <p>{none ? say("estimate.none") : say("estimate.thinking")}</p>
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
