// A file that was sent: its thumbnail where there is one, its name, and how large it is. The session's cookie opens it.
import type { FileInfo } from "../../net/wire.ts";
import { t } from "../../words/words.ts";
import { Icon } from "./Icon.tsx";

export function FileLink({ file }: { file: FileInfo }) {
  const { thumbnail } = file;
  return (
    <a class="file" href={pathOf(file.url)} download={file.name}>
      {thumbnail ? (
        <img
          src={pathOf(thumbnail.url)}
          alt=""
          width={thumbnail.width / 2}
          height={thumbnail.height / 2}
          loading="lazy"
        />
      ) : (
        <Icon name="file" />
      )}
      <span dir="auto">{file.name}</span>
      <span class="tiny num">{t("file.size", { kb: Math.max(1, Math.round(file.size_bytes / 1000)) })}</span>
    </a>
  );
}

/** On the origin of this page, whose cookie it needs. */
const pathOf = (url: string): string => new URL(url, location.href).pathname;
