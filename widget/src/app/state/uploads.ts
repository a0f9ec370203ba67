/** Files on their way to the server. Pure; net/uploads.ts does the sending, and keeps the files themselves. */
import type { FileRules } from "../../wire.ts";

export interface Upload {
  client_id: string;
  chat_id: string;
  name: string;
  /** 0 to 1. */
  share: number;
  /** Why it is not sent: a rule it breaks, the server's sentence, or "" where there was no answer. */
  error?: Broken | { said: string };
}

export type Broken = "file_large" | "file_kind" | "file_empty";

/** Add an upload, or what has become of it. */
export const put = (uploads: Upload[], upload: Upload): Upload[] =>
  uploads.some(({ client_id }) => client_id === upload.client_id)
    ? uploads.map((known) => (known.client_id === upload.client_id ? upload : known))
    : [...uploads, upload];

/** What is said before a byte is sent; what the content is, only the server knows. */
export function broken(file: { name: string; size: number }, rules: FileRules): Broken | undefined {
  const extension = /\.([a-z0-9]{1,10})$/i.exec(file.name)?.[1]?.toLowerCase();
  if (extension && !rules.types.includes(extension)) return "file_kind";
  if (file.size > rules.max_bytes) return "file_large";
  return file.size ? undefined : "file_empty";
}
