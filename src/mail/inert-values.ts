import { joinedSlots } from '#src/mail/joined-slots';
import { splitAtSlots } from '#src/mail/split-at-slots';
import { slotWidths, type Slot } from '#src/mail/slots';

export type InertValues = Readonly<Record<Slot, string>>;

/** Values for somebody who only looks: tokens of the right width that nobody signed, and a day of joining. */
export function inertValues(joinedAt: Date): InertValues {
  const tokens = Object.fromEntries(Object.entries(slotWidths).map(([slot, width]) => [slot, 'preview'.padEnd(width, '-')]));
  return { ...(tokens as InertValues), ...joinedSlots(joinedAt) };
}

/** A rendered part with the values in its slots. */
export function fillPart(part: string, values: InertValues): string {
  return splitAtSlots(part)
    .map((piece) => ('slot' in piece ? values[piece.slot] : piece.text))
    .join('');
}
