// Whose turn it is: claims the next task that nobody works on, and gives back what is skipped.
import { ask, done, Problem } from '../client';
import { ClaimTaskDocument, DecideTaskDocument, type PartyMatchDecision, ReviewWaitingDocument, UndoDecisionDocument } from '../gen/operations';

/** Why a task cannot be had: somebody else has it or decided it. */
const TAKEN = ['MATCH_TASK_LEASED', 'MATCH_TASK_DECIDED', 'MATCH_TASK_NOT_FOUND'];

const LAST = 'party.review.last';

/** What this tab skipped since it last saw the list: it is not offered again. */
const skipped = new Set<string>();

/** What this tab decided last, so that it can be taken back. */
export interface Last {
  id: string;
  decision: PartyMatchDecision;
}

/** Claims a task; tells until when it is ours. */
export async function claim(taskId: string): Promise<string> {
  const { task } = done((await ask(ClaimTaskDocument, { input: { taskId } })).claimMatchTask);
  return task?.leasedUntil ?? '';
}

/** Claims the heaviest task that nobody works on and that was not skipped; null when there is none. */
export async function claimNext(): Promise<string | null> {
  for (const id of await waiting()) {
    try {
      await claim(id);
      return id;
    } catch (error) {
      if (!(error instanceof Problem && TAKEN.includes(error.code))) throw error;
    }
  }
  return null;
}

async function waiting(): Promise<string[]> {
  const now = new Date().toISOString();
  const [open, leased] = await Promise.all([ask(ReviewWaitingDocument, { status: 'OPEN' }), ask(ReviewWaitingDocument, { status: 'LEASED' })]);
  const left = (leased.matchTasks?.nodes ?? []).filter(({ leasedUntil }) => (leasedUntil ?? '') < now);
  const tasks = [...(open.matchTasks?.nodes ?? []), ...left].filter(({ id }) => !skipped.has(id));
  return tasks.sort((one, other) => other.priority - one.priority).map(({ id }) => id);
}

/** Gives a task back to the others, and does not offer it here again. */
export async function skip(taskId: string): Promise<void> {
  skipped.add(taskId);
  // The shortest lease there is: it ends at once.
  done((await ask(ClaimTaskDocument, { input: { taskId, leaseSeconds: 1 } })).claimMatchTask);
}

/** Offers what was skipped again. */
export function forgetSkipped(): void {
  skipped.clear();
}

/** Decides a task that we have. */
export async function decide(taskId: string, decision: PartyMatchDecision, reason: string | null, survivorId: string | null): Promise<void> {
  done((await ask(DecideTaskDocument, { input: { taskId, decision, reason, survivorId } })).decideMatchTask);
  sessionStorage.setItem(LAST, JSON.stringify({ id: taskId, decision } satisfies Last));
}

/** Takes a decision back with all that followed from it. */
export async function undo(taskId: string): Promise<void> {
  done((await ask(UndoDecisionDocument, { input: { taskId } })).undoMatchDecision);
  if (last()?.id === taskId) sessionStorage.removeItem(LAST);
}

/** What was decided last, if it was not taken back. */
export function last(): Last | null {
  return JSON.parse(sessionStorage.getItem(LAST) ?? 'null') as Last | null;
}
