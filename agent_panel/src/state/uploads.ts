// Files on their way to the server, for a chat's message or a ticket's answer. Pure; net/files.ts sends.
import type { FileInfo, FileRules } from "../net/wire.ts";

export interface Upload {
  id: string;
  name: string;
  /** 0 to 1. */
  share: number;
  /** Why it did not get there; null: it is on its way, or there. */
  error: string | null;
  /** Whether the same file may be tried again. */
  again: boolean;
  /** Once it is there and waits for the answer that takes it along. */
  file: FileInfo | null;
}

export const fresh = (id: string, name: string): Upload => ({
  id,
  name,
  share: 0,
  error: null,
  again: false,
  file: null,
});

/** Add an upload, or what has become of it. */
export function put(uploads: readonly Upload[], upload: Upload): Upload[] {
  const known = uploads.some(({ id }) => id === upload.id);
  return known ? uploads.map((one) => (one.id === upload.id ? upload : one)) : [...uploads, upload];
}

export const without = (uploads: readonly Upload[], id: string): Upload[] => uploads.filter((one) => one.id !== id);

/** The rule that a file breaks, told before a byte of it is sent. */
export function broken(file: { name: string; size: number }, rules: FileRules): "large" | "kind" | "empty" | null {
  const extension = /\.([a-z0-9]{1,10})$/i.exec(file.name)?.[1]?.toLowerCase();
  if (extension && !rules.types.includes(extension)) return "kind";
  if (file.size > rules.max_bytes) return "large";
  return file.size > 0 ? null : "empty";
}
