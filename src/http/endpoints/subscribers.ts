import type { Endpoint } from '#src/http/endpoint';

export const subscribersEndpoints: readonly Endpoint[] = [];
