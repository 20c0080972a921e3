// Registers the element under its usual name. Import `party-links.ts` alone to register it under another one.
import { PartyLinks } from './party-links';

if (!customElements.get('party-links')) customElements.define('party-links', PartyLinks);
