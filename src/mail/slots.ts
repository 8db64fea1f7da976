/**
 * The personal parts of an otherwise finished message. A template is rendered once, with a marker in each slot; a reader's
 * values replace the markers. Marker and value have the same width in ASCII bytes, so sizes, line breaks and MIME encoding
 * are known before the first reader. The day a reader joined is `joined` in English words and `since` in figures.
 */
export const slotWidths = {
  unsubscribe: 52,
  preferences: 52,
  confirm: 52,
  notMe: 52,
  welcome: 52,
  signIn: 52,
  data: 52,
  change: 52,
  joined: 11,
  since: 10,
} as const;

export type Slot = keyof typeof slotWidths;
export type SlotValues = Partial<Record<Slot, string>>;

/** What a template prints where a reader's own value will stand: `slot.joined` or `slot.unsubscribe.......`, exactly as wide as the value. */
export function slotMarker(slot: Slot): string {
  return `slot.${slot}`.padEnd(slotWidths[slot], '.');
}
