/**
 * The schema that the commands know: the number of the last migration in `gateway/layers.ts`, which would bring the whole
 * gateway along. A test holds the two together.
 */
export const version = 13
