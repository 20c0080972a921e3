// How the widget asks the graph: through the host's `request`, with one kind of error.
import type { TypedDocumentString } from './gen/operations';

/** Sends a body to the graph and gives the answer. */
export type Request = (body: { query: string; variables: unknown }) => Promise<Response>;

/** What was wrong, with a sentence for people and a code for programs. */
export class GraphError extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

/** Asks the graph. Throws unless everything was answered that the caller may see. */
export async function ask<Result, Variables>(request: Request, document: TypedDocumentString<Result, Variables>, variables: Variables): Promise<Result> {
  const response = await request({ query: String(document), variables });
  const answer = (await response.json().catch(() => ({}))) as { data?: (Result & object) | null; errors?: { message: string; extensions?: { code?: string } }[] };
  // A value that the caller may not see is null and has an error, while its neighbours still answer.
  const isAnswered = answer.data ? Object.values(answer.data).every((field) => field !== null) : false;
  const error = answer.errors?.find(({ extensions }) => !isAnswered || extensions?.code !== 'FORBIDDEN');
  if (error) throw new GraphError(error.message, error.extensions?.code ?? 'UNKNOWN');
  if (!answer.data) throw new GraphError(`The server answered ${response.status} without data.`, 'UNKNOWN');
  return answer.data;
}

/** Throws what stood in the way of a change. */
export function check(payload: { userErrors: { code: string; message: string }[] } | null): void {
  const error = payload ? payload.userErrors[0] : { code: 'UNKNOWN', message: 'The server did not answer with a result.' };
  if (error) throw new GraphError(error.message, error.code);
}
