// The job that links records by itself: a dry run first, its progress and outcome, and the way back.
import '@awesome.me/webawesome/dist/components/input/input.js';
import { html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { ask, done, messageOf } from '../client';
import { count, moment } from '../format';
import { JobsDocument, type JobsQuery, StartJobDocument, UndoJobDocument } from '../gen/operations';
import { Page } from '../page';
import { outcomeBar } from '../parts/outcome-bar';
import { link } from '../router';

type Job = NonNullable<JobsQuery['matchJobs']>[number];

/** How often a running job is looked at. */
const LOOK_MILLISECONDS = 1000;

@customElement('party-jobs')
export class PartyJobs extends Page {
  @state() private jobs: Job[] | null = null;
  @state() private failure = '';
  @state() private notice = '';
  @state() private isBusy = false;
  private timer = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  protected override online(): void {
    void this.load();
  }

  /** Reads the jobs, and again after a moment while one is running. */
  private async load(): Promise<void> {
    clearTimeout(this.timer);
    try {
      this.jobs = (await ask(JobsDocument, {})).matchJobs ?? [];
      this.failure = '';
      if (this.isConnected && this.jobs.some(({ status }) => status === 'RUNNING')) this.timer = window.setTimeout(() => void this.load(), LOOK_MILLISECONDS);
    } catch (error) {
      this.failure = messageOf(error);
    }
  }

  private async work(work: () => Promise<string>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      this.notice = await work();
      await this.load();
    } catch (error) {
      [this.failure, this.notice] = [messageOf(error), ''];
    }
    this.isBusy = false;
  }

  private start(dryRun: boolean): void {
    void this.work(async () => {
      done((await ask(StartJobDocument, { input: { dryRun } })).startAutoLink);
      return '';
    });
  }

  private undo(jobId: string): void {
    void this.work(async () => {
      const { endedLinks } = done((await ask(UndoJobDocument, { input: { jobId } })).undoAutoLink);
      return `${count(endedLinks)} ${endedLinks === 1 ? 'link was' : 'links were'} taken back.`;
    });
  }

  override render(): unknown {
    const isRunning = this.jobs?.some(({ status }) => status === 'RUNNING') ?? false;
    const wasTried = this.jobs?.some(({ dryRun, status }) => dryRun && status === 'DONE') ?? false;
    return html`<div class="stack">
      <div class="bar"><h1>Linking by itself</h1><span class="grow"></span>
        <wa-button appearance="outlined" ?disabled=${isRunning || this.isBusy} @click=${() => this.start(true)}>Dry run</wa-button>
        <wa-button variant="brand" ?disabled=${isRunning || this.isBusy || !wasTried} @click=${() => this.start(false)}>Link what is clear</wa-button></div>
      <p class="quiet">Looks at every record that has no party: what is clear is linked, what is doubtful is asked in the <a href=${link('/review')}>review queue</a>. The first job must be a dry run, which only counts.</p>
      ${this.failure ? html`<wa-callout variant="danger" role="alert">${this.failure}</wa-callout>` : nothing}
      ${this.notice ? html`<wa-callout variant="success" role="status">${this.notice}</wa-callout>` : nothing}
      ${this.jobs ? (this.jobs.length === 0 ? html`<p><strong>No job ran yet.</strong></p>` : this.jobs.map((job) => this.job(job))) : this.failure ? nothing : html`<p class="quiet" role="status">Loading …</p>`}
    </div>`;
  }

  private job(job: Job): unknown {
    const would = job.dryRun ? 'would be ' : '';
    const states = { RUNNING: 'Running', DONE: 'Done', UNDONE: 'Taken back' };
    return html`<section class="card" aria-label="${job.dryRun ? 'Dry run' : 'Job'} of ${moment(job.startedAt)}">
      <div class="bar"><h2>${job.dryRun ? 'Dry run' : 'Job'} of ${moment(job.startedAt)}</h2><span class="chip ${job.status === 'UNDONE' ? 'ended' : ''}">${states[job.status]}</span><span class="grow"></span>
        ${job.status === 'DONE' && !job.dryRun && job.autoLink > 0 ? html`<wa-button size="small" appearance="outlined" variant="danger" ?disabled=${this.isBusy} @click=${() => this.undo(job.id)}>Take its links back</wa-button>` : nothing}</div>
      ${outcomeBar([
        { kind: 'good', label: `${would}linked`, count: job.autoLink },
        { kind: 'doubtful', label: `${would}asked`, count: job.review },
        { kind: 'quiet', label: 'like no party', count: job.noMatch },
      ])}
      <p class="quiet" role=${job.status === 'RUNNING' ? 'status' : nothing}>${count(job.lookedAt)} ${job.lookedAt === 1 ? 'record' : 'records'} looked at, started by ${job.startedBy}${job.endedAt ? `, ended ${moment(job.endedAt)}` : ''}${job.undoneAt ? `, taken back ${moment(job.undoneAt)} by ${job.undoneBy}` : ''}.</p>
    </section>`;
  }
}
