/** ESM under jest: production runs ESM, so the tests do too. `#src/…` is read from the TypeScript sources. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, sourceMaps: 'inline' }] },
  moduleNameMapper: {
    '^#src/(.*)$': '<rootDir>/src/$1.ts',
    '^#workers/(.*)$': '<rootDir>/workers/$1.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.data', '<rootDir>/.cache'],
  coverageProvider: 'v8',
  testTimeout: 60_000,
};
