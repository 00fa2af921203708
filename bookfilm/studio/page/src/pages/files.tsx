import { get } from "../api/client";
import type { FileTold } from "../api/types";
import { useDesk } from "../parts/desk";
import { useLoaded } from "../parts/loading";
import { Trouble } from "../parts/trouble";
import { size, useWords, type Key } from "../words";

const GROUPS: [Key, RegExp][] = [
  ["files.film", /^film[^/]*\.mp4$/],
  ["files.subtitles", /\.(srt|vtt)$/],
  ["files.script", /^(screenplay\.(fountain|fdx|json)|report.*\.html|translation.*)$/],
  ["files.sound", /\.(m4a|flac)$/],
  ["files.records", /./],
];

/** What can be taken away: the film, its subtitles, the script, the sound, the records. */
export function FilesTab() {
  const say = useWords();
  const { film, addressOf } = useDesk();
  const files = useLoaded(
    (signal) => get<FileTold[]>(`v1/films/${film.id}/files`, signal),
    [film.id, film.job, film.state],
  );
  if (files.problem) return <Trouble problem={files.problem} again={files.again} />;
  if (files.value === null) return <p class="lead">{say("loading")}</p>;
  const left = [...files.value];
  return (
    <div class="files">
      {GROUPS.map(([title, pattern]) => {
        const mine = left.filter((file) => pattern.test(file.name));
        for (const file of mine) left.splice(left.indexOf(file), 1);
        if (mine.length === 0) return null;
        return (
          <section key={title}>
            <h2>{say(title)}</h2>
            <ul>
              {mine.map((file) => (
                <li key={file.name}>
                  <a href={addressOf(file.name)} download>
                    <span>{file.name}</span>
                    <small>{say.named("file", kindOf(file.name))}</small>
                  </a>
                  <span class="bytes">{size(file.bytes, say.language)}</span>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

/** Which kind of file a name is: dubs and other languages bear theirs in it. */
function kindOf(name: string): string {
  return name.replace(/^stems[^/]*\/.*$/, "stems").replace(/[-.](en|ru)(?=\.)/g, "");
}
