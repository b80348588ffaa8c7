import { NetprobeError } from '../contract/error.ts';
import type { Endpoint, ProbeIo } from '../contract/io.ts';
import type { Tables } from '../contract/records.ts';
import { PROOF_HEADER, proofHeader, sessionPath } from '../wire/http-session.ts';
import { encodePreface, WIRE_VERSION } from '../wire/preface.ts';
import { streamProof } from '../wire/proof.ts';
import type { PeerAccess } from './messages.ts';

type Scheme = Parameters<ProbeIo<Tables>['endpoint']>[1];

/** The seats that this one can reach, and what proves its right to. */
export class Peers {
  readonly #bySeat: Map<number, PeerAccess>;
  #httpStreams = 0;

  constructor(peers: PeerAccess[]) {
    this.#bySeat = new Map(peers.map((peer) => [peer.seat, peer]));
  }

  all(): PeerAccess[] {
    return [...this.#bySeat.values()];
  }

  get(seat: number): PeerAccess {
    const peer = this.#bySeat.get(seat);
    if (peer === undefined) throw new NetprobeError('NETPROBE_INTERNAL', `seat ${seat} cannot be reached from here`);
    return peer;
  }

  endpoint(seat: number, scheme: Scheme): Endpoint {
    const peer = this.get(seat);
    const session = peer.session;
    const authority = `${peer.host.includes(':') ? `[${peer.host}]` : peer.host}:${peer.port}`;
    const web = scheme === 'http' || scheme === 'ws';
    const path = session && web ? sessionPath(Buffer.from(session.id, 'hex')) : '';
    return {
      url: new URL(peer.url ?? `${scheme}://${authority}${path}`),
      address: peer.address,
      agent: session !== undefined,
      proof: () => (session && web ? this.#httpProof(session) : {}),
    };
  }

  /** The bytes that open a raw stream with an agent. */
  preface(seat: number, stream: number): Buffer {
    const session = this.get(seat).session;
    if (session === undefined)
      throw new NetprobeError('NETPROBE_INTERNAL', `seat ${seat} is no agent: it takes no streams`);
    const id = Buffer.from(session.id, 'hex');
    const tail = streamProof(Buffer.from(session.key, 'hex'), 'stream', id, stream);
    return encodePreface({ version: WIRE_VERSION, type: 'stream', session: id, stream, tail });
  }

  #httpProof(session: NonNullable<PeerAccess['session']>): Record<string, string> {
    const stream = this.#httpStreams;
    this.#httpStreams += 1;
    const id = Buffer.from(session.id, 'hex');
    const proof = streamProof(Buffer.from(session.key, 'hex'), 'http', id, stream);
    return { [PROOF_HEADER]: proofHeader(stream, proof) };
  }
}
