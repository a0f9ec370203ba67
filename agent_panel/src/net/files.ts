// Uploads, with their progress: fetch cannot tell how far it is.
import type { Ack, FileInfo } from "./wire.ts";

export type Target = { chat_id: string } | { ticket: string };

/** `cancel` ends it without an answer. */
export interface OnItsWay {
  answer: Promise<Ack<{ file: FileInfo }>>;
  cancel: () => void;
}

export function upload(file: File, target: Target, moved: (share: number) => void): OnItsWay {
  const request = new XMLHttpRequest();
  const form = new FormData();
  form.append("file", file, file.name);
  const answer = new Promise<Ack<{ file: FileInfo }>>((resolve) => {
    const failed = (message: string) => resolve({ ok: false, error: { code: "unavailable", message } });
    request.open("POST", `/api/v1/files?${new URLSearchParams(target)}`);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => moved(total ? loaded / total : 0);
    request.onerror = () => failed("The server cannot be reached. Check the connection.");
    request.onload = () => {
      if (request.status < 300) resolve({ ok: true, file: request.response.file });
      else if (request.response?.error) resolve({ ok: false, error: request.response.error });
      else failed(`The server answered ${request.status}.`);
    };
    request.send(form);
  });
  return { answer, cancel: () => request.abort() };
}
