import type { Cadence } from '#src/db/tables';
import type { FieldFault } from '#src/http/pages/page-variables';
import { addressFault } from '#src/http/pages/sign-up-form';
import { type Language, languageFor } from '#src/locales';
import type { NewsletterOfReader } from '#src/subscribers/newsletter-choices';
import type { Reader } from '#src/subscribers/reader';
import { CadenceName, inOrder, SubscriberEmail } from '#src/subscribers/subscriber';
import { instantOf } from '#src/zone-time';

export interface PreferencesForm {
  version: string;
  choices: Map<string, Cadence[]>;
  pausedUntil: Date | null;
  language: Language;
  newAddress: SubscriberEmail | null;
  typed: { pausedUntil: string; newEmail: string };
  faults: FieldFault[];
}

interface Around {
  newsletters: readonly NewsletterOfReader[];
  reader: Reader;
  mayMove: boolean;
  now: Date;
}

const yearMs = 366 * 24 * 3_600_000;

export function readPreferences(fields: Record<string, unknown>, { newsletters, reader, mayMove, now }: Around): PreferencesForm {
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name].slice(0, 400) : '');
  const choices = new Map(newsletters.map(({ id, slug }) => [id, cadencesOf(fields[slug])]));
  const faults: FieldFault[] = [];
  if ([...choices.values()].every((chosen) => chosen.length === 0))
    faults.push({ field: `newsletter-${newsletters[0]?.slug ?? ''}`, code: 'nothingChosen' });
  const typed = { pausedUntil: text('pausedUntil'), newEmail: text('newEmail') };
  const pausedUntil = typed.pausedUntil === '' ? null : dayOf(typed.pausedUntil, reader.newsletter.zone);
  const isFar = pausedUntil !== null && (pausedUntil <= now || pausedUntil.getTime() > now.getTime() + yearMs);
  if ((typed.pausedUntil !== '' && pausedUntil === null) || isFar) faults.push({ field: 'pausedUntil', code: 'pauseDate' });
  const parsed = SubscriberEmail.safeParse(typed.newEmail);
  const newAddress = typed.newEmail.trim() === '' || !parsed.success ? null : parsed.data;
  if (typed.newEmail.trim() !== '' && !parsed.success) faults.push({ field: 'newEmail', code: addressFault(typed.newEmail) });
  if (typed.newEmail.trim() !== '' && !mayMove) faults.push({ field: 'newEmail', code: 'linkTooOld' });
  else if (newAddress === reader.address) faults.push({ field: 'newEmail', code: 'emailUnchanged' });
  return {
    version: text('version'),
    choices,
    pausedUntil,
    language: languageFor(text('language') || reader.language),
    newAddress,
    typed,
    faults,
  };
}

function cadencesOf(value: unknown): Cadence[] {
  return inOrder([value].flat().flatMap((name) => CadenceName.safeParse(name).data ?? []));
}

/** The first moment of a day by the newsletter's clock. */
function dayOf(text: string, zone: string): Date | null {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? (instantOf(`${text}T00:00`, zone)?.at ?? null) : null;
}
