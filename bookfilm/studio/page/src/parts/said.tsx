import type { Wording } from "../api/types";
import { piecesOf } from "../sayings";
import { useWords } from "../words";

/** What the service tells, in the page's language; what nobody has words for is English, and says so to who reads aloud. */
export function Said({ told }: { told: Wording }) {
  const say = useWords();
  return (
    <>
      {piecesOf(told, say.language).map((piece, at) =>
        piece.foreign ? (
          <span key={at} lang="en">
            {piece.text}
          </span>
        ) : (
          piece.text
        ),
      )}
    </>
  );
}

/** The same, thing by thing. */
export function AllSaid({ told }: { told: Wording[] }) {
  return (
    <>
      {told.map((one, at) => (
        <span key={at}>
          {at > 0 && "; "}
          <Said told={one} />
        </span>
      ))}
    </>
  );
}
