"""Stands between a client and the simulated vCenter and breaks what passes, in one way, so many times.

Ends TLS with the simulator's own certificate. Reads one JSON object from standard input: upstream (port), certificate,
key, fault, match (a SOAP method, or PUT or GET), times. Prints the port on which it listens. Ends when its standard
input does.
"""
import http.client
import json
import re
import socket
import ssl
import sys
import threading
import time

settings = json.loads(sys.stdin.readline())
lock = threading.Lock()
left = settings["times"]
HTML = b"<html><head><title>Sign in</title></head><body><p>Welcome</p></body></html>"
BOMB = (b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(20)) + b"]><l>&u;</l>")


def broken(method, name):
    """Whether this request is one of those to be broken."""
    global left
    with lock:
        if left > 0 and settings["match"] in (method, name):
            left -= 1
            return True
    return False


def read_head(stream):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = stream.read(1)
        if not byte:
            return None
        head += byte
    lines = head.decode("latin-1").split("\r\n")
    return lines[0].split(" "), dict(line.split(": ", 1) for line in lines[1:] if ": " in line)


def forward(verb, path, headers, body):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    upstream = http.client.HTTPSConnection("127.0.0.1", settings["upstream"], context=context, timeout=60)
    upstream.request(verb, path, body, {k: v for k, v in headers.items() if k.lower() != "content-length"})
    answer = upstream.getresponse()
    data = answer.read()
    upstream.close()
    kept = [(k, v) for k, v in answer.getheaders() if k.lower() not in ("content-length", "transfer-encoding")]
    head = "HTTP/1.1 %d X\r\n" % answer.status + "".join("%s: %s\r\n" % pair for pair in kept)
    return head, data


def complete(head, data):
    return (head + "Content-Length: %d\r\n\r\n" % len(data)).encode("latin-1") + data


def broken_answer(fault, head, data):
    """What is sent instead of an answer, after which the connection is closed."""
    plain = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
    return {
        "cut-in-head": complete(head, data)[:30],
        "cut-in-body": complete(head, data)[:-len(data) // 2],
        "truncated": complete(head, data[:len(data) // 2]),
        "busy": complete("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n", b"busy"),
        "redirect": complete("HTTP/1.1 302 Found\r\nLocation: https://login.example/\r\n", b""),
        "html": complete(plain, HTML),
        "bomb": complete(plain, BOMB),
        "empty": complete(plain, b""),
    }.get(fault, b"")


def misbehave(stream, verb, path, headers):
    """Breaks one request; its body has not been read."""
    fault, length = settings["fault"], int(headers.get("Content-Length", 0))
    if fault == "cut-at-once":
        return
    if fault == "cut-in-request":
        stream.read(length // 2)
        return
    if fault == "stalled-request":
        stream.read(length // 2)
        time.sleep(60)
        return
    body = stream.read(length)
    if fault == "silence":
        time.sleep(60)
        return
    head, data = forward(verb, path, headers, body)
    if fault == "slow":
        for byte in complete(head, data):
            stream.write(bytes([byte]))
            stream.flush()
            time.sleep(1)
    elif fault == "endless":
        stream.write(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n")
        start = data[:data.index(b"<objects>")] if b"<objects>" in data else data[:data.index(b"<returnval")]
        stream.write(b"%x\r\n%s\r\n" % (len(start), start))
        item = b"<objects><obj type=\"Folder\">group-1</obj></objects>" * 200
        while True:
            stream.write(b"%x\r\n%s\r\n" % (len(item), item))
            stream.flush()
    else:
        stream.write(broken_answer(fault, head, data))
        stream.flush()


def serve(connection):
    try:
        stream = connection.makefile("rwb")
        while True:
            head = read_head(stream)
            if head is None:
                return
            (verb, path, _), headers = head
            length = int(headers.get("Content-Length", 0))
            # The name of the method stands within the first bytes of a call.
            start = b""
            if verb == "POST":
                start = stream.peek(2048)
                while b"<_this" not in start and len(start) < min(length, 2048):
                    start = stream.peek(len(start) + 1)
            name = re.search(rb"Body><(\w+)", start)
            if broken(verb, name and name.group(1).decode()):
                return misbehave(stream, verb, path, headers)
            head, data = forward(verb, path, headers, stream.read(length))
            stream.write(complete(head, data))
            stream.flush()
    except (OSError, ValueError, http.client.HTTPException):
        pass
    finally:
        connection.close()


def accept(listener, context):
    while True:
        raw, _ = listener.accept()

        def begin(raw=raw):
            try:
                connection = context.wrap_socket(raw, server_side=True)
            except OSError:
                return
            serve(connection)

        threading.Thread(target=begin, daemon=True).start()


server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server.load_cert_chain(settings["certificate"], settings["key"])
listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
threading.Thread(target=accept, args=(listening, server), daemon=True).start()
sys.stdin.read()
