import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { DigestEmail } from '#src/mail/digest-email';
import type { RenderedEmail } from '#src/mail/render-email';

/**
 * The rows, for Kysely. The migrations are the source; nothing compares the two but the statements that the tests run. `bigint` columns arrive as strings and stay strings.
 * Times are `Date`, written as `Date` or ISO 8601 text.
 */
type Id = ColumnType<string, string, string>;
type NewId = GeneratedAlways<string>;
type Time = ColumnType<Date, Date | string, Date | string>;
type MaybeTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
type DefaultTime = ColumnType<Date, Date | string | undefined, Date | string>;
type Maybe<T> = ColumnType<T | null, T | null | undefined, T | null>;
/** jsonb: read as the value, written as JSON text, since pg would write an array as a Postgres array. */
type Json<T> = ColumnType<T, string, string>;

export type Cadence = 'breaking' | 'daily' | 'weekly';
export type DigestState = 'draft' | 'scheduled' | 'frozen' | 'holding' | 'sending' | 'paused' | 'finished' | 'cancelled' | 'skipped';
export type OutcomeState = 'waiting' | 'deferred' | 'accepted' | 'rejected' | 'unknown' | 'skipped';
export type OutcomeReason = 'mailbox' | 'policy' | 'expired' | 'render' | 'relay' | 'suppressed' | 'unsubscribed' | 'paused' | 'erased';
export type MessageKind =
  | 'confirmation'
  | 'already-subscribed'
  | 'welcome'
  | 'goodbye'
  | 'sign-in'
  | 'data-request'
  | 'change-address'
  | 'address-changed'
  | 'reminder'
  | 'test'
  | 'latest'
  | 'resend';
export type MessageState = 'asked' | 'waiting' | 'sending' | 'deferred' | 'accepted' | 'rejected' | 'unknown' | 'skipped';
export type SubscriberState = 'pending' | 'active' | 'left' | 'suppressed' | 'erased';
export type SubscriptionState = 'pending' | 'active' | 'left';
export type ArticleKind = 'editorial' | 'sponsored' | 'appeal';
export type ArticleImage = { url: string; alt: string; width: number; height: number };
export type ConsentKind = 'asked' | 'confirmed' | 'imported' | 'changed' | 'left' | 'returned' | 'erased';
export type SuppressionReason = 'bounce' | 'complaint' | 'not-me' | 'erased' | 'operator';

export type ImportState = 'running' | 'finished' | 'failed';
export type RejectKind = 'invalid' | 'duplicate' | 'suppressed' | 'unsubscribed';

type Refusals = { settled: number; bounces: number; policy: number; relay?: number; complaints?: number; unknownAt?: string | null };

