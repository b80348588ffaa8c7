/** An agent has at least this long to answer a hello, however short the probe's own timeout. */
export const HELLO_NS = 5e9;
