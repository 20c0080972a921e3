// How values look to people.

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const COUNT = new Intl.NumberFormat();

/** A day. */
export function day(time: string): string {
  return DAY.format(new Date(time));
}

/** A day with its time. */
export function moment(time: string): string {
  return MOMENT.format(new Date(time));
}

/** A number of things. */
export function count(number: number): string {
  return COUNT.format(number);
}

/** An amount of money. Amounts are exact decimals, so they are formatted as text and never become floats. */
export function money({ amount, currency }: { amount: string; currency: string }): string {
  const style = new Intl.NumberFormat(undefined, { style: 'currency', currency });
  return (style.format as (value: string) => string)(amount);
}

/** A code such as SOURCE_PRIORITY as words. */
export function words(code: string): string {
  const text = code.toLowerCase().replaceAll(/[_.]/g, ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The last twelve months with the current one, as a period of the graph: `to` is the day after the last one. */
export function lastTwelveMonths(today = new Date()): { from: string; to: string } {
  const text = (date: Date) => date.toISOString().slice(0, 10);
  const from = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 11, 1));
  return { from: text(from), to: text(new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 1))) };
}
