/** The name under which the loopback self-test's records stand beside those of the plan's cells. */
export const SELF_TEST_CELL = 'here.here.self-test.r0';
/** What measures it, and how: half a second of packets, enough for a p99, little enough for nobody to wait. */
export const SELF_TEST_KIND = 'udp-echo';
export const SELF_TEST_OPTIONS = { count: 200, rate: '400/s', timeout: '1s', sampling: 'poisson' };
