import type { EncodedWindow, Skeleton } from '#src/mail/skeleton';
import { slotWidths, type Slot, type SlotValues } from '#src/mail/slots';

/**
 * One reader's body, ready for the wire.
 *
 * @param lane a buffer that an earlier call returned for this same skeleton and whose message has been answered: only its
 *   slots are written, which spares a copy.
 * @throws RangeError naming the slot when a value is absent, has another width, or could disturb the lines around it
 */
export function fillSkeleton(skeleton: Skeleton, values: SlotValues, lane?: Buffer): Buffer {
  if (lane && lane.length !== skeleton.wire.length) throw new RangeError('the lane was filled from another skeleton');
  const body = lane ?? Buffer.from(skeleton.wire);
  const checked = new Map<Slot, string>();
  for (const { slot, at } of skeleton.plain) body.write(valueOf(slot, values, checked), at, 'latin1');
  for (const window of skeleton.windows) fillWindow(body, window, values, checked);
  return body;
}

function fillWindow(body: Buffer, window: EncodedWindow, values: SlotValues, checked: Map<Slot, string>) {
  for (const { slot, at } of window.slots) window.raw.write(valueOf(slot, values, checked), at, 'latin1');
  const encoded = window.raw.toString('base64');
  let from = 0;
  for (const { at, length } of window.lines) {
    body.write(encoded.slice(from, from + length), at, 'latin1');
    from += length;
  }
}

/** Letters, digits and `_-.`, with single blanks inside: nothing that needs encoding, begins a line with a dot or leaves a blank at an end. */
const harmless = /^[A-Za-z0-9_-](?:[A-Za-z0-9_.-]| (?=[A-Za-z0-9_-]))*$/;

function valueOf(slot: Slot, values: SlotValues, checked: Map<Slot, string>): string {
  const known = checked.get(slot);
  if (known !== undefined) return known;
  const value = values[slot];
  if (value === undefined) throw new RangeError(`slot ${slot} has no value`);
  if (value.length !== slotWidths[slot])
    throw new RangeError(`slot ${slot} is ${slotWidths[slot]} characters wide, its value ${value.length}`);
  if (!harmless.test(value)) throw new RangeError(`slot ${slot} has a value with characters other than A-Z a-z 0-9 _ - . and inner blanks`);
  checked.set(slot, value);
  return value;
}
