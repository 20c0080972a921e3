// One task of the review queue: the two side by side, the evidence, and the decision by button or key.
import '@awesome.me/webawesome/dist/components/input/input.js';
import { html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { ask, messageOf, Problem } from '../client';
import { lastTwelveMonths, moment, words } from '../format';
import { type PartyMatchDecision, ReviewTaskDocument, type ReviewTaskQuery } from '../gen/operations';
import { Page } from '../page';
import { waterfall, weighed } from '../parts/waterfall';
import { go, link } from '../router';
import { may } from '../session';
import { hidden } from './directory-table';
import { compare } from './review-compare';
import { claim, claimNext, decide, last, skip, undo } from './review-queue';
import './review.css';

type Task = NonNullable<ReviewTaskQuery['matchTask']>;

/** The decisions with their keys and what follows from them. */
const DECISIONS: { key: string; decision: PartyMatchDecision; label: string; isOfRecords: boolean }[] = [
  { key: 's', decision: 'SAME', label: 'Same', isOfRecords: false },
  { key: 'd', decision: 'DIFFERENT', label: 'Different', isOfRecords: false },
  { key: 'u', decision: 'UNSURE', label: 'Unsure', isOfRecords: false },
  { key: 'n', decision: 'NEW_PARTY', label: 'New party', isOfRecords: true },
];

@customElement('party-review-task')
export class PartyReviewTask extends Page {
  @property() taskId = '';
  @state() private task: Task | null = null;
  @state() private survivorId: string | null = null;
  /** Until when the task is ours; empty when it is not. */
  @state() private until = '';
  @state() private failure = '';
  @state() private isBusy = false;

  private readonly key = (event: KeyboardEvent) => {
    const isTyping = event.composedPath().some((target) => target instanceof HTMLInputElement || target instanceof HTMLSelectElement);
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const pressed = event.key.toLowerCase();
    const decision = this.decisions().find(({ key }) => key === pressed)?.decision;
    if (decision) void this.decide(decision);
    else if (pressed === 'k') void this.skip();
    else if (pressed === 'z') void this.undo(last()?.id);
    else return;
    event.preventDefault();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('keydown', this.key);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.key);
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('taskId')) void this.load();
  }

  protected override online(): void {
    void this.load();
  }

  private async load(): Promise<void> {
    const id = this.taskId;
    this.until = '';
    try {
      const { matchTask: task } = await ask(ReviewTaskDocument, { id, pii: may('party:pii'), money: may('revenue:read'), period: lastTwelveMonths() });
      if (id !== this.taskId) return;
      [this.task, this.survivorId, this.failure] = [task, null, task ? '' : 'There is no such task.'];
      if (!task || task.status === 'DECIDED') return;
      const until = await claim(id);
      if (id === this.taskId) this.until = until;
    } catch (error) {
      this.failure = messageOf(error);
    }
  }

  /** Does something that may fail, one at a time: a key that is pressed twice decides once. */
  private async work(work: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      await work();
      this.failure = '';
    } catch (error) {
      this.failure = messageOf(error);
      if (error instanceof Problem && error.code !== 'OFFLINE') this.until = '';
    }
    this.isBusy = false;
  }

  private decisions(): typeof DECISIONS {
    return this.until ? DECISIONS.filter(({ isOfRecords }) => !isOfRecords || this.task?.sourceRecord) : [];
  }

  private async decide(decision: PartyMatchDecision): Promise<void> {
    const reason = this.querySelector<HTMLInputElement>('wa-input[name=reason]')?.value || null;
    await this.work(async () => {
      await decide(this.taskId, decision, reason, decision === 'SAME' ? this.survivorId : null);
      await this.next();
    });
  }

  private async skip(): Promise<void> {
    await this.work(async () => {
      if (this.until) await skip(this.taskId);
      await this.next();
    });
  }

  private async next(): Promise<void> {
    const id = await claimNext();
    go(link(id ? `/review/${id}` : '/review'));
  }

  private async undo(id: string | undefined): Promise<void> {
    if (!id) return;
    await this.work(async () => {
      await undo(id);
      if (id === this.taskId) await this.load();
      else go(link(`/review/${id}`));
    });
  }

  override render(): unknown {
    const { task } = this;
    const decided = last();
    return html`<div class="stack" aria-busy=${this.isBusy}>
      <div class="bar"><h1>${task?.sourceRecord ? 'Does the record belong to the party?' : 'Are they one party?'}</h1><span class="grow"></span>
        ${decided ? html`<wa-button size="small" appearance="outlined" @click=${() => void this.undo(decided.id)}>Undo “${words(decided.decision)}” <kbd>Z</kbd></wa-button>` : nothing}
        <a href=${link('/review')}>All tasks</a></div>
      ${this.failure ? html`<wa-callout variant="danger" role="alert">${this.failure}</wa-callout>` : nothing}
      ${task ? this.body(task) : this.failure ? nothing : html`<p class="quiet" role="status">Loading …</p>`}
    </div>`;
  }

  private body(task: Task): unknown {
    const evidence = weighed(task.evidence);
    return html`${task.status === 'DECIDED' ? this.decided(task) : this.choices(task)}
      <div class="review"><section class="card"><h2>Side by side</h2>${compare(task)}</section>
      <section class="card"><h2>Evidence</h2>${may('party:pii') ? (evidence ? waterfall(evidence) : html`<p class="quiet">None was kept.</p>`) : hidden('party:pii')}
        <p class="quiet">Asked by ${task.openedBy} on ${moment(task.openedAt)}.</p></section></div>`;
  }

  private choices(task: Task): unknown {
    if (!this.until) {
      if (!this.failure) return html`<p class="quiet" role="status">Claiming …</p>`;
      return html`<div class="bar choices"><wa-button appearance="outlined" @click=${() => void this.load()}>Try to claim it</wa-button>
        <wa-button variant="brand" ?disabled=${this.isBusy} @click=${() => void this.skip()}>Next task <kbd>K</kbd></wa-button></div>`;
    }
    return html`<div class="card stack choices">
      <div class="bar">${this.decisions().map(
        ({ key, decision, label }) => html`<wa-button variant=${decision === 'SAME' ? 'brand' : 'neutral'} appearance=${decision === 'SAME' ? 'accent' : 'outlined'} ?disabled=${this.isBusy} @click=${() => void this.decide(decision)}>${label} <kbd>${key.toUpperCase()}</kbd></wa-button>`,
      )}<wa-button appearance="plain" ?disabled=${this.isBusy} @click=${() => void this.skip()}>Skip <kbd>K</kbd></wa-button>
        <span class="grow"></span><span class="quiet">Yours until ${moment(this.until)}</span></div>
      <div class="bar">${task.party && task.candidate ? this.survivor(task.party, task.candidate) : nothing}
        <wa-input class="grow" name="reason" label="Reason" hint="Kept with the decision; may be left out." autocomplete="off"></wa-input></div>
    </div>`;
  }

  private survivor(...parties: { id: string; displayName: string }[]): unknown {
    const chosen = this.survivorId ?? parties[1]?.id;
    return html`<fieldset><legend>If they are the same, goes on</legend>${parties.map(
      ({ id, displayName }, i) => html`<label><input type="radio" name="survivor" .checked=${id === chosen} @change=${() => (this.survivorId = id)} /><span class="one-line"><bdi>${displayName}</bdi> <span class="quiet">${i === 0 ? 'new' : 'was there before'}</span></span></label>`,
    )}</fieldset>`;
  }

  private decided(task: Task): unknown {
    return html`<div class="card bar choices"><span><span class="chip">${words(task.decision ?? '')}</span> decided by ${task.decidedBy} on ${moment(task.decidedAt ?? '')}${task.reason ? `: ${task.reason}` : ''}</span>
      <span class="grow"></span><wa-button appearance="outlined" variant="danger" ?disabled=${this.isBusy} @click=${() => void this.undo(task.id)}>Take it back</wa-button>
      <wa-button variant="brand" ?disabled=${this.isBusy} @click=${() => void this.skip()}>Next task <kbd>K</kbd></wa-button></div>`;
  }
}
