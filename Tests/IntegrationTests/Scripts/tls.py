"""A TLS client of another make: standard input goes to the service, what it says to standard output.

    tls.py PORT CA [--certificate FILE --key FILE] [--version 1.1|1.2|1.3] [--ciphers LIST] [--end notify|fin]

The first line of output is version, cipher suite and the serial number of the service's certificate, or `failed` and
why. At the end of its input it says `close_notify` as TLS wants it, or only ends TCP (`fin`), and reads on in both
cases. Status 0: the service ended with `close_notify`; 1: TLS was refused; 2: the connection just ended.
"""

import argparse
import os
import select
import socket
import ssl
import sys

VERSIONS = {"1.1": ssl.TLSVersion.TLSv1_1, "1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("ca")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--version")
    parser.add_argument("--ciphers")
    parser.add_argument("--end", default="notify")
    return parser.parse_args()


class Client:
    def __init__(self, options):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(options.ca)
        if options.certificate:
            context.load_cert_chain(options.certificate, options.key)
        if options.version:
            context.minimum_version = context.maximum_version = VERSIONS[options.version]
        if options.ciphers:
            context.set_ciphers(options.ciphers)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_hostname="localhost")
        self.socket = socket.create_connection(("127.0.0.1", options.port))

    def flush(self):
        if self.outgoing.pending:
            self.socket.sendall(self.outgoing.read())

    def receive(self):
        data = self.socket.recv(65536)
        if data:
            self.incoming.write(data)
        else:
            self.incoming.write_eof()

    def shake_hands(self):
        while True:
            try:
                self.tls.do_handshake()
                return self.flush()
            except ssl.SSLWantReadError:
                self.flush()
                self.receive()
            except ssl.SSLError:
                self.flush()
                raise

    def bridge(self, end):
        sources = [sys.stdin.fileno(), self.socket]
        while True:
            ready, _, _ = select.select(sources, [], [])
            if sys.stdin.fileno() in ready:
                data = os.read(sys.stdin.fileno(), 65536)
                if data:
                    self.tls.write(data)
                    self.flush()
                else:
                    sources.remove(sys.stdin.fileno())
                    self.finish(end)
            if self.socket in ready:
                self.receive()
                while True:
                    try:
                        data = self.tls.read(65536)
                    except ssl.SSLWantReadError:
                        break
                    except ssl.SSLZeroReturnError:
                        data = b""
                    if not data:
                        return
                    sys.stdout.buffer.write(data)
                    sys.stdout.buffer.flush()

    def finish(self, end):
        if end == "notify":
            try:
                self.tls.unwrap()
            except ssl.SSLWantReadError:
                pass
            self.flush()
        else:
            self.socket.shutdown(socket.SHUT_WR)


def main():
    options = parse()
    try:
        client = Client(options)
        client.shake_hands()
    except (ssl.SSLError, OSError) as error:
        print("failed", error, flush=True)
        return 1
    serial = client.tls.getpeercert()["serialNumber"]
    print(client.tls.version(), client.tls.cipher()[0], serial, flush=True)
    try:
        client.bridge(options.end)
    except ssl.SSLEOFError:
        return 2
    except (ssl.SSLError, OSError) as error:
        print("failed", error, flush=True)
        return 1
    return 0


sys.exit(main())
