// The links widget: which records of the engines belong to a party, for any engine's page to embed. It depends on nothing of the admin pages.
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { property, state } from 'lit/decorators.js';
import {
  FreeRecordsDocument,
  type FreeRecordsQuery,
  LinkRecordDocument,
  LinksOfPartyDocument,
  LinksOfRecordDocument,
  type ShownLinkFragment,
  type TypedDocumentString,
  UnlinkRecordDocument,
} from './gen/operations';

type Key = ShownLinkFragment['sourceRecord'];
type Free = NonNullable<FreeRecordsQuery['sourceRecords']>['nodes'][number];

/**
 * Lists the links of a party, and changes them where the host allows it.
 *
 * @fires party-linked - A record was linked; `detail` is its key.
 * @fires party-unlinked - A link ended; `detail` is the record's key.
 * @fires error - Something failed; `detail` is the sentence for people.
 * @cssprop --party-links-color - The colour of what can be pressed.
 * @cssprop --party-links-border - The colour of lines.
 * @csspart list - The list of links.
 * @csspart link - One link.
 * @csspart button - Every button.
 */
export class PartyLinks extends LitElement {
  static override styles = css`
    :host { display: block; }
    ul { margin: 0; padding: 0; list-style: none; }
    li { padding: 0.5rem 0; border-bottom: 1px solid var(--party-links-border, #8884); }
    li.ended { opacity: 0.85; }
    .key { font-weight: 600; overflow-wrap: anywhere; }
    button { padding: 0.2rem 0.6rem; border: 1px solid currentColor; border-radius: 4px; background: none; color: var(--party-links-color, inherit); font: inherit; cursor: pointer; }
    input { max-width: 100%; padding: 0.2rem; border: 1px solid; border-radius: 4px; background: transparent; color: inherit; font: inherit; }
    pre { overflow-x: auto; margin: 0.25rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
    form, .found { margin: 0.4rem 0; }
    .found { max-height: 16rem; overflow-y: auto; }
  `;

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
  @state() private party = '';
  @state() private ending = '';
  @state() private free: Free[] | null = null;
  @state() private searched = '';
  @state() private failure = '';

