// The links widget: which records of the engines belong to a party, for any engine's page to embed. It depends on nothing of the admin pages.
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { property, state } from 'lit/decorators.js';
import { evidence, sure } from './evidence';
import {
  ClaimPendingDocument,
  DecidePendingDocument,
  FindPartyDocument,
  type FindPartyQuery,
  FreeRecordsDocument,
  type FreeRecordsQuery,
  LinkRecordDocument,
  LinksOfPartyDocument,
  LinksOfRecordDocument,
  PendingDocument,
  type PendingTaskFragment,
  type ShownLinkFragment,
  UnlinkRecordDocument,
} from './gen/operations';
import { ask, check, GraphError, type Request } from './graph';
import { styles } from './styles';

type Key = ShownLinkFragment['sourceRecord'];
type Free = NonNullable<FreeRecordsQuery['sourceRecords']>['nodes'][number];
type Found = NonNullable<FindPartyQuery['searchParties']>['nodes'][number];

/** How many records without a party are searched at most. */
const MOST_RECORDS = 1_000;

/**
 * Lists the links of a party, or of a record, and changes them where the host allows it.
 *
 * @element party-links
 * @fires {CustomEvent} party-linked - A record was linked; `detail` is its key.
 * @fires {CustomEvent} party-unlinked - A link ended; `detail` is the record's key.
 * @fires {CustomEvent} party-refused - A suggestion was refused; `detail` is the record's key.
 * @fires {CustomEvent} error - Something failed; `detail` is the sentence for people.
 * @cssprop --party-links-color - The colour of what can be pressed.
 * @cssprop --party-links-border - The colour of lines.
 * @csspart list - The list of links.
 * @csspart link - One link.
 * @csspart pending - One suggestion that waits.
 * @csspart evidence - The drawer with the evidence of a link.
 * @csspart button - Every button.
 */
export class PartyLinks extends LitElement {
  static override styles = styles;

  /** Where the graph answers. */
  @property() endpoint = '/graphql';
  /** The party whose links are shown; or else those of a record, by `system`, `type` and `record-id`. */
  @property({ attribute: 'party-id' }) partyId = '';
  /** The engine of the record. */
  @property() system = '';
  /** What the engine calls such records. */
  @property() type = '';
  /** The record's id in the engine. */
  @property({ attribute: 'record-id' }) recordId = '';
  /** Whether links may be changed here; the server decides again. */
  @property({ type: Boolean }) editable = false;

  @state() private links: ShownLinkFragment[] | null = null;
  @state() private pending: PendingTaskFragment[] = [];
  @state() private party: { id: string; displayName: string } | null = null;
  /** The link that is about to end or to move. */
  @state() private changing: { id: string; what: 'end' | 'move' } | null = null;
  @state() private free: Free[] | null = null;
  @state() private searched = '';
  @state() private found: Found[] = [];
  @state() private failure = '';
  private typing: ReturnType<typeof setTimeout> | undefined;
  private loading = Symbol('load');

  /** Asks the graph. A host replaces it to add its token: `element.request = (body) => fetch(…)`. */
  request: Request = (body) => fetch(this.endpoint, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

  /** @internal */
  protected override updated(changed: PropertyValues): void {
    if (['partyId', 'system', 'type', 'recordId', 'endpoint'].some((name) => changed.has(name))) void this.load();
  }

  /** Reads the links anew. */
  async load(): Promise<void> {
    const loading = (this.loading = Symbol('load'));
    await this.guarded(async () => {
      const shown = await this.read();
      const pending = shown && this.editable ? await this.suggested() : [];
      // The attributes may have changed in the meantime: only the answer to the last question is shown.
      if (shown && loading === this.loading) [this.links, this.party, this.pending] = [shown.links, shown.party, pending];
    });
  }

  private async read(): Promise<{ links: ShownLinkFragment[]; party: { id: string; displayName: string } | null } | null> {
    const { partyId, system, type, recordId: id } = this;
    if (partyId) {
      const { party } = await ask(this.request, LinksOfPartyDocument, { partyId });
      return { links: party?.links ?? [], party };
    }
    if (!system || !type || !id) return null;
    const { sourceRecord } = await ask(this.request, LinksOfRecordDocument, { source: { system, type, id } });
    return { links: sourceRecord?.links ?? [], party: sourceRecord?.party ?? null };
  }

  /** Suggestions that wait for a steward; who is none sees none. */
  private async suggested(): Promise<PendingTaskFragment[]> {
    const { partyId, system, type, recordId: id } = this;
    try {
      const { open, leased } = await ask(this.request, PendingDocument, { filter: partyId ? { partyId } : { source: { system, type, id } } });
      return [...(open?.nodes ?? []), ...(leased?.nodes ?? [])].filter(({ sourceRecord }) => sourceRecord !== null);
    } catch (error) {
      if (error instanceof GraphError && error.code === 'FORBIDDEN') return [];
      throw error;
    }
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.failure = '';
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
      this.dispatchEvent(new CustomEvent('error', { detail: this.failure }));
    }
  }

