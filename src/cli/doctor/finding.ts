/** `warn`: it works, and may surprise. `bad`: it does not work. */
export interface Finding {
  part: string;
  level: 'ok' | 'warn' | 'bad';
  detail: string;
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message || error.name : String(error));
