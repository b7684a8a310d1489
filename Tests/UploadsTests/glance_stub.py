"""As much of Keystone and Glance as an image needs whose data is on a datastore, and the ways in which Glance refuses it.

    glance_stub.py FAULT FOLDER      prints its port; ends when its standard input does

FOLDER has the vCenter's datastores, by name. FAULT: none, hidden (locations are not shown), invalid (nothing is found there), forbidden (by policy), sha256 (that is the
hashing_algorithm), md5 (likewise), backends (enabled_backends).
"""
import http.server
import json
import os
import sys
import threading
import urllib.parse
import uuid

fault, folder = sys.argv[1:]
images = {}


def place(location):
    url = urllib.parse.urlsplit(location["url"])
    name = urllib.parse.parse_qs(url.query)["dsName"][0]
    return os.path.join(folder, name, url.path.removeprefix("/folder/"))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=None, **headers):
        data = json.dumps(body).encode() if body is not None else b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_one(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        content = json.loads(body) if body else None
        path, verb = self.path.split("?")[0], self.command
        if path.endswith("/auth/tokens"):
            root = "http://127.0.0.1:%d" % self.server.server_port
            endpoint = {"interface": "public", "region_id": "RegionOne", "url": root}
            token = {"issued_at": "2026-01-01T00:00:00.000000Z", "expires_at": "2026-01-01T09:00:00.000000Z",
                     "catalog": [{"type": "image", "endpoints": [endpoint]}]}
            return self.answer(201, {"token": token}, X_Subject_Token="t")
        if path == "/v2/info/stores":
            return self.answer(200, {"stores": [{"id": "fs"}, {"id": "vc1"}]}) if fault == "backends" else self.answer(404)
        if path == "/v2/images":
            if verb == "GET":
                return self.answer(200, {"images": list(images.values())})
            image = {"id": str(uuid.uuid4()), "status": "queued", "size": None, **content}
            if fault != "hidden":
                image["locations"] = []
            images[image["id"]] = image
            return self.answer(201, image)
        image = images.get(path.split("/")[-1])
        if image is None:
            return self.answer(404, {"message": "no image"})
        if verb == "DELETE":
            for location in images.pop(image["id"]).get("locations", []):
                os.remove(place(location))
            return self.answer(204)
        if verb == "PATCH":
            return self.change(image, content)
        return self.answer(200, image)

    def change(self, image, changes):
        for change in changes:
            if change["path"] == "/locations/-":
                value = change["value"]
                given = value.pop("validation_data", {})
                if fault == "forbidden":
                    return self.answer(403, {"message": "You are not authorized to complete set_image_location action."})
                if fault == "invalid" or not os.path.exists(place(value)):
                    return self.answer(400, {"message": "Invalid location"})
                wanted = fault if fault in ("sha256", "md5") else "sha512"
                if given and given["os_hash_algo"] != wanted:
                    return self.answer(409, {"message": "os_hash_algo must be " + wanted})
                image.update(given, status="active", size=os.path.getsize(place(value)), locations=[value])
            elif change["op"] == "remove":
                image.pop(change["path"][1:], None)
            else:
                image[change["path"][1:]] = change["value"]
        return self.answer(200, image)

    do_GET = do_POST = do_PATCH = do_DELETE = handle_one


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
