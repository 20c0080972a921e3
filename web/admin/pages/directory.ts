// The Party Directory: one search box, facets, and a table of parties.
import '@awesome.me/webawesome/dist/components/input/input.js';
import { html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { ask, isAborted, messageOf } from '../client';
import { count } from '../format';
import { FacetsDocument, type FacetsQuery } from '../gen/operations';
import { Page } from '../page';
import { save } from '../parts/csv';
import { go, link, path, query, step } from '../router';
import { may } from '../session';
import { csv, page, type Rows } from './directory-data';
import { facets } from './directory-facets';
import { COLUMNS, type Column, type DirectoryState, filterOf, isNarrowed, ORDERS, read, write } from './directory-state';
import { table } from './directory-table';

const PAGE_SIZE = 50;

/** Where there is room for filters beside the table. */
const WIDE = window.matchMedia('(min-width: 801px)');

/** How long the typing rests before it is searched for. */
const PAUSE_MILLISECONDS = 120;

@customElement('party-directory')
export class PartyDirectory extends Page {
  @state() private shown: DirectoryState = read(query());
  @state() private rows: Rows | null = null;
  @state() private facets: FacetsQuery['partyFacets'] = null;
  @state() private failure = '';
  @state() private isLoading = false;
  @state() private exported: number | null = null;
  private loading = new AbortController();
  private exporting: AbortController | null = null;
  private pause = 0;

  private readonly routed = () => {
    if (path() !== '/') return;
    this.shown = read(query());
    void this.load();
  };

  private readonly key = (event: KeyboardEvent) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.composedPath().some((target) => target instanceof HTMLInputElement)) return;
    event.preventDefault();
    this.querySelector('wa-input')?.focus();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('party-route', this.routed);
    document.addEventListener('keydown', this.key);
    this.routed();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('party-route', this.routed);
    document.removeEventListener('keydown', this.key);
    this.loading.abort();
    this.exporting?.abort();
  }

  protected override online(): void {
    void this.load();
  }

  private async load(): Promise<void> {
    this.loading.abort();
    this.loading = new AbortController();
    const { signal } = this.loading;
    this.isLoading = true;
    try {
      const counts = ask(FacetsDocument, { filter: filterOf(this.shown), query: this.shown.query.trim() || null }, signal);
      void counts.then(({ partyFacets }) => (this.facets = partyFacets)).catch(() => undefined);
      this.rows = await page(this.shown, PAGE_SIZE, signal);
      this.failure = '';
      await counts;
    } catch (error) {
      if (isAborted(error)) return;
      this.failure = messageOf(error);
    } finally {
      if (!signal.aborted) this.isLoading = false;
    }
  }

  /** Shows something else, from its first page on. */
  private change(change: Partial<DirectoryState>, replace = false): void {
    go(link('/', write({ ...this.shown, after: null, ...change })), replace);
  }

  private type(event: Event): void {
    const text = (event.target as HTMLInputElement).value;
    clearTimeout(this.pause);
    this.pause = window.setTimeout(() => this.change({ query: text }, true), PAUSE_MILLISECONDS);
  }

  private previous(): void {
    if (step() > 0) history.back();
    else this.change({ after: null });
  }

  /** Writes the whole result into a file, which is offered when it is complete. */
  private async export(): Promise<void> {
    const exporting = (this.exporting = new AbortController());
    this.exported = 0;
    try {
      const parts: BlobPart[] = [];
      for await (const { text, rows } of csv(this.shown, exporting.signal)) {
        parts.push(text);
        this.exported += rows;
      }
      save(parts, 'parties.csv');
    } catch (error) {
      if (!isAborted(error)) this.failure = `The export broke off: ${messageOf(error)}`;
    }
    this.exported = null;
  }

  override render(): unknown {
    return html`
      <div class="bar"><h1>Party Directory</h1><span class="grow"></span>${this.actions()}</div>
      <wa-input class="search" type="search" label="Search" placeholder="Name, e-mail, phone, identifier, record or party id" with-clear .value=${this.shown.query} @input=${this.type} @wa-clear=${() => this.change({ query: '' }, true)}>
        <wa-icon slot="start" name="search"></wa-icon>
      </wa-input>
      ${this.failure ? html`<wa-callout variant="danger" role="alert">${this.failure} <wa-button size="small" appearance="outlined" @click=${() => void this.load()}>Try again</wa-button></wa-callout>` : nothing}
      <div class="columns">
        <details ?open=${WIDE.matches}><summary>Filters</summary>${facets(this.facets, this.shown, (change) => this.change(change))}</details>
        <section aria-label="Parties" aria-busy=${this.isLoading}>
          <p class="quiet" role="status">${this.summary()}</p>
          ${this.result()}
        </section>
      </div>
    `;
  }

  private summary(): string {
    if (!this.rows) return this.failure ? '' : 'Loading …';
    if (!this.facets) return '';
    return `${count(this.facets.total)} ${this.facets.total === 1 ? 'party' : 'parties'}${this.shown.query ? ' found, best first' : ''}`;
  }

  private result(): unknown {
    if (!this.rows) return nothing;
    if (this.rows.nodes.length === 0) return this.nobody();
    const { hasNextPage, endCursor } = this.rows.pageInfo;
    return html`
      <div class="scroll">${table(this.rows.nodes, this.shown.columns)}</div>
      <p class="bar">
        <wa-button size="small" appearance="outlined" ?disabled=${!this.shown.after} @click=${() => this.previous()}><wa-icon slot="start" name="arrow-left"></wa-icon>Previous</wa-button>
        <wa-button size="small" appearance="outlined" ?disabled=${!hasNextPage} @click=${() => this.change({ after: endCursor })}>Next<wa-icon slot="end" name="arrow-right"></wa-icon></wa-button>
      </p>
    `;
  }

  private nobody(): unknown {
    if (isNarrowed(this.shown)) {
      return html`<p><strong>Nobody was found.</strong> Try fewer letters or fewer filters. E-mail addresses and phone numbers are found whole only.</p>
        <wa-button @click=${() => go(link('/'))}>Show everybody</wa-button>`;
    }
    return html`<p><strong>There are no parties yet.</strong> They come from your engines, which call <code>findOrCreateParties</code> in the graph with up to a thousand people at a time, or from old tables, which whoever runs the server takes over with <code>party import</code>.</p>
      <p class="bar">${may('party:admin') ? html`<wa-button variant="brand" href=${link('/imports')}>Imports</wa-button>` : nothing}<wa-button appearance="outlined" href="/graphiql/" target="_blank">Open GraphiQL</wa-button></p>`;
  }

  private actions(): unknown {
    return html`
      ${may('party:write') ? html`<wa-button size="small" variant="brand" href=${link('/new')}><wa-icon slot="start" name="plus-lg"></wa-icon>New party</wa-button>` : nothing}
      <label>Sort <select .value=${this.shown.order} ?disabled=${this.shown.query !== ''} @change=${(event: Event) => this.change({ order: (event.target as HTMLSelectElement).value as DirectoryState['order'] })}>
        ${ORDERS.map(([order, text]) => html`<option value=${order} ?selected=${order === this.shown.order}>${text}</option>`)}
      </select></label>
      <details class="menu"><summary>Columns</summary><fieldset>${(Object.keys(COLUMNS) as Column[]).map((column) => this.columnChoice(column))}</fieldset></details>
      ${this.exported === null
        ? html`<wa-button size="small" appearance="outlined" @click=${() => void this.export()}><wa-icon slot="start" name="download"></wa-icon>Export CSV</wa-button>`
        : html`<span role="status">${count(this.exported)} exported …</span><wa-button size="small" appearance="outlined" @click=${() => this.exporting?.abort()}>Cancel</wa-button>`}
    `;
  }

  private columnChoice(column: Column): unknown {
    const toggle = (event: Event) => {
      const others = this.shown.columns.filter((other) => other !== column);
      this.change({ after: this.shown.after, columns: (event.target as HTMLInputElement).checked ? [...others, column] : others }, true);
    };
    return html`<label><input type="checkbox" .checked=${this.shown.columns.includes(column)} @change=${toggle} /><span>${COLUMNS[column]}</span></label>`;
  }
}
