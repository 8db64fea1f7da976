import type { Endpoint } from '#src/http/endpoint';
import { exportsEndpoints } from '#src/http/endpoints/exports';
import { importsEndpoints } from '#src/http/endpoints/imports';
import { peopleEndpoints } from '#src/http/endpoints/people';
import { suppressionsEndpoints } from '#src/http/endpoints/suppressions';

export const subscribersEndpoints: readonly Endpoint[] = [
  ...peopleEndpoints,
  ...suppressionsEndpoints,
  ...importsEndpoints,
  ...exportsEndpoints,
];
