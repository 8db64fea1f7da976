/** Gmail's Feedback-ID `digest:list:route:sender`: complaints are counted by each of the four, so none may hold a colon of its own. */
export function feedbackId(parts: readonly [digest: string, list: string, route: string, sender: string]): string {
  return parts
    .map((part) => part.replace(/[^!-9;-~]/g, '-'))
    .join(':')
    .slice(0, 127);
}
