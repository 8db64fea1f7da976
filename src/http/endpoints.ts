import type { Endpoint } from '#src/http/endpoint';
import { accountsEndpoints } from '#src/http/endpoints/accounts';
import { articlesEndpoints } from '#src/http/endpoints/articles';
import { digestsEndpoints } from '#src/http/endpoints/digests';
import { hooksEndpoints } from '#src/http/endpoints/hooks';
import { newslettersEndpoints } from '#src/http/endpoints/newsletters';
import { subscribersEndpoints } from '#src/http/endpoints/subscribers';

/** The whole API. */
export const endpoints: readonly Endpoint[] = [
  ...articlesEndpoints,
  ...newslettersEndpoints,
  ...digestsEndpoints,
  ...subscribersEndpoints,
  ...accountsEndpoints,
  ...hooksEndpoints,
];
