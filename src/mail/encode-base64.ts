import type { EncodedPart, EncodedWindow, PlacedSlot } from '#src/mail/skeleton';
import { slotMarker, slotWidths } from '#src/mail/slots';
import { splitAtSlots } from '#src/mail/split-at-slots';

const lineLength = 76; // RFC 2045 §6.8

/** Base64 in lines of 76, with a window around each slot. Line ends in `text` are CRLF. */
export function encodeBase64(text: string): EncodedPart {
  const bytes = Buffer.from(text);
  const wire = bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n');
  return { encoding: 'base64', wire, plain: [], windows: gather(placeSlots(text)).map((slots) => windowAround(slots, bytes)) };
}

function placeSlots(text: string): PlacedSlot[] {
  const placed: PlacedSlot[] = [];
  let at = 0;
  for (const piece of splitAtSlots(text)) {
    if ('slot' in piece) placed.push({ slot: piece.slot, at });
    at += Buffer.byteLength('slot' in piece ? slotMarker(piece.slot) : piece.text);
  }
  return placed;
}

/** Slots that share a group of three bytes must be encoded together. */
function gather(placed: PlacedSlot[]): PlacedSlot[][] {
  const gathered: PlacedSlot[][] = [];
  for (const slot of placed) {
    const last = gathered.at(-1)?.at(-1);
    if (last && groupEnd(last) > groupStart(slot)) gathered.at(-1)!.push(slot);
    else gathered.push([slot]);
  }
  return gathered;
}

function windowAround(slots: PlacedSlot[], bytes: Buffer): EncodedWindow {
  const start = groupStart(slots[0]!);
  const raw = Buffer.from(bytes.subarray(start, groupEnd(slots.at(-1)!)));
  return {
    raw,
    slots: slots.map(({ slot, at }) => ({ slot, at: at - start })),
    lines: linesOf((start / 3) * 4, Math.ceil(raw.length / 3) * 4),
  };
}

/** Cuts a stretch of `length` base64 characters, the first of which is number `from`, where the wire breaks its lines. */
function linesOf(from: number, length: number): { at: number; length: number }[] {
  const lines: { at: number; length: number }[] = [];
  for (let at = from; at < from + length;) {
    const line = Math.floor(at / lineLength);
    const end = Math.min(from + length, (line + 1) * lineLength);
    lines.push({ at: at + line * 2, length: end - at });
    at = end;
  }
  return lines;
}

function groupStart({ at }: PlacedSlot): number {
  return Math.floor(at / 3) * 3;
}

function groupEnd({ slot, at }: PlacedSlot): number {
  return Math.ceil((at + slotWidths[slot]) / 3) * 3;
}
