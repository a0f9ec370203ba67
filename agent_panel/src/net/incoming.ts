// Where the contract leaves open how a department is named (by id, or as {id, name}), the panel settles on the id here,
// at its edge, so that nothing behind it has to ask.
import type { Alarm, Hello, Named, QueueSnapshot } from "./wire.ts";

type Loose<T> = Omit<T, "department"> & { department?: string | Named | null };

function idOf(department: string | Named | null | undefined): string | undefined {
  return typeof department === "string" ? department : department?.id;
}

export function incomingQueue(queue: Loose<QueueSnapshot>): QueueSnapshot {
  return { ...queue, department: idOf(queue.department) ?? "" };
}

export function incomingHello(hello: Omit<Hello, "queue"> & { queue: Loose<QueueSnapshot>[] }): Hello {
  return { ...hello, chats: [...hello.chats, ...(hello.to_resolve ?? [])], queue: hello.queue.map(incomingQueue) };
}

export function incomingAlarm(alarm: Loose<Alarm>): Alarm {
  const { department, ...rest } = alarm;
  const id = idOf(department);
  return id === undefined ? rest : { ...rest, department: id };
}
