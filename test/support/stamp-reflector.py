"""A STAMP session-reflector (RFC 8762, RFC 8972), stateful, on its own from the specifications: a foreign peer for tests.

    python3 stamp-reflector.py --port 0 [--auth KEYHEX] [--misbehave KIND:N[:ARG]]...

prints `listening PORT` and answers until it is killed. Every Nth request (counted from 1) meets the misbehaviour:

    early      after ARG seconds (default 0) answers the next request, which it has not seen, guessing what it will bear
    twice      answers twice
    late       answers after ARG seconds (default 5)
    wrong-seq  echoes another sequence number
    hold       claims to have held the packet for ARG seconds (default 10)
    truncated  cuts the reply to ARG bytes (default 20)
    oversized  appends ARG bytes (default 100)
    wrong-hmac spoils the HMAC of the base packet
    random     answers with random bytes
    replay     answers with the first reply that it sent
    drop       does not answer

--tlvs says what becomes of the bytes after the base packet: `reflect` sets the flags of RFC 8972, `copy` leaves them as
they are (RFC 8762), `zero` and `cut` lose them. --ptp writes PTPv2 timestamps, --stateless echoes the sequence number,
--ssid-zero knows no session identifiers.
"""
import argparse, hashlib, hmac, os, socket, struct, threading, time

KINDS = ["early", "twice", "late", "wrong-seq", "hold", "truncated", "oversized", "wrong-hmac", "random", "replay", "drop"]
UNDERSTOOD = {1, 8}  # extra padding, HMAC


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=862)
    parser.add_argument("--auth", type=bytes.fromhex)
    parser.add_argument("--misbehave", action="append", default=[])
    parser.add_argument("--tlvs", choices=["reflect", "copy", "zero", "cut"], default="reflect")
    parser.add_argument("--ptp", action="store_true")
    parser.add_argument("--stateless", action="store_true")
    parser.add_argument("--ssid-zero", action="store_true")
    options = parser.parse_args()
    options.misbehave = [tuple((rule + "::").split(":")[:3]) for rule in options.misbehave]
    for kind, nth, _ in options.misbehave:
        if kind not in KINDS or not nth.isdigit() or int(nth) < 1:
            parser.error(f"--misbehave {kind}:{nth}: no such misbehaviour")
    return options


def mac(key, text):
    return hmac.new(key, text, hashlib.sha256).digest()[:16]


def stamp(unix_ns, ptp):
    seconds, ns = divmod(unix_ns, 10**9)
    return struct.pack("!II", seconds % 2**32, ns) if ptp else struct.pack("!II", (seconds + 2208988800) % 2**32, (ns << 32) // 10**9)


def reflected_tlvs(tail, asked, sequence, options):
    """The flags of RFC 8972, section 4; the HMAC TLV of section 4.8 checked and made anew."""
    if options.tlvs == "cut":
        return b""
    if options.tlvs == "zero":
        return bytes(len(tail))
    out, at, starts, intact = bytearray(tail), 0, [], True
    while options.tlvs == "reflect" and at + 4 <= len(out) and any(out[at : at + 4]):
        kind, length = struct.unpack_from("!xBH", out, at)
        starts.append(at)
        out[at] = 0 if kind in UNDERSTOOD else 0x80
        if at + 4 + length > len(out):
            out[at] |= 0x40
            break
        if kind == 8 and length == 16 and options.auth:
            intact = hmac.compare_digest(tail[at + 4 : at + 20], mac(options.auth, asked + tail[:at]))
            out[at + 4 : at + 20] = mac(options.auth, struct.pack("!I", sequence) + bytes(out[:at]))
        at += 4 + length
    for start in [] if intact else starts:
        out[start] |= 0x20
    return bytes(out)


def reply_to(request, sequence, received, sent, options, shift=0):
    estimate = 0x4001 if options.ptp else 0x0001
    base = 112 if options.auth else 44
    asked, t1, ee, ssid = struct.unpack_from("!I12x8sHH" if options.auth else "!I8sHH", request)
    asked = (asked + shift) % 2**32
    own = asked if options.stateless else sequence
    ssid = 0 if options.ssid_zero else ssid
    t2, t3 = stamp(received, options.ptp), stamp(sent, options.ptp)
    if options.auth:
        head = struct.pack("!I12x8sHH4x8s8xI12x8sH6xB15x", own, t3, estimate, ssid, t2, asked, t1, ee, 255)
        head += mac(options.auth, head)
    else:
        head = struct.pack("!I8sHH8sI8sHxxBxxx", own, t3, estimate, ssid, t2, asked, t1, ee, 255)
    return head + reflected_tlvs(request[base:], request[:4], own, options)


def main():
    options = arguments()
    sock = socket.socket(socket.AF_INET6 if ":" in options.host else socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((options.host, options.port))
    os.write(1, b"listening %d\n" % sock.getsockname()[1])
    sequences, counts, first, before = {}, {}, {}, {}
    while True:
        request, source = sock.recvfrom(65535)
        received = time.time_ns()
        base = 112 if options.auth else 44
        if len(request) < base or options.auth and not hmac.compare_digest(mac(options.auth, request[:96]), request[96:112]):
            continue
        counts[source] = counts.get(source, 0) + 1
        rules = {kind: arg for kind, nth, arg in options.misbehave if counts[source] % int(nth) == 0}
        if "drop" in rules:
            continue
        sequence = sequences.get(source, 0)
        sequences[source] = (sequence + 1) % 2**32
        held = int(float(rules.get("hold") or 10) * 1e9) if "hold" in rules else 0
        reply = reply_to(request, sequence, received - held, time.time_ns(), options, shift="wrong-seq" in rules)
        if "replay" in rules:
            reply = first.get(source, reply)
        first.setdefault(source, reply)
        if "wrong-hmac" in rules and options.auth:
            reply = reply[:96] + bytes([reply[96] ^ 1]) + reply[97:]
        if "random" in rules:
            reply = os.urandom(len(request))
        if "truncated" in rules:
            reply = reply[: int(rules["truncated"] or 20)]
        if "oversized" in rules:
            reply += os.urandom(int(rules["oversized"] or 100))
        if "late" in rules:
            threading.Timer(float(rules["late"] or 5), sock.sendto, (reply, source)).start()
            continue
        for _ in range(2 if "twice" in rules else 1):
            sock.sendto(reply, source)
        at = 16 if options.auth else 4
        t1 = struct.unpack_from("!Q", request, at)[0]
        if "early" in rules:
            guess = bytearray(request)
            struct.pack_into("!I", guess, 0, (struct.unpack_from("!I", request)[0] + 1) % 2**32)
            struct.pack_into("!Q", guess, at, (2 * t1 - before.get(source, t1)) % 2**64)
            forged = reply_to(bytes(guess), sequences[source], received, time.time_ns(), options)
            threading.Timer(float(rules["early"] or 0), sock.sendto, (forged, source)).start()
        before[source] = t1


main()
