import { z } from 'zod';
import type { Cadence } from '#src/db/tables';
import { type Language, languageFor } from '#src/locales';
import { LanguageName } from '#src/http/endpoints/subscriber-shapes';
import type { Proof } from '#src/http/pages/proof-of-work';
import { addressSlip } from '#src/subscribers/address-slip';
import { isDisposable } from '#src/subscribers/disposable-address';
import { Cadences, Source, SubscriberEmail } from '#src/subscribers/subscriber';

const text = z.string().max(1_000).default('').catch(''); // a field that is absent is the rule, and a fault costs ten times a default
const several = z.union([z.string(), z.array(z.string())]).optional();

/** What the form sends, ours or a publisher's: whatever else a host page adds is ignored, and a field that makes no sense counts as empty. */
export const SignUpForm = z.object({
  email: text,
  newsletter: text,
  cadence: several.catch(undefined),
  language: text,
  src: text,
  stamp: text,
  website: text,
  suggested: text,
  asTyped: text,
  challenge: text,
  proof: text,
  patience: text,
});
export type SignUpForm = z.infer<typeof SignUpForm>;

/** The same fields as JSON: here an unknown one is a fault, and so is a word that we do not know. */
export const SignUpJson = z.strictObject({
  email: z.string(),
  newsletter: z.string().optional(),
  cadence: z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat())
    .pipe(Cadences)
    .optional(),
  language: LanguageName.optional(),
  src: z.string().optional(),
  stamp: z.string().optional(),
  website: z.string().optional(),
  challenge: z.string().optional(),
  proof: z.string().optional(),
});

export const defaultNewsletter = 'israel-briefing';
/** Counted up whenever the words of consent on the page change; kept with each consent. */
export const consentWording = '2026-11-2';

export interface Wish {
  /** As it was typed, for showing it again. */
  typed: string;
  address: SubscriberEmail | null;
  fault: 'emailMissing' | 'emailTooLong' | 'emailFormat' | null;
  /** The likelier address, when this one looks like a slip and nobody has said that it is meant. */
  suggestion: string | null;
  /** A mailbox that lasts for minutes, and nobody has said that it is meant. */
  isDisposable: boolean;
  newsletter: string;
  cadences: Cadence[];
  language: Language;
  source: string;
  stamp: string;
  filledTrap: boolean;
  proof: Proof;
}

export function readWish(form: SignUpForm, pageLanguage: Language): Wish {
  const typed = (form.suggested || form.email).slice(0, 400);
  const parsed = SubscriberEmail.safeParse(typed);
  const isMeant = form.suggested !== '' || form.asTyped === form.email;
  const cadences = Cadences.safeParse([form.cadence ?? []].flat());
  return {
    typed,
    address: parsed.success ? parsed.data : null,
    fault: parsed.success ? null : addressFault(typed),
    suggestion: parsed.success && !isMeant ? addressSlip(typed.trim()) : null,
    isDisposable: parsed.success && !isMeant && isDisposable(parsed.data),
    newsletter: form.newsletter || defaultNewsletter,
    cadences: cadences.success ? cadences.data : ['daily'],
    language: form.language === '' ? pageLanguage : languageFor(form.language),
    source: Source.safeParse(form.src).data ?? '',
    stamp: form.stamp,
    filledTrap: form.website !== '',
    proof: { challenge: form.challenge, proof: form.proof, patience: form.patience },
  };
}

export function addressFault(typed: string): 'emailMissing' | 'emailTooLong' | 'emailFormat' {
  if (typed.trim() === '') return 'emailMissing';
  return typed.length > 254 ? 'emailTooLong' : 'emailFormat';
}

/** Faster than a person types: such a sign-up is taken all the same, but a network has few of them. */
export function isHasty(stamp: string, now: Date): boolean {
  const shownAt = Number.parseInt(stamp, 36);
  return Number.isFinite(shownAt) && now.getTime() - shownAt < 1_000;
}

export function stampOf(now: Date): string {
  return now.getTime().toString(36);
}
