/** Matches that are counted and marked; marking more makes typing in the search bar slow. */
export const LIMIT = 1000;
export { SearchAddon } from "@xterm/addon-search";