export interface Database {
  newsletter: {
    id: NewId;
    slug: string;
    name: string;
    description: Generated<string>;
    language: string;
    zone: Generated<string>;
    from_name: string;
    website_url: Maybe<string>;
    contact_address: Maybe<string>;
    israel_profile: Generated<boolean>;
    is_open: Generated<boolean>;
    version: Generated<number>;
    created_at: DefaultTime;
    updated_at: DefaultTime;
  };
  schedule: {
    newsletter_id: Id;
    cadence: Cadence;
    is_enabled: Generated<boolean>;
    local_time: string;
    weekdays: Generated<number[]>;
    max_articles: Generated<number>;
    version: Generated<number>;
    updated_at: DefaultTime;
  };
  article: {
    id: string;
    headline: string;
    alternative_headline: Maybe<string>;
    description: Generated<string>;
    url: Maybe<string>;
    date_published: Time;
    date_modified: MaybeTime;
    in_language: Generated<string>;
    article_section: Maybe<string>;
    keywords: Generated<string[]>;
    author: Generated<string[]>;
    image: ColumnType<ArticleImage | null, string | null | undefined, string | null>;
    article_body: Generated<string[]>;
    kind: Generated<ArticleKind>;
    embargoed_until: MaybeTime;
    withdrawn_at: MaybeTime;
    notes: Generated<string[]>;
    version: Generated<number>;
    stored_at: DefaultTime;
    updated_at: DefaultTime;
    search: GeneratedAlways<string>;
  };
  subscriber: {
    id: NewId;
    address: string | null;
    state: Generated<SubscriberState>;
    language: Generated<string>;
    zone: Maybe<string>;
    version: Generated<number>;
    created_at: DefaultTime;
    updated_at: DefaultTime;
  };
  subscription: {
    id: NewId;
    subscriber_id: Id;
    newsletter_id: Id;
    state: Generated<SubscriptionState>;
    cadences: Generated<Cadence[]>;
    language: string;
    paused_until: MaybeTime;
    source: Maybe<string>;
    asked_at: DefaultTime;
    confirmed_at: MaybeTime;
    left_at: MaybeTime;
    left_reason: Maybe<string>;
    reminded_at: MaybeTime;
    version: Generated<number>;
  };
  signup_request: {
    id: NewId;
    address: string;
    newsletter_id: Id;
    cadences: Cadence[];
    language: string;
    source: Maybe<string>;
    wording: string;
    page: string;
    ip: Maybe<string>;
    has_cookie: Generated<boolean>;
    asked_at: DefaultTime;
    answered_at: MaybeTime;
  };
  request_count: { bucket: string; count: number; resets_at: Time };
  sign_up_source: { newsletter_id: Id; source: string; day: Time; asked: Generated<number>; confirmed: Generated<number> };
  confirmation_sent: { address_hash: Buffer; sent_at: DefaultTime; was_anonymous: boolean };
  consent: {
    id: NewId;
    subscriber_id: Id;
    newsletter_id: Id;
    kind: ConsentKind;
    payload_hash: Buffer;
    ip_hash: Maybe<Buffer>;
    previous_hash: Buffer;
    hash: Buffer;
    at: Time;
  };
  consent_payload: {
    consent_id: Id;
    salt: Maybe<Buffer>;
    payload: ColumnType<Record<string, unknown> | null, string | null, string | null>;
    ip: Maybe<string>;
    ip_salt: Maybe<Buffer>;
  };
  suppression: {
    id: NewId;
    address_hash: Buffer;
    address: Maybe<string>;
    reason: SuppressionReason;
    detail: Maybe<string>;
    created_at: DefaultTime;
  };
  import: {
    id: NewId;
    newsletter_id: Id;
    consent_source: string;
    is_dry_run: boolean;
    state: Generated<ImportState>;
    ignored_columns: Generated<string[]>;
    total: Generated<number>;
    added: Generated<number>;
    unchanged: Generated<number>;
    invalid: Generated<number>;
    duplicate: Generated<number>;
    suppressed: Generated<number>;
    unsubscribed: Generated<number>;
    started_at: Time;
    updated_at: Time;
    finished_at: MaybeTime;
  };
  import_reject: { import_id: Id; row_number: number; column_name: string; kind: RejectKind; reason: string };
  digest: {
    id: Generated<string>;
    newsletter_id: Id;
    cadence: Generated<Cadence>;
    occasion: Maybe<string>;
    slug: Maybe<string>;
    state: Generated<DigestState>;
    state_reason: Maybe<string>;
    subject: Generated<string>;
    preheader: Generated<string>;
    note: Maybe<string>;
    version: Generated<number>;
    approved_hash: Maybe<string>;
    expected_recipients: Maybe<number>;
    send_at: MaybeTime;
    send_zone: Maybe<string>;
    hold_seconds: Generated<number>;
    hold_until: MaybeTime;
    send_by: MaybeTime;
    content_version: Generated<number>;
    frozen_count: Maybe<number>;
    frozen_at: MaybeTime;
    finished_at: MaybeTime;
    withdrawn_at: MaybeTime;
    canary: Generated<boolean>;
    forgiven: ColumnType<Refusals | null, string | null | undefined, string | null>;
    corrects_digest_id: Maybe<string>;
    corrects_version: Maybe<number>;
    created_at: DefaultTime;
    updated_at: DefaultTime;
  };
  digest_article: {
    digest_id: Id;
    position: number;
    article_id: string;
    slot: Generated<'top' | 'brief' | 'more'>;
    headline: Maybe<string>;
    description: Maybe<string>;
    why_it_matters: Maybe<string>;
  };
  content: {
    digest_id: Id;
    version: number;
    variant: number;
    language: string;
    hash: string;
    email: Json<DigestEmail>;
    rendered: Json<RenderedEmail>;
    skeleton: Buffer;
    created_at: DefaultTime;
  };
  delivery: { digest_id: Id; subscriber_id: Id; lot: number };
  slice: {
    digest_id: Id;
    n: number;
    lot: number;
    lo: Id;
    hi: Id;
    size: number;
    lane: number;
    relay: Maybe<string>;
    relays: Generated<(string | null)[]>;
    owner: Maybe<string>;
    fence: Generated<string>;
    serial: Generated<string>;
    lease_until: MaybeTime;
    content_version: Generated<number>;
    not_before: DefaultTime;
    pass: Generated<number>;
    closed: Generated<boolean>;
    deferred: Generated<number>;
    accepted: Generated<number>;
    rejected: Generated<number>;
    unknown: Generated<number>;
    skipped: Generated<number>;
    updated_at: DefaultTime;
  };
  outcome: {
    digest_id: Id;
    subscriber_id: Id;
    pass: number;
    content_version: number;
    slice: number;
    state: OutcomeState;
    reason: Maybe<OutcomeReason>;
    at: Time;
    retry_at: MaybeTime;
    relay: Maybe<string>;
    reply: Maybe<string>;
  };
  bounce: { digest_id: Id; subscriber_id: Id; code: string; suppressed: boolean; at: DefaultTime };
  complaint: { digest_id: Id; subscriber_id: Id; kind: 'abuse' | 'opt-out'; relay: string; at: DefaultTime };
  pace: { relay: string; domain: string; next_at: Time; begun: Generated<string[]>; given: Generated<string[]> };
  message: {
    id: NewId;
    kind: MessageKind;
    state: Generated<MessageState>;
    reason: Maybe<string>;
    signup_request_id: Maybe<string>;
    subscriber_id: Maybe<string>;
    subscription_id: Maybe<string>;
    newsletter_id: Maybe<string>;
    digest_id: Maybe<string>;
    editor_id: Maybe<string>;
    address: Maybe<string>;
    language: Generated<string>;
    message_id: Maybe<string>;
    pass: Generated<number>;
    owner: Maybe<string>;
    fence: Generated<string>;
    serial: Generated<string>;
    lease_until: MaybeTime;
    not_before: DefaultTime;
    send_by: DefaultTime;
    relay: Maybe<string>;
    reply: Maybe<string>;
    created_at: DefaultTime;
    updated_at: DefaultTime;
  };
  epoch: { only_row: Generated<boolean>; number: Generated<number>; database: Generated<string>; raised_at: DefaultTime };
  editor: {
    id: NewId;
    address: string;
    role: Generated<'writer' | 'editor' | 'admin'>;
    language: Generated<string>;
    created_at: DefaultTime;
  };
  sign_in: { id: NewId; editor_id: Id; created_at: DefaultTime; used_at: MaybeTime };
  session: { token_hash: Buffer; editor_id: Id; created_at: DefaultTime; expires_at: Time };
  api_key: {
    id: NewId;
    name: string;
    token_hash: Buffer;
    token_start: string;
    scopes: string[];
    created_at: DefaultTime;
    last_used_at: MaybeTime;
    revoked_at: MaybeTime;
  };
  idempotency: {
    caller: string;
    key: string;
    request_hash: Buffer;
    status: Maybe<number>;
    headers: ColumnType<Record<string, string> | null, string | null | undefined, string | null>;
    body: ColumnType<unknown, string | null | undefined, string | null>;
    created_at: DefaultTime;
  };
  audit: {
    id: NewId;
    at: DefaultTime;
    actor: string;
    action: string;
    subject: string;
    detail: ColumnType<unknown, string | undefined, string>;
  };
}
