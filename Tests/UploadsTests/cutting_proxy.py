"""Stands between a client and a server and cuts connections in which the client has sent so many bytes.

    cutting_proxy.py UPSTREAM_PORT BYTES TIMES      prints its port; ends when its standard input does

Bytes are not looked at, so TLS passes. After so many cuts everything passes.
"""
import socket
import sys
import threading

upstream, limit, left = (int(word) for word in sys.argv[1:])
lock = threading.Lock()


def cut():
    global left
    with lock:
        left -= 1
        return left >= 0


def pump(source, target, counts):
    sent = 0
    try:
        while data := source.recv(65536):
            sent += len(data)
            if counts and sent > limit and sent - len(data) <= limit and cut():
                break
            target.sendall(data)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(listener):
    while True:
        client, _ = listener.accept()
        server = socket.create_connection(("127.0.0.1", upstream))
        threading.Thread(target=pump, args=(client, server, True), daemon=True).start()
        threading.Thread(target=pump, args=(server, client, False), daemon=True).start()


listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
threading.Thread(target=serve, args=(listening,), daemon=True).start()
sys.stdin.read()
