// Somebody who calls the API without a page: sets a stage in seconds, and looks at what the server has.

const BASE = '/api/v1';

export class Caller {
  private readonly cookies = new Map<string, string>();
  private addressee = '';

  constructor(readonly url: string) {}

  get = <T>(path: string) => this.call<T>('GET', path);
  post = <T>(path: string, body?: unknown) => this.call<T>('POST', path, body);
  put = <T>(path: string, body: unknown) => this.call<T>('PUT', path, body);

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = {
      'x-jurat': '1',
      cookie: [...this.cookies].map((pair) => pair.join('=')).join('; '),
    };
    if (this.addressee) headers['x-jurat-for'] = this.addressee;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await fetch(this.url + BASE + path, { method, headers, body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    const content = (text ? JSON.parse(text) : undefined) as T;
    this.remember(response, content);
    return content;
  }

  /** A cookie is handed out to whom the answer tells of. */
  private remember(response: Response, content: unknown) {
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';')[0]?.split('=') ?? [];
      this.cookies.set(name, value);
      const whom = content as { id?: string; attempt_id?: string; epoch?: number };
      this.addressee = whom.attempt_id ? `${whom.attempt_id};epoch=${whom.epoch}` : (whom.id ?? '');
    }
  }
}
