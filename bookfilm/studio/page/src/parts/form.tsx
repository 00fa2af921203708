import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface FieldProps {
  label: string;
  hint?: string | undefined;
  children: (id: string, hint: string | undefined) => ComponentChildren;
}

/** A label, what it labels, and a hint that is read with it. */
export function Field({ label, hint, children }: FieldProps) {
  const id = useId();
  const hintId = hint ? `${id}-hint` : undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id, hintId)}
      {hint && (
        <p class="hint" id={hintId}>
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
  required?: boolean;
  lang?: string;
  most?: number;
}

export function TextField({ label, value, onValue, hint, required, lang, most }: TextProps) {
  return (
    <Field label={label} hint={hint}>
      {(id, hintId) => (
        <input
          id={id}
          type="text"
          value={value}
          required={required}
          lang={lang}
          maxLength={most ?? 120}
          aria-describedby={hintId}
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
}

export function Choice({ label, value, choices, onValue, hint }: ChoiceProps) {
  return (
    <Field label={label} hint={hint}>
      {(id, hintId) => (
        <select id={id} value={value} aria-describedby={hintId} onChange={(event) => onValue(event.currentTarget.value)}>
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
