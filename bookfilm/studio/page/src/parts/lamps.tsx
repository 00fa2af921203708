import { clock, useWords } from "../words";

interface LampsProps {
  /** The stages of the job, first to last. */
  stages: string[];
  /** How many seconds each stage took that is done. */
  took: Record<string, number>;
  /** Whether somebody is at work now. */
  atWork: boolean;
  shots: { done: number; all: number } | null;
}

/** The stages of a film as a row of street lamps, which are lit one after another. */
export function Lamps({ stages, took, atWork, shots }: LampsProps) {
  const say = useWords();
  // What is before the last that has ended, or before a picture that has begun, is over: there was nothing to do in it.
  const ended = Math.max(...stages.map((stage, at) => (stage in took ? at : -1)));
  const at = Math.max(ended + 1, shots ? stages.indexOf("picture") : 0);
  return (
    <ol class="lamps">
      {stages.map((stage, number) => {
        const state = stage in took || number < at ? "lit" : number === at && atWork ? "now" : "dark";
        return (
          <li key={stage} class={`lamp ${state}`} aria-current={state === "now" ? "step" : undefined}>
            <svg viewBox="0 0 40 96" aria-hidden="true">
              <circle class="halo" cx="20" cy="24" r="20" />
              <path class="post" d="M11 17l9-11 9 11zM14 35h12v4H14zM18.500 39h3v50h-3zM12 89h16v4H12z" />
              <path class="flame" d="M13 17h14l-3 18h-8z" />
            </svg>
            <span class="lamp-name">{say.named("stage", stage)}</span>
            <span class="lamp-note">
              {state === "lit" && (stage in took ? say("stage.took", { time: clock(took[stage]!) }) : say("stage.kept"))}
              {state === "now" && (stage === "picture" && shots ? say("stage.of", shots) : say("stage.now"))}
              {state === "dark" && say("stage.waits")}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
