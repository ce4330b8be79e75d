// The employer: has the code from the paper in hand, no account and no script.

import type { Page } from 'playwright-core';
import { accessible, heading, sees } from './person.ts';

const GENUINE = 'Genuine certificate';
const REVOKED = 'Revoked certificate';

export class Employer {
  /** `examined`: a tab with script, for axe needs one and this person has none. */
  constructor(
    readonly page: Page,
    readonly examined: Page,
  ) {}

  /** Opens what the QR code says and reads whose certificate it is. */
  async check(address: string, holder: string, level: string): Promise<void> {
    await this.page.goto(address);
    await sees(heading(this.page, GENUINE));
    await sees(this.page.getByText(holder, { exact: true }));
    await sees(this.page.getByText(level, { exact: true }).first());
    await this.examine();
  }

  async seesItRevoked(): Promise<void> {
    await this.page.reload();
    await sees(heading(this.page, REVOKED));
    await this.examine();
  }

  private async examine(): Promise<void> {
    await this.examined.goto(this.page.url());
    await accessible(this.examined);
  }
}
