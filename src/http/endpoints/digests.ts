import type { Endpoint } from '#src/http/endpoint';
import { digestDrafting } from '#src/http/endpoints/digest-drafting';
import { digestSending } from '#src/http/endpoints/digest-sending';
import { digestWatching } from '#src/http/endpoints/digest-watching';

export const digestsEndpoints: readonly Endpoint[] = [...digestDrafting, ...digestSending, ...digestWatching];
