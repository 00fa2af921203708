/** Sends a book by tus 1.0.0 (https://tus.io/protocols/resumable-upload): after a broken line it goes on where it was. */

import { ask, Problem } from "./client";

/** A piece is to be on its way for about so long: then a slow line shows that it goes on, and a quick one is not slowed. */
const A_PIECE_MS = 1500;
const [LEAST_BYTES, MOST_BYTES] = [64 * 1024, 4 * 1024 * 1024];
const TRIES = 5;

/** A book on its way, or there: `place` is where. Sent again, it goes on from what has come. */
export interface Sent {
  file: File;
  place: string | null;
}

/** Send the book of `sent` and return the upload's id. `told` hears which share of it (0 to 1) has come. */
export async function upload(sent: Sent, told: (share: number) => void): Promise<string> {
  const { file } = sent;
  // One that has expired, or of which a film was made, is begun anew.
  let offset = sent.place === null ? null : await come(sent.place).catch(begunAnew);
  if (sent.place === null || offset === null) {
    sent.place = await begin(file);
    offset = 0;
  }
  let failed = 0;
  let bytes = LEAST_BYTES * 4;
  told(offset / file.size);
  while (offset < file.size) {
    try {
      const begun = performance.now();
      offset = await piece(sent.place, file, offset, bytes);
      const tookMs = Math.max(1, performance.now() - begun);
      bytes = Math.round(Math.min(MOST_BYTES, bytes * 2, Math.max(LEAST_BYTES, (bytes * A_PIECE_MS) / tookMs)));
      failed = 0;
      told(offset / file.size);
    } catch (error) {
      const passing = error instanceof Problem && (error.status === 0 || error.status === 409 || error.status >= 500);
      failed += 1;
      if (!passing || failed >= TRIES) throw error;
      bytes = LEAST_BYTES;
      await new Promise((wake) => setTimeout(wake, 500 * 2 ** failed));
      offset = await come(sent.place).catch(() => offset!);
    }
  }
  return sent.place.split("/").pop()!;
}

function begunAnew(error: unknown): null {
  if (error instanceof Problem && [404, 409, 410].includes(error.status)) return null;
  throw error;
}

async function begin(file: File): Promise<string> {
  const name = btoa(String.fromCharCode(...new TextEncoder().encode(file.name)));
  const begun = await ask("v1/uploads", {
    method: "POST",
    headers: { "Tus-Resumable": "1.0.0", "Upload-Length": String(file.size), "Upload-Metadata": `filename ${name}` },
  });
  return begun.headers.get("Location")!.replace(/^.*\/v1\//, "v1/");
}

async function piece(place: string, file: File, offset: number, bytes: number): Promise<number> {
  const answer = await ask(place, {
    method: "PATCH",
    headers: {
      "Tus-Resumable": "1.0.0",
      "Upload-Offset": String(offset),
      "Content-Type": "application/offset+octet-stream",
    },
    body: file.slice(offset, offset + bytes),
  });
  return Number(answer.headers.get("Upload-Offset"));
}

async function come(place: string): Promise<number> {
  const answer = await ask(place, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0" } });
  return Number(answer.headers.get("Upload-Offset"));
}
