import { api } from '$lib/api/client';
import type { Paper } from '$lib/api/types';
import { stillTheirs } from '$lib/whose';

/** The questions of a running part with the answers that the server has, of nobody but whom the page is for. */
export async function paperOf(part: number): Promise<Paper> {
  const paper = await api.get<Paper>(`/attempt/parts/${part}/paper`);
  await stillTheirs();
  return paper;
}