  /** Changes something, tells the host, and reads everything anew. */
  private async change(name: 'party-linked' | 'party-unlinked' | 'party-refused', { system, type, id }: Key, work: () => Promise<void>): Promise<void> {
    await this.guarded(async () => {
      await work();
      [this.free, this.changing, this.found] = [null, null, []];
      const event = new CustomEvent(name, { detail: { system, type, id }, bubbles: true, composed: true });
      this.dispatchEvent(event);
      await this.load();
    });
  }

  private async find(): Promise<void> {
    await this.guarded(async () => {
      let after: string | null = null;
      const found: Free[] = [];
      do {
        const page: FreeRecordsQuery['sourceRecords'] = (await ask(this.request, FreeRecordsDocument, { after })).sourceRecords;
        found.push(...(page?.nodes ?? []));
        after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after && found.length < MOST_RECORDS);
      this.free = found;
    });
  }

  private findParty(event: Event): void {
    const query = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.typing);
    this.typing = setTimeout(() => void this.guarded(async () => {
      this.found = query ? ((await ask(this.request, FindPartyDocument, { query })).searchParties?.nodes ?? []) : [];
    }), 150);
  }

  private async add({ system, type, id }: Key, partyId: string, note: string | null = null, moveExisting = false): Promise<void> {
    await this.change('party-linked', { system, type, id }, async () => {
      check((await ask(this.request, LinkRecordDocument, { input: { source: { system, type, id }, partyId, note, moveExisting } })).linkToParty);
    });
  }

  private async end(event: SubmitEvent, { system, type, id }: Key): Promise<void> {
    event.preventDefault();
    await this.change('party-unlinked', { system, type, id }, async () => {
      check((await ask(this.request, UnlinkRecordDocument, { input: { source: { system, type, id }, reason: this.reason() } })).unlinkFromParty);
    });
  }

  private move(key: Key, party: string): void {
    const input = this.renderRoot.querySelector<HTMLInputElement>('input[name=reason]');
    if (input?.reportValidity()) void this.add(key, party, this.reason(), true);
  }

  private async decide({ id: taskId, sourceRecord }: PendingTaskFragment, decision: 'SAME' | 'DIFFERENT'): Promise<void> {
    if (!sourceRecord) return;
    await this.change(decision === 'SAME' ? 'party-linked' : 'party-refused', sourceRecord, async () => {
      check((await ask(this.request, ClaimPendingDocument, { input: { taskId, leaseSeconds: 60 } })).claimMatchTask);
      check((await ask(this.request, DecidePendingDocument, { input: { taskId, decision } })).decideMatchTask);
    });
  }

  private reason(): string | null {
    return this.renderRoot.querySelector<HTMLInputElement>('input[name=reason]')?.value || null;
  }

  /** @internal */
  override render(): unknown {
    const links = [...(this.links ?? [])].sort((one, other) => Number(other.isActive) - Number(one.isActive));
    return html`
      ${this.failure ? html`<p role="alert">${this.failure}</p>` : nothing}
      ${this.links === null ? (this.failure ? nothing : html`<p role="status">Loading …</p>`) : links.length === 0 ? html`<p>No links.</p>` : html`<ul part="list">${links.map((link) => this.row(link))}</ul>`}
      ${this.pending.length > 0 ? html`<h3>Suggested</h3><ul>${this.pending.map((task) => this.suggestion(task))}</ul>` : nothing}
      ${!this.editable || this.links === null ? nothing : this.partyId ? (this.party ? this.adding(this.party.id) : nothing) : this.party ? nothing : this.choosing()}`;
  }

  private row(link: ShownLinkFragment): unknown {
    const { system, type, id } = link.sourceRecord;
    const key = `${system} / ${type} / ${id}`;
    return html`<li part="link" class=${link.isActive ? '' : 'ended'}>
      <span class="key">${this.partyId ? key : html`<bdi>${link.party?.displayName ?? 'A party that is gone'}</bdi>`}</span>
      <div>${link.method.toLowerCase()}${link.confidence === null ? '' : `, ${sure(link.confidence)}`}, by ${link.linkedBy} on ${day(link.linkedAt)}${link.note ? `: ${link.note}` : ''}</div>
      ${link.isActive ? nothing : html`<div>Ended by ${link.endedBy} on ${day(link.endedAt)}${link.endReason ? `: ${link.endReason}` : ''}</div>`}
      ${evidence(link.evidence)}
      ${!this.editable || !link.isActive ? nothing : this.changing?.id === link.id ? (this.changing.what === 'end' ? this.ending(link) : this.moving(link)) : html`<div class="row">
        <button part="button" aria-label="Move the link to ${system} ${type} ${id}" @click=${() => this.begin(link.id, 'move')}>Move …</button>
        <button part="button" aria-label="End the link to ${system} ${type} ${id}" @click=${() => this.begin(link.id, 'end')}>End …</button></div>`}
    </li>`;
  }

  private begin(id: string, what: 'end' | 'move'): void {
    [this.changing, this.found] = [{ id, what }, []];
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLInputElement>('input[name=reason]')?.focus());
  }

  private cancel(): unknown {
    return html`<button part="button" type="button" @click=${() => (this.changing = null)}>Cancel</button>`;
  }

  private ending({ sourceRecord }: ShownLinkFragment): unknown {
    return html`<form class="row" @submit=${(event: SubmitEvent) => void this.end(event, sourceRecord)}><label>Reason <input name="reason" required /></label> <button part="button">End the link</button> ${this.cancel()}</form>`;
  }

  private moving({ sourceRecord, party }: ShownLinkFragment): unknown {
    return html`<div class="row"><label>Reason <input name="reason" required /></label>
        <label>Move to the party <input type="search" placeholder="Name, e-mail or phone" @input=${(event: Event) => this.findParty(event)} /></label> ${this.cancel()}</div>
      ${this.parties(party?.id ?? '', (id) => this.move(sourceRecord, id))}`;
  }

  private parties(but: string, choose: (id: string) => void): unknown {
    const others = this.found.filter(({ id }) => id !== but);
    if (others.length === 0) return nothing;
    return html`<ul class="found">${others.map(({ id, kind, displayName }) => html`<li><button part="button" @click=${() => choose(id)}><bdi>${displayName}</bdi> (${kind.toLowerCase()}, ${id.slice(-6)})</button></li>`)}</ul>`;
  }

  private suggestion(task: PendingTaskFragment): unknown {
    const { system = '', type = '', id = '', displayName } = task.sourceRecord ?? {};
    const key = `${system} / ${type} / ${id}`;
    const what = this.partyId ? key : (task.candidate?.displayName ?? 'a party that is gone');
    return html`<li part="pending"><span class="key"><bdi>${what}</bdi></span>${this.partyId && displayName ? html`<div><bdi>${displayName}</bdi></div>` : nothing}
      <div>Asked by ${task.openedBy} on ${day(task.openedAt)}</div>${evidence(task.evidence)}
      <div class="row"><button part="button" aria-label="Confirm ${what}" @click=${() => void this.decide(task, 'SAME')}>Confirm</button>
        <button part="button" aria-label="Refuse ${what}" @click=${() => void this.decide(task, 'DIFFERENT')}>Refuse</button></div></li>`;
  }

  private adding(party: string): unknown {
    if (!this.free) return html`<p><button part="button" @click=${() => void this.find()}>Add a link …</button></p>`;
    const text = this.searched.toLowerCase();
    const shown = this.free.filter(({ system, type, id, displayName }) => `${system} ${type} ${id} ${displayName ?? ''}`.toLowerCase().includes(text));
    return html`<div class="row"><label>Search records without a party <input type="search" .value=${this.searched} @input=${(event: Event) => (this.searched = (event.target as HTMLInputElement).value)} /></label>
        <button part="button" @click=${() => (this.free = null)}>Cancel</button></div>
      ${this.free.length >= MOST_RECORDS ? html`<p>Only the first ${MOST_RECORDS} records that wait are searched.</p>` : nothing}
      ${shown.length === 0 ? html`<p>No such record waits for a party.</p>` : html`<ul class="found" tabindex="0">${shown.slice(0, 50).map((record) => html`<li><button part="button" @click=${() => void this.add(record, party)}>${record.system} / ${record.type} / ${record.id}${record.displayName ? html` · <bdi>${record.displayName}</bdi>` : nothing}</button></li>`)}</ul>`}`;
  }

  /** A record without a party is given one. */
  private choosing(): unknown {
    const { system, type, recordId: id } = this;
    return html`<div class="row"><label>Link to the party <input type="search" placeholder="Name, e-mail or phone" @input=${(event: Event) => this.findParty(event)} /></label></div>
      ${this.parties('', (party) => void this.add({ system, type, id }, party))}`;
  }
}

function day(time: string | null): string {
  return time ? new Date(time).toLocaleDateString(undefined, { dateStyle: 'medium' }) : '';
}
