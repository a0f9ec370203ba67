/** A file in the conversation: its thumbnail where there is one, its name, and how large it is. */
import { useEffect, useState } from "preact/hooks";
import type { FileInfo } from "../../wire.ts";
import type { Props } from "./parts.tsx";

export function FileLink({ deeds, t, file }: Pick<Props, "deeds" | "t"> & { file: FileInfo }) {
  const [failed, setFailed] = useState(false);
  const thumbnail = useThumbnail(file.thumbnail?.url, deeds.fetched);
  const save = async (event: Event) => {
    event.preventDefault();
    try {
      const url = await deeds.fetched(file.url);
      Object.assign(document.createElement("a"), { href: url, download: file.name }).click();
      // The browser has it by then, however slow.
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
      setFailed(false);
    } catch {
      setFailed(true);
    }
  };
  return (
    <>
      <a class="file" href={file.url} download={file.name} onClick={save}>
        {file.thumbnail && (
          <img src={thumbnail} alt="" width={file.thumbnail.width / 2} height={file.thumbnail.height / 2} />
        )}
        <span dir="auto">{file.name}</span> <span class="size">{sizeOf(file.size_bytes)}</span>
      </a>
      {failed && <p role="alert">{t("unreachable")}</p>}
    </>
  );
}

/** "24 kB", "1.5 MB", as the reader's language writes numbers. */
const sizeOf = (size_bytes: number): string => {
  const [value, unit] =
    size_bytes < 1e6 ? [Math.max(0.1, size_bytes / 1e3), "kilobyte"] : [size_bytes / 1e6, "megabyte"];
  const options = { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 } as const;
  return new Intl.NumberFormat(document.documentElement.lang, options).format(value);
};

function useThumbnail(url: string | undefined, fetched: (url: string) => Promise<string>): string | undefined {
  const [shown, setShown] = useState<string>();
  useEffect(() => {
    let gone = false;
    let made: string | undefined;
    const show = (address: string) => {
      made = address;
      if (gone) URL.revokeObjectURL(address);
      else setShown(address);
    };
    // Without a thumbnail the name is enough.
    if (url) fetched(url).then(show, () => {});
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [url]);
  return shown;
}
