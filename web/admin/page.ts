// What all views have in common: they live in the page's own styles, and know what to do when the server is back.
import { LitElement } from 'lit';

export class Page extends LitElement {
  private readonly back = () => this.online();

  /** Called when the server answers again. */
  protected online(): void {}

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('party-online', this.back);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('party-online', this.back);
  }

  protected override createRenderRoot(): this {
    return this;
  }
}
