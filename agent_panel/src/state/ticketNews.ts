// What the server pushes of tickets: that one is new or another than it was. Pages that show it read it again.
import { signal } from "@preact/signals";

/** The ticket of the newest push; a new object with each. */
export const ticketNews = signal<{ number: string } | null>(null);