  /** Asks the graph. A host replaces it to add its token: `element.request = (body) => fetch(…)`. */
  request: (body: { query: string; variables: unknown }) => Promise<Response> = (body) =>
    fetch(this.endpoint, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

  protected override updated(changed: PropertyValues): void {
    if (['partyId', 'system', 'type', 'recordId', 'endpoint'].some((name) => changed.has(name))) void this.load();
  }

  /** Reads the links anew. */
  async load(): Promise<void> {
    await this.guarded(async () => {
      if (this.partyId) {
        const { party } = await this.ask(LinksOfPartyDocument, { partyId: this.partyId });
        [this.links, this.party] = [party?.links ?? [], party?.id ?? ''];
      } else if (this.system && this.type && this.recordId) {
        const { sourceRecord } = await this.ask(LinksOfRecordDocument, { source: { system: this.system, type: this.type, id: this.recordId } });
        [this.links, this.party] = [sourceRecord?.links ?? [], sourceRecord?.party?.id ?? ''];
      }
    });
  }

  private async ask<Result, Variables>(document: TypedDocumentString<Result, Variables>, variables: Variables): Promise<Result> {
    const response = await this.request({ query: String(document), variables });
    const answer = (await response.json()) as { data?: Result & object; errors?: { message: string; extensions?: { code?: string } }[] };
    // A value that the caller may not see is null and has an error, while its neighbours still answer.
    const isAnswered = answer.data ? Object.values(answer.data).every((field) => field !== null) : false;
    const error = answer.errors?.find(({ extensions }) => !isAnswered || extensions?.code !== 'FORBIDDEN');
    if (error) throw new Error(error.message);
    if (!answer.data) throw new Error(`The server answered ${response.status}.`);
    return answer.data;
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

  private async find(): Promise<void> {
    await this.guarded(async () => {
      let after: string | null = null;
      const found: Free[] = [];
      do {
        const page: FreeRecordsQuery['sourceRecords'] = (await this.ask(FreeRecordsDocument, { after })).sourceRecords;
        found.push(...(page?.nodes ?? []));
        after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after && found.length < 500);
      this.free = found;
    });
  }

  private async add({ system, type, id }: Key): Promise<void> {
    await this.guarded(async () => {
      const { linkToParty } = await this.ask(LinkRecordDocument, { input: { source: { system, type, id }, partyId: this.party } });
      if (linkToParty?.userErrors[0]) throw new Error(linkToParty.userErrors[0].message);
      this.free = null;
      this.dispatchEvent(new CustomEvent('party-linked', { detail: { system, type, id }, bubbles: true, composed: true }));
      await this.load();
    });
  }

  private async end(event: SubmitEvent, { system, type, id }: Key): Promise<void> {
    event.preventDefault();
    const reason = this.renderRoot.querySelector<HTMLInputElement>('input[name=reason]')?.value ?? '';
    await this.guarded(async () => {
      const { unlinkFromParty } = await this.ask(UnlinkRecordDocument, { input: { source: { system, type, id }, reason } });
      if (unlinkFromParty?.userErrors[0]) throw new Error(unlinkFromParty.userErrors[0].message);
      this.ending = '';
      this.dispatchEvent(new CustomEvent('party-unlinked', { detail: { system, type, id }, bubbles: true, composed: true }));
      await this.load();
    });
  }

  override render(): unknown {
    const links = [...(this.links ?? [])].sort((one, other) => Number(other.isActive) - Number(one.isActive));
    return html`
      ${this.failure ? html`<p role="alert">${this.failure}</p>` : nothing}
      ${this.links === null ? (this.failure ? nothing : html`<p role="status">Loading …</p>`) : links.length === 0 ? html`<p>No links.</p>` : html`<ul part="list">${links.map((link) => this.row(link))}</ul>`}
      ${this.editable && this.party ? this.adding() : nothing}`;
  }

  private row(link: ShownLinkFragment): unknown {
    const { system, type, id } = link.sourceRecord;
    const day = (time: string | null) => (time ? new Date(time).toLocaleDateString() : '');
    return html`<li part="link" class=${link.isActive ? '' : 'ended'}>
      <span class="key">${system} / ${type} / ${id}</span>
      <div>${link.method.toLowerCase()}${link.confidence === null ? '' : `, ${Math.round(link.confidence * 100)} % sure`}, by ${link.linkedBy} on ${day(link.linkedAt)}${link.note ? `: ${link.note}` : ''}</div>
      ${link.isActive ? nothing : html`<div>Ended by ${link.endedBy} on ${day(link.endedAt)}${link.endReason ? `: ${link.endReason}` : ''}</div>`}
      ${link.evidence ? html`<details><summary>Evidence</summary><pre>${JSON.stringify(link.evidence, null, 2)}</pre></details>` : nothing}
      ${!this.editable || !link.isActive ? nothing : this.ending === link.id
        ? html`<form @submit=${(event: SubmitEvent) => void this.end(event, link.sourceRecord)}><label>Reason <input name="reason" required /></label> <button part="button">End the link</button> <button part="button" type="button" @click=${() => (this.ending = '')}>Cancel</button></form>`
        : html`<button part="button" aria-label="End the link to ${system} ${type} ${id}" @click=${() => (this.ending = link.id)}>End …</button>`}
    </li>`;
  }

  private adding(): unknown {
    if (!this.free) return html`<p><button part="button" @click=${() => void this.find()}>Add a link …</button></p>`;
    const text = this.searched.toLowerCase();
    const shown = this.free.filter(({ system, type, id }) => `${system} ${type} ${id}`.toLowerCase().includes(text));
    return html`<p><label>Search records without a party <input type="search" .value=${this.searched} @input=${(event: Event) => (this.searched = (event.target as HTMLInputElement).value)} /></label>
        <button part="button" @click=${() => (this.free = null)}>Cancel</button></p>
      ${shown.length === 0 ? html`<p>No such record waits for a party.</p>` : html`<ul class="found" tabindex="0">${shown.slice(0, 50).map((record) => html`<li><button part="button" @click=${() => void this.add(record)}>${record.system} / ${record.type} / ${record.id}</button></li>`)}</ul>`}`;
  }
}
