// Sign-in: at the provider if there is one, or with a token that is pasted.
import '@awesome.me/webawesome/dist/components/textarea/textarea.js';
import { html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { messageOf } from '../client';
import { Page } from '../page';
import { hasProvider, signInAtProvider, signInNotice, signInWith } from '../session';

@customElement('party-sign-in')
export class PartySignIn extends Page {
  @state() private failure = signInNotice();

  private async atProvider(): Promise<void> {
    try {
      await signInAtProvider();
    } catch (error) {
      this.failure = `The provider cannot be reached: ${messageOf(error)}`;
    }
  }

  private paste(event: SubmitEvent): void {
    event.preventDefault();
    try {
      signInWith(this.querySelector('wa-textarea')?.value ?? '');
      window.dispatchEvent(new Event('party-session'));
    } catch (error) {
      this.failure = messageOf(error);
    }
  }

  override render(): unknown {
    return html`<section class="narrow">
      <h1>Sign in</h1>
      ${this.failure ? html`<wa-callout variant="danger" role="alert">${this.failure}</wa-callout>` : nothing}
      ${hasProvider()
        ? html`<p><wa-button variant="brand" @click=${() => void this.atProvider()}>Sign in at your company's provider</wa-button></p>
            <h2>With a token</h2>`
        : nothing}
      <form @submit=${(event: SubmitEvent) => this.paste(event)}>
        <wa-textarea label="Bearer token" hint="A JWT that this server takes. It is forgotten when you close the tab." rows="5" required autocomplete="off" spellcheck="false"></wa-textarea>
        <p><wa-button type="submit" variant=${hasProvider() ? 'neutral' : 'brand'}>Use the token</wa-button></p>
      </form>
    </section>`;
  }
}
