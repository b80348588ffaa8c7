/** Any JSON value: the only thing that crosses threads, processes and files. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
