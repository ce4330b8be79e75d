import { expect, test } from 'vitest';
import { Problem } from './api/problem';
import { Sending } from './sending.svelte';

const refused = new Problem('refused', 409, '');

test('a second press while one is on its way does nothing', async () => {
  const sending = new Sending();
  let done: () => void = () => {};
  let times = 0;
  const work = () => new Promise<void>((end) => ((times += 1), (done = end)));
  const first = sending.run(work);
  expect(sending.busy).toBe(true);
  await sending.run(work);
  expect(times).toBe(1);
  done();
  await first;
  expect(sending.busy).toBe(false);
});

test('a failure is told, and stands until the next try or until it is forgotten', async () => {
  const sending = new Sending();
  const told: Problem[] = [];
  await sending.run(
    () => Promise.reject(refused),
    (problem) => told.push(problem),
  );
  expect(told).toEqual([refused]);
  expect([sending.problem, sending.busy]).toEqual([refused, false]);
  await sending.run(async () => expect(sending.problem).toBeUndefined());
  expect(sending.problem).toBeUndefined();
  await sending.run(() => Promise.reject(new TypeError('x')));
  expect(sending.problem).toMatchObject({ code: 'unexpected' });
  sending.forget();
  expect(sending.problem).toBeUndefined();
});

test('a press on what has failed is taken again, also when dealing with it fails', async () => {
  const sending = new Sending();
  await expect(
    sending.run(
      () => Promise.reject(refused),
      () => Promise.reject(new Error('y')),
    ),
  ).rejects.toThrow('y');
  expect(sending.busy).toBe(false);
});
