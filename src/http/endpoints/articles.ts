import type { Endpoint } from '#src/http/endpoint';

export const articlesEndpoints: readonly Endpoint[] = [];
