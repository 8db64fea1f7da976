import type { Endpoint } from '#src/http/endpoint';

export const newslettersEndpoints: readonly Endpoint[] = [];
