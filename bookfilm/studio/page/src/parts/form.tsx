import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** What ties a field to its label, its hint and what is wrong with it. */
export interface Marks {
  id: string;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: boolean;
}

interface FieldProps {
  label: string;
  hint?: string | undefined;
  /** What is wrong with it, and what to do: said here, since a browser would say it in its own language. */
  fault?: string | null | undefined;
  /** In which language the hint is, where that is not the page's. */
  hintLang?: string | undefined;
  children: (marks: Marks) => ComponentChildren;
}

/** A label, what it labels, and a hint that is read with it. */
export function Field({ label, hint, hintLang, fault, children }: FieldProps) {
  const id = useId();
  const described = [fault ? `${id}-fault` : "", hint ? `${id}-hint` : ""].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, "aria-describedby": described || undefined, ...(fault ? { "aria-invalid": true } : {}) })}
      <p class="fault" id={`${id}-fault`} aria-live="polite">
        {fault}
      </p>
      {hint && (
        <p class="hint" id={`${id}-hint`} lang={hintLang}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface TextProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  hint?: string | undefined;
  fault?: string | null | undefined;
  required?: boolean;
}

export function TextField({ label, value, onValue, hint, fault, required }: TextProps) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(marks) => (
        <input
          {...marks}
          type="text"
          value={value}
          aria-required={required}
          maxLength={120}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  choices: [value: string, shown: string][];
  onValue: (value: string) => void;
  hint?: string;
  /** In which language the hint is, where that is not the page's. */
  hintLang?: string | undefined;
}

export function Choice({ label, value, choices, onValue, hint, hintLang }: ChoiceProps) {
  return (
    <Field label={label} hint={hint} hintLang={hintLang}>
      {(marks) => (
        <select {...marks} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
          {choices.map(([one, shown]) => (
            <option key={one} value={one}>
              {shown}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Put whoever sent a form on the first field of it that is to be mended, once that is shown. */
export function toFirstFault(form: HTMLFormElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
}
