// Desktop notifications: only after the agent asked for them, and only while the panel is not in front.

export function notificationsPossible(): boolean {
  return typeof Notification !== "undefined" && Notification.permission !== "denied";
}

/** Asks the browser; called from the agent's own click, never by the page on its own. */
export async function askForNotifications(): Promise<boolean> {
  if (typeof Notification === "undefined") return false;
  return (await Notification.requestPermission()) === "granted";
}

export function notify(title: string, body: string, tag: string, onClick: () => void): void {
  if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
  const notification = new Notification(title, { body: body.slice(0, 160), tag });
  notification.onclick = () => {
    window.focus();
    onClick();
    notification.close();
  };
}
