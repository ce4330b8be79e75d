//! The text of a question: paragraphs, and code where lines begin with four spaces.

export type Block = { kind: 'text' | 'code'; text: string };

const INDENT = '    ';

/** Splits a prompt into what is read and what is code. A blank line within code belongs to it. */
export function blocks(prompt: string): Block[] {
  const found: Block[] = [];
  for (const paragraph of prompt.trim().split(/\n[ \t]*\n/)) {
    for (const block of ofParagraph(paragraph)) {
      const last = found.at(-1);
      const goesOn = block.kind === 'code' && last?.kind === 'code';
      if (goesOn) last.text += `\n\n${block.text}`;
      else found.push(block);
    }
  }
  return found;
}

function ofParagraph(paragraph: string): Block[] {
  const found: Block[] = [];
  for (const line of paragraph.split('\n')) {
    const isCode = line.startsWith(INDENT);
    const kind = isCode ? 'code' : 'text';
    const text = isCode ? line.slice(INDENT.length) : line;
    const last = found.at(-1);
    if (last?.kind === kind) last.text += `\n${text}`;
    else found.push({ kind, text });
  }
  return found;
}
