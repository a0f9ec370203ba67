/**
 * Files: up with their progress, down with the token that opens them.
 *
 * The token goes in a header: in an address it would stand in histories and logs. So what is downloaded is fetched first.
 */
import type { FileInfo, WireError } from "../../wire.ts";
import { broken, type Upload } from "../state/uploads.ts";
import type { Ties } from "./ties.ts";

const UNANSWERED: WireError = { code: "unavailable", message: "" };

export function handling({ state, dispatch, token }: Ties, newId: () => string) {
  const files = new Map<string, File>();
  const requests = new Map<string, XMLHttpRequest>();
  const tell = (upload: Upload) => dispatch({ type: "upload", upload });

  function drop(client_id: string): void {
    requests.get(client_id)?.abort();
    requests.delete(client_id);
    files.delete(client_id);
    dispatch({ type: "dropped", client_id });
  }

  function send(upload: Upload): void {
    const { client_id, chat_id } = upload;
    const file = files.get(client_id);
    if (!file) return;
    const form = new FormData();
    form.append("file", file, file.name);
    const request = new XMLHttpRequest();
    requests.set(client_id, request);
    request.open("POST", `/api/v1/files?chat_id=${encodeURIComponent(chat_id)}`);
    request.setRequestHeader("Authorization", `Bearer ${token()}`);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => tell({ ...upload, share: total ? loaded / total : 0 });
    request.onload = () => {
      if (request.status < 300) arrived(upload, request.response.file);
      else tell({ ...upload, error: { said: (request.response?.error ?? UNANSWERED).message } });
    };
    request.onerror = () => tell({ ...upload, error: { said: "" } });
    tell({ ...upload, share: 0 });
    request.send(form);
  }

  function arrived({ client_id, chat_id }: Upload, file: FileInfo): void {
    drop(client_id);
    const entry = { client_id, at: new Date().toISOString(), event: "message:send" as const, file };
    dispatch({ type: "put", entry: { ...entry, send: { chat_id, client_id, file_id: file.id } } });
  }

  return {
    attach(chosen: Iterable<File>): void {
      const { chat, settings } = state();
      if (!chat || !settings.files) return;
      for (const file of chosen) {
        const upload = { client_id: newId(), chat_id: chat.id, name: file.name, share: 0 };
        const error = broken(file, settings.files);
        files.set(upload.client_id, file);
        if (error) tell({ ...upload, error });
        else send(upload);
      }
    },
    reattach: ({ error, ...upload }: Upload): void => send(upload),
    detach: drop,
    /** The content as an address of this page alone; whoever asked gives it back (URL.revokeObjectURL). */
    async fetched(url: string): Promise<string> {
      const answer = await fetch(new URL(url).pathname, { headers: { Authorization: `Bearer ${token()}` } });
      if (!answer.ok) throw new Error(`${answer.status}`);
      return URL.createObjectURL(await answer.blob());
    },
  };
}
