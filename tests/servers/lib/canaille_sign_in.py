#!/usr/bin/env python3
"""Signs in at canaille's own pages as a browser does, with ID and password from standard input.

    canaille_sign_in.py http://127.0.0.1:PORT

Ends with 0 where the password lets the user in, with 1 where it does not, with 3 for anything else.
"""
import re
import sys
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, build_opener


class Stay(HTTPRedirectHandler):
    """A redirect is the answer; it is not followed."""

    def redirect_request(self, *_):
        return None


def main(root: str) -> int:
    login, password = (sys.stdin.readline().rstrip("\n") for _ in range(2))
    browser = build_opener(HTTPCookieProcessor(CookieJar()), Stay())

    def post(page: str, **fields: str) -> int:
        form = browser.open(f"{root}/{page}").read().decode()
        token = re.search(r'name="csrf_token" value="([^"]+)"', form)
        body = urlencode({"csrf_token": token.group(1), **fields}).encode()
        try:
            return browser.open(f"{root}/{page}", body).status
        except OSError as answer:
            return getattr(answer, "code", 0)

    if post("login", login=login) != 302:
        return 3
    status = post("auth/password", password=password)
    if status == 302:
        return 0
    print("canaille's page says no")
    return 1 if status in (200, 400, 401) else 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
