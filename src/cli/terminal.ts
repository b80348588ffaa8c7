const DEFAULT_WIDTH = 100;

/** Whether to colour: a terminal, and neither NO_COLOR nor TERM=dumb says otherwise. */
export function colorOf(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, TERM } = process.env;
  return stream.isTTY === true && (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb';
}

export function widthOf(stream: NodeJS.WriteStream): number {
  return stream.columns ?? DEFAULT_WIDTH;
}
