// The only door to the API's types for pages.
export type * from './contract';
