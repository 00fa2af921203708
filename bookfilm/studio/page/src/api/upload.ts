/** Sends a book by tus 1.0.0 (https://tus.io/protocols/resumable-upload): after a broken line it goes on where it was. */

import { ask, Problem } from "./client";

const PIECE_BYTES = 4 * 1024 * 1024;
const TRIES = 5;

/** Send `file` and return the upload's id. `told` hears which share of it (0 to 1) has come. */
export async function upload(file: File, told: (share: number) => void): Promise<string> {
  const name = btoa(String.fromCharCode(...new TextEncoder().encode(file.name)));
  const begun = await ask("v1/uploads", {
    method: "POST",
    headers: { "Tus-Resumable": "1.0.0", "Upload-Length": String(file.size), "Upload-Metadata": `filename ${name}` },
  });
  const place = begun.headers.get("Location")!.replace(/^.*\/v1\//, "v1/");
  let offset = 0;
  let failed = 0;
  while (offset < file.size) {
    try {
      offset = await piece(place, file, offset);
      failed = 0;
      told(offset / file.size);
    } catch (error) {
      const passing = error instanceof Problem && (error.status === 0 || error.status === 409 || error.status >= 500);
      failed += 1;
      if (!passing || failed >= TRIES) throw error;
      await new Promise((wake) => setTimeout(wake, 500 * 2 ** failed));
      offset = await come(place).catch(() => offset);
    }
  }
  return place.split("/").pop()!;
}

async function piece(place: string, file: File, offset: number): Promise<number> {
  const answer = await ask(place, {
    method: "PATCH",
    headers: {
      "Tus-Resumable": "1.0.0",
      "Upload-Offset": String(offset),
      "Content-Type": "application/offset+octet-stream",
    },
    body: file.slice(offset, offset + PIECE_BYTES),
  });
  return Number(answer.headers.get("Upload-Offset"));
}

async function come(place: string): Promise<number> {
  const answer = await ask(place, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0" } });
  return Number(answer.headers.get("Upload-Offset"));
}
