// Lines of CSV, and files that are offered to whoever looks.

/** RFC 4180. A text that a spreadsheet would take for a formula begins with an apostrophe. */
export function line(texts: string[]): string {
  const cell = (text: string) => {
    const safe = /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d\s.]+$/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return `${texts.map(cell).join(',')}\r\n`;
}

/** Offers lines as a file. */
export function save(lines: BlobPart[], name: string): void {
  const anchor = document.createElement('a');
  // The mark tells spreadsheets that the letters are UTF-8.
  anchor.href = URL.createObjectURL(new Blob(['\uFEFF', ...lines], { type: 'text/csv;charset=utf-8' }));
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 60_000);
}
