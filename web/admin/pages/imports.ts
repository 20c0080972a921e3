// Imports of old tables: each run with its progress, how its rows ended and why, and all of them as a file.
import { html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { ask, messageOf } from '../client';
import { count, moment, words } from '../format';
import { ImportRowsDocument, type ImportRowsQuery, ImportsDocument, type ImportsQuery, type PartyImportOutcome } from '../gen/operations';
import { Page } from '../page';
import { line, save } from '../parts/csv';
import { type Ending, outcomeBar } from '../parts/outcome-bar';
import { may } from '../session';

type Run = NonNullable<ImportsQuery['partyImports']>[number];
type Counts = Run['counts'];

/** How often a running import is looked at. */
const LOOK_MILLISECONDS = 2000;

const ENDINGS: [PartyImportOutcome, Ending['kind'], string][] = [
  ['CREATED', 'good', 'created'],
  ['MATCHED', 'quiet', 'matched'],
  ['REVIEW', 'doubtful', 'to be looked at'],
  ['REJECTED', 'bad', 'rejected'],
];

@customElement('party-imports')
export class PartyImports extends Page {
  @state() private runs: Run[] | null = null;
  @state() private failure = '';
  @state() private exported: number | null = null;
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

  private async load(): Promise<void> {
    clearTimeout(this.timer);
    try {
      this.runs = (await ask(ImportsDocument, {})).partyImports ?? [];
      this.failure = '';
      if (this.isConnected && this.runs.some(({ status }) => status === 'RUNNING')) this.timer = window.setTimeout(() => void this.load(), LOOK_MILLISECONDS);
    } catch (error) {
      this.failure = messageOf(error);
    }
  }

  /** All rows of a run as a file, page after page; those that ended in one way if one is given. */
  private async export(importId: string, outcome: PartyImportOutcome | null): Promise<void> {
    this.exported = 0;
    try {
      const lines = [line(['system', 'table', 'key', 'outcome', 'reason', 'note', 'party_id'])];
      let after: string | null = null;
      do {
        const page: ImportRowsQuery['partyImportRows'] = (await ask(ImportRowsDocument, { importId, outcome, after, pii: may('party:pii') })).partyImportRows;
        for (const row of page?.nodes ?? []) lines.push(line([row.system, row.table, row.key, row.outcome, row.reason ?? '', row.note ?? '', row.party?.id ?? '']));
        this.exported = lines.length - 1;
        after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after);
      save(lines, `import-${importId}${outcome ? `-${outcome.toLowerCase()}` : ''}.csv`);
    } catch (error) {
      this.failure = `The export broke off: ${messageOf(error)}`;
    }
    this.exported = null;
  }

  override render(): unknown {
    return html`<div class="stack"><h1>Imports</h1>
      ${this.failure ? html`<wa-callout variant="danger" role="alert">${this.failure}</wa-callout>` : nothing}
      ${this.exported === null ? nothing : html`<p role="status">${count(this.exported)} exported …</p>`}
      ${this.runs ? (this.runs.length === 0 ? this.nothingYet() : this.runs.map((run) => this.run(run))) : this.failure ? nothing : html`<p class="quiet" role="status">Loading …</p>`}
    </div>`;
  }

  private nothingYet(): unknown {
    return html`<p><strong>Nothing was imported yet.</strong> Whoever runs the server takes old tables over with <code>party import</code>; what became of every row is shown here.</p>`;
  }

  private run(run: Run): unknown {
    const states = { RUNNING: 'Running', DONE: 'Done', ROLLED_BACK: 'Taken back' };
    const sum = (outcome: PartyImportOutcome) => run.counts.filter((one) => one.outcome === outcome).reduce((total, one) => total + one.count, 0);
    const button = (text: string, outcome: PartyImportOutcome | null) => html`<wa-button size="small" appearance="outlined" ?disabled=${this.exported !== null} @click=${() => void this.export(run.id, outcome)}><wa-icon slot="start" name="download"></wa-icon>${text}</wa-button>`;
    return html`<section class="card" aria-label="Import of ${moment(run.startedAt)}">
      <div class="bar"><h2>Import of ${moment(run.startedAt)}</h2><span class="chip ${run.status === 'ROLLED_BACK' ? 'ended' : ''}">${states[run.status]}</span><span class="grow"></span>
        ${button('All rows', null)}${sum('REJECTED') > 0 ? button('Rejected', 'REJECTED') : nothing}${sum('REVIEW') > 0 ? button('To be looked at', 'REVIEW') : nothing}</div>
      ${outcomeBar(ENDINGS.map(([outcome, kind, label]) => ({ kind, label, count: sum(outcome) })))}
      <p class="quiet" role=${run.status === 'RUNNING' ? 'status' : nothing}>${run.finishedAt ? `Ended ${moment(run.finishedAt)}.` : 'It goes on, or was cut short: the command takes it up again.'}</p>
      ${tables(run.counts)}${reasons(run.counts)}
    </section>`;
  }
}

/** What became of the rows of each table. */
function tables(counts: Counts): unknown {
  const names = [...new Set(counts.map(({ system, table }) => `${system} / ${table}`))];
  const cell = (name: string, outcome: PartyImportOutcome) => counts.filter((one) => `${one.system} / ${one.table}` === name && one.outcome === outcome).reduce((sum, one) => sum + one.count, 0);
  return html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Table</th>${ENDINGS.map(([outcome]) => html`<th scope="col" class="number">${words(outcome)}</th>`)}</tr></thead>
    <tbody>${names.map((name) => html`<tr><td>${name}</td>${ENDINGS.map(([outcome]) => html`<td class="number">${count(cell(name, outcome))}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** Why rows ended as they did, the commonest first. */
function reasons(counts: Counts): unknown {
  const told = counts.filter(({ reason }) => reason).sort((one, other) => other.count - one.count);
  if (told.length === 0) return nothing;
  return html`<h2 class="next">Reasons</h2><div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Reason</th><th scope="col">Ended</th><th scope="col">Table</th><th scope="col" class="number">Rows</th></tr></thead>
    <tbody>${told.map((one) => html`<tr><td>${words(one.reason ?? '')}</td><td>${words(one.outcome)}</td><td>${one.table}</td><td class="number">${count(one.count)}</td></tr>`)}</tbody></table></div>`;
}
