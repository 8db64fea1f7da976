import { slotMarker, slotWidths, type Slot } from '#src/mail/slots';

const slots = Object.keys(slotWidths) as Slot[];
const anyMarker = new RegExp(slots.map((slot) => slotMarker(slot).replaceAll('.', '\\.')).join('|'), 'g');
const slotOf = new Map(slots.map((slot) => [slotMarker(slot), slot]));

/** `text` in order, as pieces without a marker and the slots between them. */
export function splitAtSlots(text: string): ({ text: string } | { slot: Slot })[] {
  const pieces: ({ text: string } | { slot: Slot })[] = [];
  let from = 0;
  for (const { 0: marker, index } of text.matchAll(anyMarker)) {
    if (index > from) pieces.push({ text: text.slice(from, index) });
    pieces.push({ slot: slotOf.get(marker)! });
    from = index + marker.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}
