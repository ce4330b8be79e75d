import { defineConfig } from 'vitest/config';

// The whole day in Chromium against the real server: one file, slow steps, no repetition.
export default defineConfig({
  test: { include: ['browser/**/*.test.ts'], testTimeout: 420_000, hookTimeout: 60_000, fileParallelism: false },
});
