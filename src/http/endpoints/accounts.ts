import type { Endpoint } from '#src/http/endpoint';

export const accountsEndpoints: readonly Endpoint[] = [];
