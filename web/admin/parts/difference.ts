// How two texts differ, letter by letter.

/** A piece of a text, and whether the other text has it too. */
export interface Piece {
  text: string;
  isShared: boolean;
}

/** Both texts in pieces, and how alike they are: 0 is nothing, 1 is the same. */
export interface Difference {
  left: Piece[];
  right: Piece[];
  likeness: number;
}

/** Above so many letters that differ somewhere, all between the first and the last difference is told to differ. */
const LONGEST = 300;

/** Compares two texts; capital letters, accents and spaces at the ends do not count. */
export function difference(left: string, right: string): Difference {
  const [one, other] = [[...left], [...right]];
  const [foldedOne, foldedOther] = [one.map(fold), other.map(fold)];
  let start = 0;
  while (start < one.length && start < other.length && foldedOne[start] === foldedOther[start]) start += 1;
  let end = 0;
  while (end < one.length - start && end < other.length - start && foldedOne[one.length - 1 - end] === foldedOther[other.length - 1 - end]) end += 1;
  const [inOne, inOther] = shared(foldedOne.slice(start, one.length - end), foldedOther.slice(start, other.length - end));
  const whole = (inner: boolean[]) => [...Array<boolean>(start).fill(true), ...inner, ...Array<boolean>(end).fill(true)];
  const common = start + end + inOne.filter(Boolean).length;
  const letters = one.length + other.length;
  return { left: pieces(one, whole(inOne)), right: pieces(other, whole(inOther)), likeness: letters === 0 ? 1 : (2 * common) / letters };
}

/** Whether two texts say the same. */
export function isSame(left: string, right: string): boolean {
  const plain = (text: string) => [...text.trim().replaceAll(/\s+/g, ' ')].map(fold).join('');
  return plain(left) === plain(right);
}

function fold(letter: string): string {
  return letter.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** Which letters of each are in the longest sequence that both have. */
function shared(one: string[], other: string[]): [boolean[], boolean[]] {
  const [inOne, inOther] = [Array<boolean>(one.length).fill(false), Array<boolean>(other.length).fill(false)];
  if (one.length > LONGEST || other.length > LONGEST) return [inOne, inOther];
  const width = other.length + 1;
  const longest = new Uint16Array((one.length + 1) * width);
  const at = (i: number, j: number) => longest[i * width + j] ?? 0;
  for (let i = one.length - 1; i >= 0; i -= 1) {
    for (let j = other.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] = one[i] === other[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  for (let i = 0, j = 0; i < one.length && j < other.length; ) {
    if (one[i] === other[j]) {
      inOne[i] = inOther[j] = true;
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return [inOne, inOther];
}

function pieces(letters: string[], isShared: boolean[]): Piece[] {
  const found: Piece[] = [];
  for (const [i, letter] of letters.entries()) {
    const last = found.at(-1);
    if (last && last.isShared === isShared[i]) last.text += letter;
    else found.push({ text: letter, isShared: isShared[i] ?? false });
  }
  return found;
}
