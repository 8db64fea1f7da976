import type { Endpoint } from '#src/http/endpoint';

export const digestsEndpoints: readonly Endpoint[] = [];
