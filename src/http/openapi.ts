import { z } from 'zod';
import { scopes } from '#src/accounts/scopes';
import type { Config } from '#src/config';
import type { Endpoint } from '#src/http/endpoint';
import { problemTitles } from '#src/http/problem';

type Json = Record<string, unknown>;

/** The table as OpenAPI 3.1: schemas are JSON Schema 2020-12, made from the same zod schemas that validate. */
export function openApiOf(config: Pick<Config, 'publicUrl'>, endpoints: readonly Endpoint[]): Json {
  const paths: Record<string, Json> = {};
  for (const endpoint of endpoints) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [endpoint.method]: operationOf(endpoint) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Israel Briefing',
      version: '1',
      summary: 'Articles, digests and subscribers of a newsletter that a publisher runs itself.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: config.publicUrl }],
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'ib_live_…',
          description: `A key with the scope that the operation names: ${scopes.join(' ')}.`,
        },
      },
      schemas: { Problem: problemSchema },
      responses: {
        Problem: {
          description: 'Why not (RFC 9457)',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  };
}

/** `putArticlesIdWithdrawal`: unique, and the same in every version as long as the address is. */
export function operationId({ method, path }: Endpoint): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '' && word !== 'v1');
  return `${method}${words.map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`).join('')}`;
}

function operationOf(endpoint: Endpoint): Json {
  return {
    operationId: operationId(endpoint),
    summary: endpoint.summary,
    description: `Scope: \`${endpoint.scope}\`.`,
    security: [{ key: [endpoint.scope] }],
    tags: [endpoint.path.split('/').find((part) => part !== '' && part !== 'v1') ?? 'other'],
    parameters: [
      ...parametersOf('path', endpoint.params),
      ...parametersOf('query', endpoint.query),
      ...(endpoint.method === 'get' ? [] : [ifMatch]),
      ...(endpoint.method === 'put' || endpoint.method === 'post' ? [idempotencyKey] : []),
    ],
    ...bodyOf(endpoint),
    responses: {
      ...answersOf(endpoint),
      '4XX': { $ref: '#/components/responses/Problem' },
      '5XX': { $ref: '#/components/responses/Problem' },
    },
  };
}

const ifMatch = {
  name: 'If-Match',
  in: 'header',
  required: false,
  schema: { type: 'string' },
  description: 'The ETag that you have seen; another one now: 412.',
};
const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  description: 'The same key and request within 24 hours get the first answer again.',
};

function parametersOf(place: 'path' | 'query', schema: z.ZodType | undefined): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

function bodyOf({ body, upload }: Endpoint): Json {
  if (upload) return { requestBody: { required: true, content: Object.fromEntries(upload.types.map((type) => [type, {}])) } };
  if (!body) return {};
  const schema = schemaOf(body, 'input');
  return { requestBody: { required: 'required' in schema, content: { 'application/json': { schema } } } };
}

function answersOf(endpoint: Endpoint): Json {
  const answers = Object.entries(endpoint.answers).map(([status, answer]) => {
    if (answer === null) return [status, { description: 'Done' }];
    const content =
      'safeParse' in answer
        ? { 'application/json': { schema: schemaOf(answer, 'output') } }
        : Object.fromEntries(answer.map((type) => [type, {}]));
    return [status, { description: status === '202' ? 'Taken on' : 'Done', content }];
  });
  return Object.fromEntries(answers) as Json;
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'instance', 'errors'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', enum: problemTitles.map(([code]) => code) },
    instance: { type: 'string', format: 'uri' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string', description: 'RFC 6901' }, detail: { type: 'string' } },
      },
    },
  },
};
